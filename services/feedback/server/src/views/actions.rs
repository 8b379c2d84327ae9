//! Actions: found by department, by who answers for them and by what was told, and on the agenda while they are due.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::ActionEvent;
use khidma_feedback_domain::action::{Action, ActionDecider};
use khidma_kernel::{ActionId, Position, Timestamp};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// The agenda's kind for warning that an action is overdue.
pub(crate) const OVERDUE: &str = "action-overdue";

/// An action, under the key of its entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActionRow {
    /// What decisions need.
    pub entity: EntityRow<Option<Action>>,
    /// Where it was opened, by which lists go.
    pub opened: Position,
}

pub(super) fn apply(id: ActionId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<ActionEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: ActionRow = rows.get(&key)?.unwrap_or_default();
    let before = row.entity.state.clone();
    advance::<ActionDecider>(&mut row.entity, &decoded, commit.position);
    if before.is_none() {
        row.opened = commit.position;
    }
    let after = row.entity.state.as_ref();
    let warns_at = |action: &Action| action.warns_at();
    let due = (before.as_ref().and_then(warns_at), after.and_then(warns_at));
    plan(&commit.entity, due, rows)?;
    if let Some(after) = after {
        list(id, &row, (before.as_ref(), after), commit.position, rows)?;
    }
    Ok(rows.put(&key, &row)?)
}

fn plan(
    entity: &str,
    (before, after): (Option<Timestamp>, Option<Timestamp>),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    if before == after {
        return Ok(());
    }
    let item = AgendaItem {
        kind: OVERDUE.to_owned(),
        entity: entity.to_owned(),
    };
    if let Some(before) = before {
        rows.unschedule(before, &item);
    }
    match after {
        Some(after) => rows.schedule(after, &item),
        None => Ok(()),
    }
}

fn list(
    id: ActionId,
    row: &ActionRow,
    (before, after): (Option<&Action>, &Action),
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let opened = row.opened;
    if before.is_none() {
        rows.put(&keys::at(keys::ACTIONS, opened), &id)?;
        let department = keys::actions_of(&after.department);
        rows.put(&keys::at(&department, opened), &id)?;
    }
    if before.map(|before| &before.owner) != Some(&after.owner) {
        if let Some(before) = before {
            rows.delete(&keys::at(&keys::actions_owned(&before.owner), opened));
        }
        rows.put(&keys::at(&keys::actions_owned(&after.owner), opened), &id)?;
    }
    let was_told = before.is_some_and(|before| before.published.is_some());
    let told = after.published.as_ref().filter(|_| !was_told);
    let Some(told) = told else { return Ok(()) };
    for department in told.departments.iter().chain([&after.department]) {
        rows.put(&keys::at(&keys::published(department), position), &id)?;
    }
    Ok(())
}
