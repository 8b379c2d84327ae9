//! What a round asks, as one person reads it.

use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status::invalid_field;
use khidma_events::feedback::{AnswerKind, Choice, Definition, Item, Texts};
use khidma_feedback_domain::round::Round;
use khidma_kernel::language::choose;
use khidma_kernel::{Caller, RoundId};
use khidma_projection::{Reader, RowError};
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::definition::definition_out;
use super::show::{keeps, round_out};
use super::{SurveysGrpc, languages, no_round, no_survey};
use crate::facts;

/// Languages that a caller names at the most.
const LANGUAGES: usize = 20;

impl SurveysGrpc {
    pub(super) async fn form(
        &self,
        request: Request<pb::GetRoundFormRequest>,
    ) -> Result<pb::GetRoundFormResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        if message.languages.len() > LANGUAGES {
            let text = format!("languages may have at most {LANGUAGES} items");
            return Err(invalid_field("languages", "TOO_MANY", text));
        }
        let id: RoundId = id("id", &message.id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let round = facts::round(&reader, id).map_err(unreadable)?;
        let round = round.ok_or_else(no_round)?;
        // Who is not asked does not learn that there is something to ask.
        if !may_see(&reader, &caller, &round).map_err(unreadable)? {
            return Err(no_round());
        }
        let languages = match message.languages.is_empty() {
            true => languages(&reader, &caller).map_err(unreadable)?,
            false => message.languages,
        };
        let launched = &round.launched;
        let definition = facts::definition(&reader, &launched.survey, launched.version);
        let mut definition = definition.map_err(unreadable)?.ok_or_else(no_survey)?;
        let fallback = definition.language.clone();
        let language = choose(&languages, definition.title.keys(), &fallback).to_owned();
        read_in(&mut definition, &languages);
        Ok(pb::GetRoundFormResponse {
            round: Some(round_out(&reader, &round, &languages)?),
            form: Some(definition_out(definition)),
            language,
            position,
        })
    }
}

fn may_see(reader: &Reader, caller: &Caller, round: &Round) -> Result<bool, RowError> {
    if keeps(caller, &round.launched.owner) {
        return Ok(true);
    }
    let Some(person) = caller.actor.person() else {
        return Ok(false);
    };
    Ok(facts::invited(reader, round.launched.round, person)?.is_some())
}

/// Leaves of each text the language only that is read best.
fn read_in(definition: &mut Definition, languages: &[String]) {
    let fallback = definition.language.clone();
    let keep = |texts: &mut Texts| {
        let best = choose(languages, texts.keys(), &fallback).to_owned();
        texts.retain(|language, _| *language == best);
    };
    keep(&mut definition.title);
    keep(&mut definition.intro);
    for section in &mut definition.sections {
        keep(&mut section.title);
        for item in &mut section.items {
            item_in(item, &keep);
        }
    }
}

fn item_in(item: &mut Item, keep: &impl Fn(&mut Texts)) {
    let of_each = |options: &mut Vec<Choice>| {
        options.iter_mut().for_each(|option| keep(&mut option.text));
    };
    keep(&mut item.text);
    match &mut item.answer {
        AnswerKind::Scale { labels, .. } => labels.values_mut().for_each(keep),
        AnswerKind::Choice { options } | AnswerKind::MultiChoice { options, .. } => {
            of_each(options);
        }
        AnswerKind::Number { .. } | AnswerKind::Text { .. } => {}
    }
}
