//! The figures of a department's people: their entity, and nothing else.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::FiguresEvent;
use khidma_feedback_domain::figures::{FiguresDecider, PeopleFigures};
use khidma_projection::{ApplyError, Rows};

/// The figures of a department, as decisions need them.
pub(crate) type FiguresRow = EntityRow<PeopleFigures>;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<FiguresEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: FiguresRow = rows.get(&key)?.unwrap_or_default();
    advance::<FiguresDecider>(&mut row, &decoded, commit.position);
    Ok(rows.put(&key, &row)?)
}
