//! What people want to hear, and how.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{Preferences, PreferencesEvent};
use khidma_notifications_domain::preferences::PreferencesDecider;
use khidma_projection::{ApplyError, Rows};

use super::undecodable;

/// A person's preferences, under the key of their entity.
pub(crate) type PreferencesRow = EntityRow<Preferences>;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<PreferencesEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: PreferencesRow = rows.get(&key)?.unwrap_or_default();
    advance::<PreferencesDecider>(&mut row, &decoded, commit.position);
    Ok(rows.put(&key, &row)?)
}
