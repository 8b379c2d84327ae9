//! `khidma completions`.

use clap::CommandFactory;

use crate::cli::{Cli, CompletionsArgs};
use crate::failure::Failure;
use crate::output::Output;

pub(super) fn run(args: &CompletionsArgs, output: &mut Output) -> Result<(), Failure> {
    // By way of memory: the generator ends the process where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "khidma", &mut script);
    output.text(&String::from_utf8_lossy(&script))
}
