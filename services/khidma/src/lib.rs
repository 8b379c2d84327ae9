//! The one binary: every service in one process (`khidma up`), one service against NATS (`khidma serve`), and the
//! client that asks them. A library as well, so that tests and benchmarks can play the [`story`].

pub mod ballot;
pub mod cli;
pub mod client;
mod commands;
pub mod failure;
pub mod host;
pub mod import;
pub mod ocel;
pub mod output;
pub mod story;
pub mod words;

use std::ffi::OsString;

use clap::Parser;
use clap::error::ErrorKind;
use khidma_runtime::Clock;

use cli::Cli;
use failure::{Exit, Failure};
use output::Output;

/// Does what the command line says, and gives the exit code.
pub async fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    match Cli::try_parse_from(args) {
        Ok(cli) => run_parsed(cli).await,
        Err(error) => explain(&error),
    }
}

async fn run_parsed(cli: Cli) -> Exit {
    let json = cli.options.json;
    let mut output = Output::stdout(json, Clock::system());
    let done = commands::run(cli, &mut output)
        .await
        .and_then(|()| Ok(output.flush()?));
    match done {
        Ok(()) => Exit::Ok,
        Err(failure) => {
            // Nothing is left to do where standard error is closed too.
            let _ = output::explain(&failure, json);
            failure.exit()
        }
    }
}

/// Help and version are answers; everything else clap says is a wrong command line.
fn explain(error: &clap::Error) -> Exit {
    let exit = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Ok,
        _ => Exit::Usage,
    };
    error
        .print()
        .map_or_else(|failed| Failure::from(failed).exit(), |()| exit)
}
