//! Since when events become messages, and by which rules.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{OUTSET, OutsetEvent};
use khidma_notifications_domain::outset::OutsetDecider;
use khidma_projection::{ApplyError, RowError, Rows};

use super::find::Find;
use super::undecodable;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<OutsetEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(OUTSET);
    let mut entity: EntityRow<u32> = rows.get(&key)?.unwrap_or_default();
    advance::<OutsetDecider>(&mut entity, &decoded, commit.position);
    rows.put(&key, &entity)?;
    Ok(())
}

/// Whether what happens now becomes messages: what happened before the service was there does not.
pub(super) fn has_begun(rows: &Rows<'_>) -> Result<bool, RowError> {
    Ok(rules_in_force(rows)? > 0)
}

/// By which version of the rules people are told of what happens now; 0 while nobody is told anything.
pub(crate) fn rules_in_force(rows: &impl Find) -> Result<u32, RowError> {
    let entity: Option<EntityRow<u32>> = rows.find(&entity_key(OUTSET))?;
    Ok(entity.map_or(0, |entity| entity.state))
}
