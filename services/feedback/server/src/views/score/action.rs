//! Improvement actions. There are few of them, and whether one is overdue depends on when one asks: so each has a row, and they are
//! counted when a scorecard is made.

use khidma_eventlog::Stored;
use khidma_events::feedback::ActionEvent;
use khidma_kernel::{ActionId, DepartmentId, Timestamp};
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use super::timed;
use crate::keys;

/// An improvement action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActionRow {
    /// Who does it.
    pub department: DepartmentId,
    /// When it was decided.
    pub opened: Timestamp,
    /// By when it is to be done.
    pub due: Timestamp,
    /// How it ended, if it has.
    pub ended: Option<(Timestamp, Ended)>,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ended {
    /// It was done.
    Done,
    /// It was not done.
    Dropped,
}

/// What happened to an action.
pub(in crate::views) fn apply(
    id: ActionId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::score::action(id);
    let before: Option<ActionRow> = rows.get(&key)?;
    let mut row = before.clone();
    for (at, event) in timed::<ActionEvent>(commit)? {
        if let ActionEvent::ActionOpened(event) = event {
            row = Some(ActionRow {
                department: event.department,
                opened: at,
                due: event.due,
                ended: None,
            });
            continue;
        }
        let Some(row) = &mut row else {
            continue;
        };
        match event {
            ActionEvent::ActionDueMoved(event) => row.due = event.due,
            ActionEvent::ActionDone(_) => row.ended = Some((at, Ended::Done)),
            ActionEvent::ActionDropped(_) => row.ended = Some((at, Ended::Dropped)),
            ActionEvent::ActionOpened(_)
            | ActionEvent::ActionAssigned(_)
            | ActionEvent::ActionStarted(_)
            | ActionEvent::ActionOverdue(_)
            | ActionEvent::ActionPublished(_) => {}
        }
    }
    match row {
        Some(after) if before.as_ref() != Some(&after) => Ok(rows.put(&key, &after)?),
        _ => Ok(()),
    }
}
