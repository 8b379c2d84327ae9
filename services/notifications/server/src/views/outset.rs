//! Since when events become messages.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{OUTSET, OutsetEvent};
use khidma_notifications_domain::outset::OutsetDecider;
use khidma_projection::{ApplyError, Reader, RowError, Rows};

use super::undecodable;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<OutsetEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(OUTSET);
    let mut entity: EntityRow<bool> = rows.get(&key)?.unwrap_or_default();
    advance::<OutsetDecider>(&mut entity, &decoded, commit.position);
    rows.put(&key, &entity)?;
    Ok(())
}

/// Whether what happens now becomes messages: what happened before the service was there does not.
pub(super) fn has_begun(rows: &Rows<'_>) -> Result<bool, RowError> {
    let entity: Option<EntityRow<bool>> = rows.get(&entity_key(OUTSET))?;
    Ok(entity.is_some_and(|entity| entity.state))
}

/// The same, for who reads.
pub(crate) fn is_begun(reader: &Reader) -> Result<bool, RowError> {
    let entity: Option<EntityRow<bool>> = reader.get(&entity_key(OUTSET))?;
    Ok(entity.is_some_and(|entity| entity.state))
}
