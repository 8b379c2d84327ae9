//! By which rules departments ask.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::{AskingEvent, AskingRule, asking_entity};
use khidma_feedback_domain::asking::{AskingDecider, DEFAULT};
use khidma_kernel::DepartmentId;
use khidma_projection::{ApplyError, RowError, Rows};

/// A department's rule, under the key of its entity.
pub(crate) type AskingRow = EntityRow<Option<AskingRule>>;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<AskingEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: AskingRow = rows.get(&key)?.unwrap_or_default();
    advance::<AskingDecider>(&mut row, &decoded, commit.position);
    Ok(rows.put(&key, &row)?)
}

/// By which rule a department asks now.
pub(super) fn rule_of(rows: &Rows<'_>, department: &DepartmentId) -> Result<AskingRule, RowError> {
    let row: Option<AskingRow> = rows.get(&entity_key(&asking_entity(department)))?;
    Ok(row.and_then(|row| row.state).unwrap_or(DEFAULT))
}
