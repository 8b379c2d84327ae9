//! `khidma calendar`.

mod cases;
mod eval;
mod month;
mod show;
mod spec;

use khidma_calendar::Problem;

use crate::cli::{BusinessTimeCommand, Options};
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(
    options: &Options,
    command: BusinessTimeCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        BusinessTimeCommand::Eval { file } => eval::run(&file, output),
        BusinessTimeCommand::Show { name, month } => show::run(options, &name, month, output).await,
    }
}

/// Why `what` is no calendar.
fn no_calendar(what: &str, problems: &[Problem]) -> Failure {
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Failure::Usage(format!("{what}: {}", problems.join("; ")))
}
