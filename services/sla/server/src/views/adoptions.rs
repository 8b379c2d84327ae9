//! Calendars that were revised, and whether the running clocks have been moved to the revision.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::sla::{AdoptionEvent, adoption_entity};
use khidma_kernel::{CalendarId, Position, Timestamp};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use khidma_sla_domain::adoption::AdoptionDecider;
use serde::{Deserialize, Serialize};

use super::{at_once, undecodable};
use crate::keys;

/// The agenda's kind for moving running clocks to a revision of their calendar.
pub(crate) const ADOPT: &str = "adopt-calendar";

/// A calendar to whose latest revision running clocks have to be moved, or have been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AdoptionRow {
    /// The latest revision.
    pub wanted: u32,
    /// The revision to which all have been moved.
    pub adopted: u32,
    /// For when that stands on the agenda, if it does.
    pub due: Option<Timestamp>,
}

fn item(id: &CalendarId) -> AgendaItem {
    AgendaItem {
        kind: ADOPT.to_owned(),
        entity: adoption_entity(id),
    }
}

/// A calendar was revised. No clock counts by a calendar that no policy ever used.
pub(super) fn revised(
    id: &CalendarId,
    revision: u32,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let used: Option<()> = rows.get(&keys::used_calendar(id))?;
    if revision < 2 || used.is_none() {
        return Ok(());
    }
    let mut row: AdoptionRow = rows.get(&keys::adoption(id))?.unwrap_or_default();
    row.wanted = revision;
    if row.due.is_none() {
        let at = at_once(position);
        rows.schedule(at, &item(id))?;
        row.due = Some(at);
    }
    rows.put(&keys::adoption(id), &row)
}

/// The running clocks were moved.
pub(super) fn apply(
    id: &CalendarId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<AdoptionEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut entity: EntityRow<u32> = rows.get(&key)?.unwrap_or_default();
    advance::<AdoptionDecider>(&mut entity, &decoded, commit.position);
    rows.put(&key, &entity)?;
    let mut row: AdoptionRow = rows.get(&keys::adoption(id))?.unwrap_or_default();
    row.adopted = entity.state;
    if let Some(due) = row.due.filter(|_| row.adopted >= row.wanted) {
        rows.unschedule(due, &item(id));
        row.due = None;
    }
    rows.put(&keys::adoption(id), &row)?;
    Ok(())
}
