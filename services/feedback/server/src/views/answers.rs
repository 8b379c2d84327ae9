//! Answers to rounds that are not anonymous, as they were given.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{Anonymity, AnswerEvent, AnswerGiven};
use khidma_feedback_domain::answer::AnswerDecider;
use khidma_kernel::Timestamp;
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use super::results;
use super::turnout::heard;
use crate::keys;

/// A person's answer to a round, under the key of its entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AnswerRow {
    /// What decisions need.
    pub entity: EntityRow<bool>,
    /// The answer.
    pub given: Option<GivenRow>,
}

/// What was answered, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GivenRow {
    /// What, and by whom.
    pub answer: AnswerGiven,
    /// When.
    pub at: Timestamp,
    /// Whether it is in the results: what comes to the log after its round was closed is not, as they are frozen then.
    pub counted: bool,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<AnswerEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: AnswerRow = rows.get(&key)?.unwrap_or_default();
    advance::<AnswerDecider>(&mut row.entity, &decoded, commit.position);
    for recorded in decoded.events {
        let AnswerEvent::AnswerGiven(answer) = recorded.event;
        let launched = results::open(answer.round, rows)?;
        if let Some(launched) = &launched {
            results::count(&answer, recorded.at, rows)?;
            heard(answer.round, &answer.person, rows)?;
            if launched.anonymity == Anonymity::Named {
                let listed = keys::answer_to(answer.round, commit.position);
                rows.put(&listed, &&*commit.entity)?;
            }
        }
        row.given = Some(GivenRow {
            at: recorded.at,
            counted: launched.is_some(),
            answer,
        });
    }
    rows.put(&key, &row)?;
    rows.touch(&commit.entity);
    Ok(())
}
