//! Rounds, who is asked, and when what falls due.

use khidma_engine::{EntityRow, advance, at_once, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{RoundEvent, RoundLaunched, round_entity};
use khidma_feedback_domain::round::{Round, RoundDecider, Standing};
use khidma_kernel::{Position, RoundId, Timestamp};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::turnout;
use crate::keys;

/// The agenda's kind for opening a round,
pub(crate) const OPEN: &str = "round_open";
/// for reminding those who did not answer,
pub(crate) const REMIND: &str = "round_remind";
/// for closing it,
pub(crate) const CLOSE: &str = "round_close";
/// and for launching the one that follows it. The entity is the round's id.
pub(crate) const FOLLOW: &str = "round_follow";

/// A round, under the key of its entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RoundRow {
    /// What decisions need.
    pub entity: EntityRow<Option<Round>>,
    /// What stands on the agenda.
    due: Vec<(Timestamp, String)>,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<RoundEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: RoundRow = rows.get(&key)?.unwrap_or_default();
    advance::<RoundDecider>(&mut row.entity, &decoded, commit.position);
    let Some(round) = row.entity.state.clone() else {
        return Ok(());
    };
    let id = round.launched.round;
    for recorded in decoded.events {
        match recorded.event {
            RoundEvent::RoundLaunched(event) => {
                list(&event, commit.position, rows)?;
                if let Some(previous) = event.previous {
                    followed(previous, rows)?;
                }
            }
            RoundEvent::PeopleInvited(event) => {
                for one in event.people {
                    let theirs = keys::listed(&keys::rounds_for(&one.person), commit.position);
                    rows.put(&theirs, &id)?;
                    turnout::invited(id, one, rows)?;
                }
            }
            RoundEvent::RoundOpened(_)
            | RoundEvent::RoundReminded(_)
            | RoundEvent::RoundClosed(_)
            | RoundEvent::RoundCancelled(_) => {}
        }
    }
    plan(id, &mut row, due(&round, commit.position), rows)?;
    rows.put(&key, &row)?;
    rows.touch(&commit.entity);
    Ok(())
}

fn list(event: &RoundLaunched, position: Position, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let lists = [
        keys::ROUNDS.to_vec(),
        keys::rounds_of(&event.survey),
        keys::rounds_by(&event.owner),
    ];
    for list in lists {
        rows.put(&keys::listed(&list, position), &event.round)?;
    }
    Ok(())
}

/// What falls due of a round as its commit at `position` leaves it.
fn due(round: &Round, position: Position) -> Vec<(Timestamp, String)> {
    let launched = &round.launched;
    let mut due = Vec::new();
    match round.standing {
        Standing::Planned => due.push((launched.opens_at, OPEN)),
        Standing::Open => {
            let passed = usize::try_from(round.reminded).unwrap_or(usize::MAX);
            let next = launched.remind_at.get(passed);
            due.extend(next.map(|at| (*at, REMIND)));
            due.push((launched.closes_at, CLOSE));
        }
        Standing::Closed if launched.recurrence.is_some() => {
            due.push((at_once(position), FOLLOW));
        }
        Standing::Closed | Standing::Cancelled => {}
    }
    let named = due.into_iter().map(|(at, kind)| (at, kind.to_owned()));
    named.collect()
}

/// The round that follows was launched.
fn followed(previous: RoundId, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let key = entity_key(&round_entity(previous));
    let Some(mut row) = rows.get::<RoundRow>(&key)? else {
        return Ok(());
    };
    plan(previous, &mut row, Vec::new(), rows)?;
    rows.put(&key, &row)
}

fn plan(
    round: RoundId,
    row: &mut RoundRow,
    due: Vec<(Timestamp, String)>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let item = |kind: &String| AgendaItem {
        kind: kind.clone(),
        entity: round.to_string(),
    };
    for (at, kind) in row.due.iter().filter(|old| !due.contains(old)) {
        rows.unschedule(*at, &item(kind));
    }
    for (at, kind) in due.iter().filter(|new| !row.due.contains(new)) {
        rows.schedule(*at, &item(kind))?;
    }
    row.due = due;
    Ok(())
}
