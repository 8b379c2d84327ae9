//! `khidma survey token`, and where tokens are kept.

use std::collections::BTreeMap;
use std::path::PathBuf;

use khidma_proto::feedback as pb;
use serde_json::json;

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
            if output.is_json() {
                return output.value(&json!({ "id": round }));
            }
            output.line(output.paint(Tone::Good, "taken"))?;
            output.facts(&[("answer it", format!("khidma survey answer {round} …"))])
        }
    }
}

/// Answers an anonymous round: with these values, and with the segment stated or not.
pub(super) async fn answer(
    options: &Options,
    api: &Api,
    (round, values, stated): (&str, BTreeMap<String, pb::Value>, bool),
    output: &mut Output,
) -> Result<(), Failure> {
    ballot::answer(api, &folder(options)?, round, values, stated).await?;
    if output.is_json() {
        return output.value(&json!({ "id": round }));
    }
    output.line(output.paint(Tone::Good, "answered, in nobody's name"))
}

/// Where the tokens of whom this command is given for are kept until their answers were taken.
fn folder(options: &Options) -> Result<PathBuf, Failure> {
    let tokens = configuration(options)?.data.join("tokens");
    Ok(match &options.on_behalf {
        // More than one person answers from here.
        Some(persona) => tokens.join(&persona.person),
        None => tokens,
    })
}
