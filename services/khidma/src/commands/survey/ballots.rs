//! `khidma survey token`, and where tokens are kept.

use std::path::PathBuf;

use crate::ballot;
use crate::cli::{BallotsCommand, Options};
use crate::client::Api;
use crate::commands::configuration;
use crate::failure::Failure;
use crate::output::{Output, Tone};

pub(super) async fn run(
    options: &Options,
    command: BallotsCommand,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        BallotsCommand::Token { round } => {
            let api = Api::of(options).await?;
            ballot::take_token(&api, &folder(options)?, &round).await?;
            output.line(output.paint(Tone::Good, "taken"))?;
            output.facts(&[("answer it", format!("khidma survey answer {round} …"))])
        }
    }
}

/// Where the tokens of this machine's people are kept until their answers were taken.
pub(super) fn folder(options: &Options) -> Result<PathBuf, Failure> {
    Ok(configuration(options)?.data.join("ballots"))
}
