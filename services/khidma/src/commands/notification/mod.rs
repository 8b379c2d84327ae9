//! `khidma notification`.

mod announce;
mod deliveries;
mod endpoint;
mod escalations;
mod preferences;
mod preview;
mod silence;

use crate::cli::{NotificationCommand, Options};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(
    options: &Options,
    command: NotificationCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    // Connects where it is asked for: a preview needs no server.
    let api = Api::of(options);
    match command {
        NotificationCommand::Preview(args) => preview::run(&args, output),
        NotificationCommand::Deliveries(args) => deliveries::list(&api.await?, args, output).await,
        NotificationCommand::Delivery { id } => deliveries::show(&api.await?, id, output).await,
        NotificationCommand::Replay(args) => deliveries::replay(&api.await?, args, output).await,
        NotificationCommand::Endpoint(command) => endpoint::run(&api.await?, command, output).await,
        NotificationCommand::Preferences(args) => preferences::run(&api.await?, args, output).await,
        NotificationCommand::Silence(command) => silence::run(&api.await?, command, output).await,
        NotificationCommand::Escalations(args) => {
            escalations::list(&api.await?, args, output).await
        }
        NotificationCommand::Acknowledge { id, comment } => {
            escalations::acknowledge(&api.await?, id, comment)
                .await?
                .print(output)
        }
        NotificationCommand::PreviewEscalation { request } => {
            escalations::preview(&api.await?, request, output).await
        }
        NotificationCommand::Announce(args) => {
            announce::run(&api.await?, args).await?.print(output)
        }
        NotificationCommand::StandardsReminder(args) => {
            announce::remind(&api.await?, args).await?.print(output)
        }
    }
}
