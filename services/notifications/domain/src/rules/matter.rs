//! What is to be known of a request to speak of it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::{
    ApprovalStep, ApprovalsRequired, RequestEvent, RequestKind, Submitted,
};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, Recorded, TaskKey};
use serde::{Deserialize, Serialize};

/// A request, as far as messages speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// What is wanted, in one line.
    pub title: String,
    /// The department that is asked.
    pub provider: DepartmentId,
    /// What kind of request it is.
    pub kind: RequestKind,
    /// Who asks; nobody in person for a task of a plan, nobody known for an anonymous concern.
    pub requester: Option<PersonId>,
    /// The department for which they ask.
    pub requester_department: Option<DepartmentId>,
    /// Who wrote it down, for themselves or for who asks.
    pub submitted_by: Option<PersonId>,
    /// Who does it.
    pub assignee: Option<PersonId>,
    /// Who follows it.
    pub watchers: BTreeSet<PersonId>,
    /// The offering it asks for.
    pub offering: Option<OfferingId>,
    /// The steps in which it is approved.
    pub approvals: Vec<ApprovalStep>,
    /// What the tasks of its plan are called.
    pub tasks: BTreeMap<TaskKey, String>,
}

impl Matter {
    /// Whether nobody may know who raised it.
    pub fn is_anonymous(&self) -> bool {
        self.kind == RequestKind::Concern && self.requester.is_none()
    }

    /// What a request is that was just submitted.
    fn begin(submitted: &Submitted, submitted_by: Option<PersonId>) -> Self {
        Self {
            title: submitted.title.clone(),
            provider: submitted.provider.clone(),
            kind: submitted.kind,
            requester: submitted.requester.clone(),
            requester_department: submitted.requester_department.clone(),
            submitted_by,
            assignee: None,
            watchers: BTreeSet::new(),
            offering: submitted.offering.clone(),
            approvals: Vec::new(),
            tasks: BTreeMap::new(),
        }
    }
}

/// What an event makes of it.
pub fn evolve(matter: &mut Option<Matter>, recorded: &Recorded<RequestEvent>) {
    match (matter.as_mut(), &recorded.event) {
        (_, RequestEvent::Submitted(submitted)) => {
            let by = recorded.by.person().cloned();
            *matter = Some(Matter::begin(submitted, by));
        }
        (Some(matter), event) => go_on(matter, event),
        // Nothing happens to a request before it is submitted.
        (None, _) => {}
    }
}

fn go_on(matter: &mut Matter, event: &RequestEvent) {
    match event {
        RequestEvent::Assigned(event) => matter.assignee = Some(event.assignee.clone()),
        RequestEvent::Transferred(event) => {
            matter.provider = event.to.clone();
            matter.assignee = None;
        }
        RequestEvent::WatcherAdded(event) => {
            matter.watchers.insert(event.person.clone());
        }
        RequestEvent::WatcherRemoved(event) => {
            matter.watchers.remove(&event.person);
        }
        RequestEvent::MergeReceived(event) => {
            matter.watchers.extend(event.watchers.iter().cloned());
        }
        RequestEvent::ApprovalsRequired(ApprovalsRequired { steps }) => {
            matter.approvals.clone_from(steps);
        }
        RequestEvent::TasksPlanned(event) => {
            let planned = event.tasks.iter();
            matter
                .tasks
                .extend(planned.map(|task| (task.key.clone(), task.title.clone())));
        }
        RequestEvent::Submitted(_)
        | RequestEvent::ReceiptIssued(_)
        | RequestEvent::Acknowledged(_)
        | RequestEvent::Started(_)
        | RequestEvent::WaitBegan(_)
        | RequestEvent::Resumed(_)
        | RequestEvent::Replied(_)
        | RequestEvent::NoteAdded(_)
        | RequestEvent::PriorityChanged(_)
        | RequestEvent::TagsChanged(_)
        | RequestEvent::Resolved(_)
        | RequestEvent::Confirmed(_)
        | RequestEvent::Reopened(_)
        | RequestEvent::AutoClosed(_)
        | RequestEvent::Declined(_)
        | RequestEvent::Cancelled(_)
        | RequestEvent::ApprovalGiven(_)
        | RequestEvent::ApprovalStepPassed(_)
        | RequestEvent::Approved(_)
        | RequestEvent::ApprovalRejected(_)
        | RequestEvent::ApprovalTimedOut(_)
        | RequestEvent::TasksBegun(_)
        | RequestEvent::TaskProgressed(_)
        | RequestEvent::TaskRefused(_)
        | RequestEvent::TaskDropped(_)
        | RequestEvent::ReleasedFromPlan(_)
        | RequestEvent::Linked(_)
        | RequestEvent::Unlinked(_)
        | RequestEvent::Merged(_)
        | RequestEvent::Attached(_)
        | RequestEvent::Detached(_)
        | RequestEvent::OutcomePublished(_)
        | RequestEvent::OutcomeShared(_)
        | RequestEvent::HistoryImported(_) => {}
    }
}
