//! What decisions about a request need to know of its past.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::{
    ApprovalStep, Approver, LinkKind, Priority, RequestKind, TaskOf, TaskState, TasksFate,
};
use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, TaskKey, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a request is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// Asked; no person has said so far that they saw it.
    Submitted,
    /// Seen by a person of the provider.
    Acknowledged,
    /// Being worked on.
    InProgress,
    /// Waiting on the requester.
    Waiting,
    /// Done, says the provider.
    Resolved,
    /// Done, says the requester.
    Confirmed,
    /// Closed by itself.
    Closed,
    /// The provider would not do it.
    Declined,
    /// The requester no longer wanted it.
    Cancelled,
    /// Asked; waits until its approvers agree, and is not with the provider before.
    AwaitingApproval,
    /// Its approvers did not agree.
    Rejected,
    /// Ended, as another request goes on for it.
    Merged,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 12] = [
        Self::AwaitingApproval,
        Self::Rejected,
        Self::Submitted,
        Self::Acknowledged,
        Self::InProgress,
        Self::Waiting,
        Self::Resolved,
        Self::Confirmed,
        Self::Closed,
        Self::Declined,
        Self::Cancelled,
        Self::Merged,
    ];

    /// Whether the provider still has something to do (or waits to).
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Acknowledged | Self::InProgress | Self::Waiting
        )
    }

    /// Whether nothing more happens to it but by a reopening.
    pub fn is_over(self) -> bool {
        !(self.is_open() || matches!(self, Self::AwaitingApproval | Self::Resolved))
    }

    /// Whether it ended without being done, for ever.
    pub fn ended_early(self) -> bool {
        matches!(
            self,
            Self::Declined | Self::Cancelled | Self::Rejected | Self::Merged
        )
    }

    /// Whether a request in this state can go on for another that is merged into it.
    pub fn takes_in(self) -> bool {
        !self.ended_early()
    }

    /// The state as messages and details write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in progress",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Confirmed => "confirmed",
            Self::Closed => "closed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::AwaitingApproval => "awaiting approval",
            Self::Rejected => "rejected",
            Self::Merged => "merged",
        }
    }
}

/// A service request, as far as decisions go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Where it is in its life.
    pub state: State,
    /// The department that is asked.
    pub provider: DepartmentId,
    /// What kind of request it is.
    pub kind: RequestKind,
    /// Who asks; nobody in person for a task of a plan, nobody known for an anonymous concern.
    pub requester: Option<PersonId>,
    /// The person who wrote it down, for themselves or on behalf of who asks.
    pub submitted_by: Option<PersonId>,
    /// The department for which they ask; unknown for an anonymous concern.
    pub requester_department: Option<DepartmentId>,
    /// Who does it.
    pub assignee: Option<PersonId>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Who follows it besides the two sides.
    pub watchers: BTreeSet<PersonId>,
    /// Whether a person has said that they saw it.
    pub acknowledged: bool,
    /// Whether its present provider has begun to work on it.
    pub started: bool,
    /// When it closes by itself; only while it is resolved.
    pub auto_close_at: Option<Timestamp>,
    /// What its approvers have said; only if it needs approvals.
    pub approval: Option<Approval>,
    /// Of which request it is a task.
    pub task_of: Option<TaskOf>,
    /// Its own tasks, in the order in which they were planned.
    pub tasks: Vec<Task>,
    /// What became of its tasks under way when it ended early.
    pub fate: Option<TasksFate>,
    /// How it hangs together with others.
    pub links: BTreeSet<(LinkKind, ServiceRequestId)>,
    /// The request that goes on for it; only while it is merged.
    pub merged_into: Option<ServiceRequestId>,
    /// The digests of what is attached, and whether only the provider sees it: each side has its own.
    pub attached: BTreeSet<(String, bool)>,
    /// SHA-256 of the word by which an anonymous concern is followed, hexadecimal.
    pub follow_digest: Option<String>,
    /// The concerns whose outcome was shared with it.
    pub told: BTreeSet<ServiceRequestId>,
    /// Where it was taken over from.
    pub imported: Option<Imported>,
}

/// What the approvers of a request have said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// The steps. An escalation adds an approver to the end of its step.
    pub steps: Vec<ApprovalStep>,
    /// The step that is being decided; their number once all have agreed.
    pub current: u32,
    /// When that step began.
    pub since: Timestamp,
    /// Which of its approvers have agreed, and who spoke as them.
    pub given: BTreeMap<u32, PersonId>,
    /// Whether the present step was escalated: then the approver added last decides alone.
    pub escalated: bool,
    /// Whoever has said yes or no in any step: they may read the request from then on.
    pub spoken: BTreeSet<PersonId>,
}

impl Approval {
    /// The step that is being decided; `None` once all have agreed.
    pub fn step(&self) -> Option<&ApprovalStep> {
        self.steps.get(self.current as usize)
    }

    /// When the present step times out.
    pub fn due(&self) -> Option<Timestamp> {
        let timeout = self.step()?.timeout.as_ref()?;
        (!self.escalated).then(|| self.since.plus_seconds(timeout.seconds.into()))
    }

    /// Who is still asked, with their number within the step.
    pub fn waiting_for(&self) -> impl Iterator<Item = (u32, &Approver)> {
        let approvers = self.step().map(|step| step.approvers.as_slice());
        (0..)
            .zip(approvers.unwrap_or_default())
            .filter(|(number, _)| !self.given.contains_key(number))
    }
}

/// A task of a request's plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its key within the plan.
    pub key: TaskKey,
    /// The tasks it waits for, by their place in the plan.
    pub needs: BTreeSet<u32>,
    /// Where it is in its life.
    pub state: TaskState,
    /// The request it has become; the last one, if it was asked for again.
    pub request: Option<ServiceRequestId>,
    /// How often it was asked for.
    pub attempts: u32,
}

/// Where a request was taken over from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The system it comes from.
    pub source: String,
    /// What it is called there.
    pub external_id: String,
    /// How many of the case's records have been taken over.
    pub steps: u32,
    /// SHA-256 over those records, hexadecimal.
    pub digest: String,
}

impl Request {
    /// Whether it is `person`'s own, whose approval is therefore not theirs to give: they ask, or wrote it down for who
    /// does.
    pub(crate) fn is_own(&self, person: &PersonId) -> bool {
        [&self.requester, &self.submitted_by].contains(&&Some(person.clone()))
    }

    /// The task with that key, and its place in the plan.
    pub fn task(&self, key: &TaskKey) -> Option<(usize, &Task)> {
        self.tasks
            .iter()
            .enumerate()
            .find(|(_, task)| task.key == *key)
    }

    /// The open state that what has happened so far amounts to, apart from any waiting.
    pub(crate) fn open_state(&self) -> State {
        match (self.started, self.acknowledged) {
            (true, _) => State::InProgress,
            (false, true) => State::Acknowledged,
            (false, false) => State::Submitted,
        }
    }
}
