//! Surveys and their rounds: what they are called, who is asked, and of whom it is known that they answered.

use std::collections::BTreeMap;

use khidma_eventlog::Stored;
use khidma_events::feedback::{
    AnswerEvent, BallotEvent, PeopleInvited, RoundEvent, RoundLaunched, SurveyEvent,
};
use khidma_kernel::{DepartmentId, PersonId, RoundId, SurveyId, Timestamp};
use khidma_notifications_domain::rules::feedback::rounds::{self, Round};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::super::find::Directory;
use super::super::{Heard, hear, known_events};
use crate::keys;

/// What a version of a survey is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct SurveyRow {
    /// By language.
    title: BTreeMap<String, String>,
    /// The language for those whose languages it is not in.
    language: String,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RoundRow {
    owner: DepartmentId,
    survey: SurveyId,
    version: u32,
    until: Timestamp,
    /// In how many steps people were invited, each a row of its own.
    pub steps: u32,
}

impl RoundRow {
    fn of(event: &RoundLaunched) -> Self {
        Self {
            owner: event.owner.clone(),
            survey: event.survey.clone(),
            version: event.version,
            until: event.closes_at,
            steps: 0,
        }
    }
}

pub(super) fn survey(
    id: &SurveyId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    for event in known_events::<SurveyEvent>(commit)? {
        match event {
            SurveyEvent::SurveyDefined(event) => {
                let row = SurveyRow {
                    title: event.definition.title,
                    language: event.definition.language,
                };
                rows.put(&keys::survey(id, event.version), &row)?;
            }
            SurveyEvent::SurveyRetired(_) => {}
        }
    }
    Ok(())
}

pub(super) fn apply(id: RoundId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<RoundEvent> = hear(commit)?;
    let mut tells = Vec::new();
    for recorded in &heard.events {
        match &recorded.event {
            RoundEvent::RoundLaunched(event) => {
                rows.put(&keys::round(id), &RoundRow::of(event))?;
            }
            RoundEvent::PeopleInvited(event) => invite(id, event, rows)?,
            RoundEvent::RoundOpened(_)
            | RoundEvent::RoundReminded(_)
            | RoundEvent::RoundClosed(_)
            | RoundEvent::RoundCancelled(_) => {}
        }
        let Some(row) = rows.get::<RoundRow>(&keys::round(id))? else {
            continue;
        };
        let survey: Option<SurveyRow> = rows.get(&keys::survey(&row.survey, row.version))?;
        let survey = survey.unwrap_or_default();
        let round = Round {
            id,
            owner: &row.owner,
            title: &survey.title,
            language: &survey.language,
            until: row.until,
        };
        tells.extend(rounds::tells(&Directory(&*rows), &round, recorded)?);
    }
    super::tell(&heard, &tells, commit, rows)
}

fn invite(id: RoundId, event: &PeopleInvited, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let Some(mut row) = rows.get::<RoundRow>(&keys::round(id))? else {
        return Ok(());
    };
    let people: Vec<&PersonId> = event.people.iter().map(|invited| &invited.person).collect();
    rows.put(&keys::invited(id, row.steps), &people)?;
    row.steps += 1;
    rows.put(&keys::round(id), &row)
}

/// A person answered.
pub(super) fn answered(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<AnswerEvent>(commit)? {
        let AnswerEvent::AnswerGiven(event) = event;
        rows.put(&keys::heard(event.round, &event.person), &())?;
    }
    Ok(())
}

/// A person took what an anonymous answer needs.
pub(super) fn took(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<BallotEvent> = hear(commit)?;
    for recorded in &heard.events {
        let BallotEvent::TokenIssued(event) = &recorded.event;
        if let Some(person) = recorded.by.person() {
            rows.put(&keys::heard(event.round, person), &())?;
        }
    }
    Ok(())
}
