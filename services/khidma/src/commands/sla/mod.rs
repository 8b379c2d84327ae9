//! `khidma sla`.

mod board;
mod csv;
mod policy;
mod query;
mod report;
mod what_if;

use crate::cli::{SlaCommand, SlaQuery};
use crate::client::Api;
use crate::failure::Failure;
use crate::output::Output;
use crate::words::numbers;

pub(super) async fn run(
    api: &Api,
    command: SlaCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        SlaCommand::Policy(command) => policy::run(api, command, output).await,
        SlaCommand::WhatIf(args) => what_if::run(api, args, output).await,
        SlaCommand::Query(SlaQuery::Clocks { id, page }) => {
            query::clocks(api, id, page, output).await
        }
        SlaCommand::Query(SlaQuery::Board(args)) => board::run(api, args, output).await,
        SlaCommand::Query(SlaQuery::Breaches(args)) => query::breaches(api, args, output).await,
        SlaCommand::Query(SlaQuery::Report(args)) => report::run(api, args, output).await,
        SlaCommand::Query(SlaQuery::Explain(args)) => query::explain(api, args, output).await,
        SlaCommand::Query(SlaQuery::Recompute(args)) => report::recompute(api, args, output).await,
    }
}
