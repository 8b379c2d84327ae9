//! Since when people are asked how their requests went.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{OUTSET, OutsetEvent};
use khidma_feedback_domain::outset::OutsetDecider;
use khidma_projection::{ApplyError, Reader, RowError, Rows};

/// Whether people are asked, under the key of its entity.
type OutsetRow = EntityRow<bool>;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<OutsetEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(OUTSET);
    let mut row: OutsetRow = rows.get(&key)?.unwrap_or_default();
    advance::<OutsetDecider>(&mut row, &decoded, commit.position);
    Ok(rows.put(&key, &row)?)
}

/// Whether what ends now is asked after: what ended before the service was there is not.
pub(super) fn has_begun(rows: &Rows<'_>) -> Result<bool, RowError> {
    let row: Option<OutsetRow> = rows.get(&entity_key(OUTSET))?;
    Ok(row.is_some_and(|row| row.state))
}

/// The same, for whoever reads.
pub(crate) fn people_are_asked(reader: &Reader) -> Result<bool, RowError> {
    let row: Option<OutsetRow> = reader.get(&entity_key(OUTSET))?;
    Ok(row.is_some_and(|row| row.state))
}
