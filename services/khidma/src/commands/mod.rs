//! One module a command.

mod action;
mod approval;
mod calendar;
mod catalogue;
mod completions;
mod concern;
mod cover;
mod csat;
mod directory;
mod done;
mod events;
mod export;
mod feed;
mod figures;
mod health;
mod import;
mod inbox;
mod interview;
mod links;
mod notification;
mod pages;
mod plan;
mod rebuild;
mod request;
mod review;
mod scorecard;
mod serve;
mod skill;
mod sla;
mod survey;
mod thanks;
mod token;
mod trace;
mod training;
mod up;

use khidma_edge::Config;

pub(crate) use catalogue::terms as offering_terms;
pub(crate) use directory::{draw as draw_chart, read_calendar};
pub(crate) use pages::paged;

use crate::cli::{Cli, Command, EventsCommand, ExportCommand, Options, ServiceName};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::Output;

/// Does what the command line says.
///
/// # Errors
/// Why it was not done.
pub(crate) async fn run(cli: Cli, output: &mut Output) -> Result<(), Failure> {
    let options = cli.options;
    match cli.command {
        Command::Up(args) => up::run(&options, args, output).await,
        Command::Serve(args) => serve::run(&options, args, output).await,
        Command::Config => output.text(&serve::effective(&options)?.to_toml()?),
        Command::Token(args) => token::run(&options, &args, output),
        Command::Health => health::run(&options, output).await,
        Command::Rebuild(args) => rebuild::run(&Api::of(&options).await?, args, output).await,
        Command::Events(EventsCommand::Tail(args)) => {
            events::tail(&Api::of(&options).await?, &args, output).await
        }
        Command::Completions(args) => completions::run(&args, output),
        Command::Request(command) => request::run(&Api::of(&options).await?, command, output).await,
        Command::Plan(command) => plan::run(&Api::of(&options).await?, command, output).await,
        Command::Concern(command) => concern::run(&Api::of(&options).await?, command, output).await,
        Command::Csat(command) => csat::run(&Api::of(&options).await?, command, output).await,
        Command::Directory(command) => {
            directory::run(&Api::of(&options).await?, command, output).await
        }
        Command::Skill(command) => skill::run(&Api::of(&options).await?, command, output).await,
        Command::Training(command) => {
            training::run(&Api::of(&options).await?, command, output).await
        }
        Command::Cover(args) => cover::run(&Api::of(&options).await?, args, output).await,
        Command::Review(command) => review::run(&Api::of(&options).await?, command, output).await,
        Command::Export(ExportCommand::Ocel(args)) => {
            export::ocel(&Api::of(&options).await?, args, output).await
        }
        Command::Import(command) => import::run(&Api::of(&options).await?, command, output).await,
        Command::Approval(command) => {
            approval::run(&Api::of(&options).await?, command, output).await
        }
        Command::Calendar(command) => calendar::run(&options, command, output).await,
        Command::Catalogue(command) => {
            catalogue::run(&Api::of(&options).await?, command, output).await
        }
        Command::Trace(command) => trace::run(&Api::of(&options).await?, command, output).await,
        Command::Scorecard(args) => scorecard::run(&Api::of(&options).await?, args, output).await,
        Command::Figures(command) => figures::run(&Api::of(&options).await?, command, output).await,
        Command::Feed(command) => feed::run(&Api::of(&options).await?, command, output).await,
        Command::Sla(command) => sla::run(&Api::of(&options).await?, command, output).await,
        Command::Survey(command) => survey::run(&options, command, output).await,
        Command::Inbox(args) => inbox::run(&Api::of(&options).await?, args, output).await,
        Command::Action(command) => action::run(&Api::of(&options).await?, command, output).await,
        Command::Thanks(command) => thanks::run(&Api::of(&options).await?, command, output).await,
        Command::Interview(command) => {
            interview::run(&Api::of(&options).await?, command, output).await
        }
        Command::Notification(command) => notification::run(&options, command, output).await,
    }
}

/// The configuration of this process: file, environment, `--data`.
///
/// # Errors
/// It makes no sense.
pub(crate) fn configuration(options: &Options) -> Result<Config, Failure> {
    let mut config = Config::load(
        options.config.as_deref(),
        &ServiceName::ALL.map(ServiceName::as_str),
    )?;
    if let Some(data) = &options.data {
        config.data.clone_from(data);
    }
    Ok(config)
}
