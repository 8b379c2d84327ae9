//! Whose a request is, as far as ladders need it.

use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, RequestEvent, RequestKind};
use khidma_kernel::{PersonId, ServiceRequestId};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::find::Find;
use super::read;
use crate::keys;

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseRow {
    /// What is wanted, in one line.
    pub title: String,
    /// Who asked, if a person did.
    pub requester: Option<PersonId>,
    /// Who does it.
    pub assignee: Option<PersonId>,
    /// Whether nothing of it is told to anybody: nothing shall lead to who raised it.
    pub hidden: bool,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(EntityKind::Request(id)) = EntityKind::of(&commit.entity) else {
        return Ok(());
    };
    let key = keys::case(id);
    let mut row: CaseRow = rows.get(&key)?.unwrap_or_default();
    let before = row.clone();
    for event in read::<RequestEvent>(commit)? {
        match event {
            RequestEvent::Submitted(event) => {
                row.hidden = event.kind == RequestKind::Concern && event.requester.is_none();
                row.title = event.title;
                row.requester = event.requester;
            }
            RequestEvent::Assigned(event) => row.assignee = Some(event.assignee),
            RequestEvent::Transferred(_) => row.assignee = None,
            _ => {}
        }
    }
    if row != before {
        rows.put(&key, &row)?;
    }
    Ok(())
}

/// A request, unless nothing of it may be told to anybody.
pub(crate) fn case(rows: &impl Find, id: ServiceRequestId) -> Result<Option<CaseRow>, RowError> {
    let row: Option<CaseRow> = rows.find(&keys::case(id))?;
    Ok(row.filter(|row| !row.hidden))
}

/// Whether something of a request may be told.
pub(super) fn may_be_told(rows: &Rows<'_>, id: ServiceRequestId) -> Result<bool, RowError> {
    Ok(case(rows, id)?.is_some())
}

/// What is wanted, in one line, if that may be told.
pub(super) fn title(rows: &Rows<'_>, id: ServiceRequestId) -> Result<Option<String>, RowError> {
    Ok(case(rows, id)?.map(|row| row.title))
}
