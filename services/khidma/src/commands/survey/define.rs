//! Defining a survey from a file, or one that comes with this program.

use std::path::Path;

use khidma_proto::feedback::{DefineSurveyRequest, SurveyDefinition};

use super::ready;
use crate::ask;
use crate::cli::DefineArgs;
use crate::client::Api;
use crate::commands::done::Done;
use crate::failure::Failure;
use crate::output::from_toml;

pub(super) async fn run(api: &Api, args: DefineArgs) -> Result<Done, Failure> {
    let (name, definition) = match (&args.ready, &args.file) {
        (Some(name), _) => (name.clone(), ready::find(name)?),
        (None, Some(file)) => (name_of(file), read(file).await?),
        (None, None) => {
            let message = "name a file, or one that is --ready".to_owned();
            return Err(Failure::Usage(message));
        }
    };
    let id = args.id.unwrap_or(name);
    let change = DefineSurveyRequest {
        request_id: api.request_id(),
        survey_id: id.clone(),
        owner_id: args.owner,
        definition: Some(definition),
    };
    let done = ask!(api, surveys.define_survey, change)?;
    Ok(Done {
        what: "defined",
        id,
        position: done.position,
    })
}

fn name_of(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

async fn read(file: &Path) -> Result<SurveyDefinition, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", file.display()));
    let text = tokio::fs::read_to_string(file).await;
    from_toml(&text.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))
}
