//! Tokens that were taken, and anonymous answers that were let go.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{AnswersReleased, BallotEvent, BoxEvent};
use khidma_feedback_domain::ballot::{Ballot, BallotDecider};
use khidma_kernel::{Actor, Position, RoundId};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::{results, turnout};
use crate::ballots::digest_of;
use crate::keys;

/// That somebody took a token, under the key of its entity.
pub(crate) type BallotRow = EntityRow<Option<Ballot>>;

/// The box of a round, as far as the log knows it, under the key of its entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BoxRow {
    /// Where its last commit stands.
    pub position: Position,
    /// Whether no more answers come.
    pub emptied: bool,
}

pub(super) fn taken(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<BallotEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: BallotRow = rows.get(&key)?.unwrap_or_default();
    advance::<BallotDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    for recorded in &decoded.events {
        let BallotEvent::TokenIssued(event) = &recorded.event;
        if let Actor::Person(person) = &recorded.by {
            turnout::heard(event.round, person, rows)?;
        }
    }
    Ok(())
}

pub(super) fn released(
    round: RoundId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded =
        khidma_events::decode::<BoxEvent>(&commit.payload).map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: BoxRow = rows.get(&key)?.unwrap_or_default();
    row.position = commit.position;
    for recorded in decoded.events {
        match recorded.event {
            BoxEvent::AnswersReleased(event) => count(round, &event, rows)?,
            BoxEvent::BoxEmptied(_) => {
                row.emptied = true;
                turnout::emptied(round, rows)?;
            }
        }
    }
    rows.put(&key, &row)?;
    rows.touch(&commit.entity);
    Ok(())
}

/// Each token counts once, whatever the log holds.
fn count(round: RoundId, event: &AnswersReleased, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let mut new = Vec::new();
    for answer in &event.answers {
        let key = keys::spent(round, &answer.token);
        if rows.get::<String>(&key)?.is_none() {
            rows.put(&key, &digest_of(&answer.values))?;
            new.push(&answer.values);
        }
    }
    turnout::released(round, new.len(), rows)?;
    results::released(round, event.segment.as_ref(), new, rows)
}
