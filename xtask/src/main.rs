//! `cargo xtask`: the chores of the house. One command tests everything, on a clean machine too.

mod command;
mod schemas;
mod steps;
mod system;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::{Failure, Invocation};
use crate::steps::say;

/// The chores of the house.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Check and test everything; stop at the first failure.
    Test {
        /// Only what needs nothing from outside: format, lints, unit tests.
        #[arg(long)]
        fast: bool,
        /// Nothing may be skipped for want of a tool; on Debian, as root, missing ones are installed.
        #[arg(long, env = "CI", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
        ci: bool,
    },
    /// Fetch what the tests stand on: nats-server, buf, the Python environment.
    Tools {
        /// As for `test`.
        #[arg(long, env = "CI", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
        ci: bool,
    },
    /// Write the JSON Schemas of the events into libs/events/schemas.
    Schemas {
        /// Write nothing: fail if the committed ones are not what the code says.
        #[arg(long)]
        check: bool,
    },
    /// Run a benchmark, in release, and print its table: `cargo xtask bench commands`.
    Bench {
        /// Which one.
        name: String,
        /// Handed on to it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().chore {
        Chore::Test { fast, ci } => test::run(fast, ci),
        Chore::Tools { ci } => tools::fetch_all(ci),
        Chore::Schemas { check: false } => schemas::write(),
        Chore::Schemas { check: true } => schemas::check(),
        Chore::Bench { name, args } => bench(&name, &args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(name: &str, args: &[String]) -> Result<(), Failure> {
    if ["calendar", "sla"].contains(&name) {
        tools::peers()?;
    }
    Invocation::cargo([
        "run",
        "--release",
        "--locked",
        "-p",
        "khidma-bench",
        "--",
        name,
    ])
    .args(args)
    .run()
}
