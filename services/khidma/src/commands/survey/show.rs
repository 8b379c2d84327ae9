//! A round, a survey, and what either asks.

use khidma_proto::feedback as pb;
use uuid::Uuid;

use crate::ask;
use crate::client::Api;
use crate::failure::Failure;
use crate::output::{Output, Tone, form_text, round_facts, turnout_table};

pub(super) async fn run(
    api: &Api,
    id: String,
    version: u32,
    output: &mut Output,
) -> Result<(), Failure> {
    match id.parse::<Uuid>() {
        Ok(_) => round(api, id, output).await,
        Err(_) => survey(api, id, version, output).await,
    }
}

async fn round(api: &Api, id: String, output: &mut Output) -> Result<(), Failure> {
    let question = pb::GetRoundRequest {
        id,
        min_position: 0,
    };
    let answer = ask!(api, surveys.get_round, question)?;
    output.answer(&answer, |output| {
        let round = answer.round.clone().unwrap_or_default();
        let title = output.paint(Tone::Strong, &round.title);
        output.line(title)?;
        let facts = round_facts(&round, answer.turnout.as_ref(), output);
        output.facts(&facts)?;
        match &answer.turnout {
            Some(turnout) if !turnout.departments.is_empty() => {
                output.table(turnout_table(turnout))
            }
            _ => Ok(()),
        }
    })
}

async fn survey(
    api: &Api,
    survey_id: String,
    version: u32,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = pb::GetSurveyRequest {
        survey_id,
        version,
        min_position: 0,
    };
    let answer = ask!(api, surveys.get_survey, question)?;
    output.answer(&answer, |output| {
        let survey = answer.survey.clone().unwrap_or_default();
        let definition = answer.definition.clone().unwrap_or_default();
        let title = output.paint(Tone::Strong, &survey.title);
        output.line(title)?;
        let languages: Vec<_> = definition.title.keys().map(String::as_str).collect();
        let retired = if survey.retired { "yes" } else { "" };
        let version = match answer.version == survey.version {
            true => answer.version.to_string(),
            false => format!("{} (now: {})", answer.version, survey.version),
        };
        output.facts(&[
            ("survey", survey.id.clone()),
            ("asked by", survey.owner_id.clone()),
            ("version", version),
            ("retired", retired.to_owned()),
            ("languages", languages.join(", ")),
        ])?;
        output.text(&form_text(&definition))
    })
}

pub(super) async fn form(
    api: &Api,
    id: String,
    languages: Vec<String>,
    output: &mut Output,
) -> Result<(), Failure> {
    let question = pb::GetRoundFormRequest {
        id,
        languages,
        min_position: 0,
    };
    let answer = ask!(api, surveys.get_round_form, question)?;
    output.answer(&answer, |output| {
        let form = answer.form.clone().unwrap_or_default();
        let title = form.title.values().next().cloned().unwrap_or_default();
        let title = output.paint(Tone::Strong, title);
        output.line(title)?;
        for intro in form.intro.values() {
            output.line(intro)?;
        }
        output.text(&form_text(&form))
    })
}
