//! Who sees it? From events to rows.

mod approvals;
mod attachment;
mod known;
mod offering;
mod plan;
mod related;
mod request;
mod row;
mod timeline;

pub(crate) use approvals::{APPROVAL_TIMEOUT, DelegationRow};
pub(crate) use attachment::AttachmentRow;
pub(crate) use known::{DIRECTORY_CHANGED, Department, Person};
pub(crate) use offering::{OfferingCard, OfferingVersion};
pub(crate) use plan::{
    BEGIN_TASKS, CHORES, Child, Chore, END_TASKS, PlanRow, TELL_PARENT, TaskRow,
};
pub(crate) use related::{
    ListedOutcome, RECEIVE_MERGE, Related, SHARE_OUTCOME, TAKE_BACK_MERGE, midnight,
};
pub(crate) use row::{Card, PageMark, RequestHead, RequestRow};
pub(crate) use timeline::Entry;

use khidma_engine::undecodable;
use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::DepartmentEvent;
use khidma_events::requests::{EntityKind, RequestEvent};
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaItem, ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Copy)]
pub struct RequestViews;

/// The agenda's kind for closing what its requester does not speak about.
pub(crate) const AUTO_CLOSE: &str = "auto-close";

impl Views for RequestViews {
    fn name(&self) -> &'static str {
        "requests"
    }

    fn version(&self) -> u32 {
        2
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        match &*commit.context {
            RequestEvent::CONTEXT => match EntityKind::of(&commit.entity) {
                Some(EntityKind::Delegation(id)) => approvals::delegation(&id, commit, rows),
                Some(EntityKind::Offering(id)) => offering::apply(&id, commit, rows),
                Some(EntityKind::Request(id)) => request::apply(id, commit, rows),
                None => Ok(()),
            },
            DepartmentEvent::CONTEXT => known::apply(commit, rows),
            // Other contexts tell us nothing.
            _ => Ok(()),
        }
    }
}

/// When what follows at once is due on the agenda, so that the view of what resulted can take it off again.
const AT_ONCE: Timestamp = Timestamp::EPOCH;

/// What closes `request` by itself.
pub(crate) fn auto_close(request: &str) -> AgendaItem {
    AgendaItem {
        kind: AUTO_CLOSE.to_owned(),
        entity: request.to_owned(),
    }
}
