//! `khidma sla`.

mod policy;
mod what_if;

use crate::cli::SlaCommand;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(
    api: &Api,
    command: SlaCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        SlaCommand::Policy(command) => policy::run(api, command, output).await,
        SlaCommand::WhatIf(args) => what_if::run(api, args, output).await,
    }
}
