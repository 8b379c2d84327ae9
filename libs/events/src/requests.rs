//! What happens to service requests, to the offerings they ask for, and to the approvals they need.
//!
//! Three kinds of entity share the context `requests`; an entity's name on the log says of which kind it is
//! ([`EntityKind::of`]) and so which vocabulary reads its events.

use khidma_kernel::{DepartmentId, OfferingId, PersonId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

mod approval;
mod catalogue;
mod entity;
mod history;
mod link;
mod plan;

pub use approval::*;
pub use catalogue::*;
pub use entity::{EntityKind, delegation_entity, offering_entity};
pub use history::{HistoryImported, imported_request};
pub use link::*;
pub use plan::*;

vocabulary! {
    /// What happened to a service request.
    pub enum RequestEvent in "requests" {
        Submitted = "submitted" v 1,
        ReceiptIssued = "receipt_issued" v 1,
        Acknowledged = "acknowledged" v 1,
        Assigned = "assigned" v 1,
        Started = "started" v 1,
        WaitBegan = "wait_began" v 1,
        Resumed = "resumed" v 1,
        Replied = "replied" v 1,
        NoteAdded = "note_added" v 1,
        PriorityChanged = "priority_changed" v 1,
        TagsChanged = "tags_changed" v 1,
        Transferred = "transferred" v 1,
        Resolved = "resolved" v 1,
        Confirmed = "confirmed" v 1,
        Reopened = "reopened" v 1,
        AutoClosed = "auto_closed" v 1,
        Declined = "declined" v 1,
        Cancelled = "cancelled" v 1,
        WatcherAdded = "watcher_added" v 1,
        WatcherRemoved = "watcher_removed" v 1,
        ApprovalsRequired = "approvals_required" v 1,
        ApprovalGiven = "approval_given" v 1,
        ApprovalStepPassed = "approval_step_passed" v 1,
        Approved = "approved" v 1,
        ApprovalRejected = "approval_rejected" v 1,
        ApprovalTimedOut = "approval_timed_out" v 1,
        TasksPlanned = "tasks_planned" v 1,
        TasksBegun = "tasks_begun" v 1,
        TaskProgressed = "task_progressed" v 1,
        TaskRefused = "task_refused" v 1,
        TaskDropped = "task_dropped" v 1,
        ReleasedFromPlan = "released_from_plan" v 1,
        Linked = "linked" v 1,
        Unlinked = "unlinked" v 1,
        Merged = "merged" v 1,
        MergeReceived = "merge_received" v 1,
        Attached = "attached" v 1,
        Detached = "detached" v 1,
        OutcomePublished = "outcome_published" v 1,
        OutcomeShared = "outcome_shared" v 1,
        HistoryImported = "history_imported" v 1,
    }
}

/// How urgent a request is; the order is that of urgency.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is time.
    Low,
    /// In turn.
    #[default]
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

/// By which way a request came in.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Another system.
    #[default]
    Api,
    /// A web page.
    Web,
    /// E-mail.
    Email,
    /// Telephone.
    Phone,
    /// Chat.
    Chat,
    /// Somebody came by.
    InPerson,
}

/// What kind of request it is.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// Somebody wants something done.
    #[default]
    Service,
    /// Somebody reports a defect in a service, before an outer customer meets it.
    Concern,
}

impl RequestKind {
    /// Whether it is the usual kind.
    pub fn is_service(&self) -> bool {
        *self == Self::Service
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// On which side of a request somebody stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Who asks.
    Requester,
    /// Who is asked.
    Provider,
}

/// Somebody asked a department for something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    /// The department that is asked.
    pub provider: DepartmentId,
    /// What kind of request it is.
    #[serde(default, skip_serializing_if = "RequestKind::is_service")]
    pub kind: RequestKind,
    /// Who asks; `None` for a task of a plan, which a department asks for, and for an anonymous concern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<PersonId>,
    /// The department for which they ask; `None` for an anonymous concern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_department: Option<DepartmentId>,
    /// What is wanted, in one line.
    pub title: String,
    /// What is wanted, in full; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The offering it asks for, or the one a concern is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering: Option<OfferingId>,
    /// The version of the offering under which it was made; 0 for one that was not in the catalogue.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offering_version: u32,
    /// The answers to the offering's form.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, Value>")]
    pub answers: Map<String, Value>,
    /// Of which request it is a task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_of: Option<TaskOf>,
    /// SHA-256 of the word by which whoever raised an anonymous concern can follow it, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_digest: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// By which way it came in.
    pub channel: Channel,
}

impl Submitted {
    /// The plainest request: `requester` asks `provider` for something, on behalf of their own department.
    pub fn plain(
        provider: DepartmentId,
        requester: PersonId,
        requester_department: DepartmentId,
        title: impl Into<String>,
    ) -> Self {
        Self {
            provider,
            kind: RequestKind::Service,
            requester: Some(requester),
            requester_department: Some(requester_department),
            title: title.into(),
            description: String::new(),
            offering: None,
            offering_version: 0,
            answers: Map::new(),
            task_of: None,
            follow_digest: None,
            priority: Priority::Normal,
            tags: Vec::new(),
            channel: Channel::Api,
        }
    }
}

/// The requester was told, at once and by itself, that the request has arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReceiptIssued {}

/// A person of the provider said that they have seen it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledged {
    /// A public word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Somebody took it on, or was given it (then the event's actor is another person).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assigned {
    /// Who does it from now on.
    pub assignee: PersonId,
    /// Who did it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PersonId>,
}

/// Work began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Started {}

/// The provider waits for the requester.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitBegan {
    /// What is needed from them.
    pub question: String,
}

/// The waiting ended; work goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resumed {
    /// A public word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A public reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replied {
    /// From which side.
    pub side: Side,
    /// What was said.
    pub text: String,
}

/// A note that only the provider sees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoteAdded {
    /// What was noted.
    pub text: String,
}

/// It became more or less urgent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriorityChanged {
    /// How urgent it was.
    pub from: Priority,
    /// How urgent it is.
    pub to: Priority,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// It was tagged anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TagsChanged {
    /// All its tags, sorted, each once.
    pub tags: Vec<String>,
}

/// Another department became its provider; nobody there has taken it on yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transferred {
    /// The provider before.
    pub from: DepartmentId,
    /// The provider from now on.
    pub to: DepartmentId,
    /// Why, as the requester was told.
    pub reason: String,
}

/// The provider said that it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resolved {
    /// What was done.
    pub outcome: String,
    /// When it closes by itself unless the requester speaks; `None` for never (history that was taken over).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_close_at: Option<Timestamp>,
}

/// The requester said that it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmed {
    /// A word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// It was not done after all, and is worked on again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reopened {
    /// What is missing.
    pub reason: String,
}

/// It closed by itself, as the requester did not speak in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AutoClosed {}

/// The provider will not do it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Declined {
    /// Why, as the requester was told.
    pub reason: String,
    /// What becomes of its tasks under way, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<TasksFate>,
}

/// The requester no longer wanted it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What becomes of its tasks under way, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<TasksFate>,
}

/// Somebody follows it from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatcherAdded {
    /// Who.
    pub person: PersonId,
}

/// Somebody follows it no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WatcherRemoved {
    /// Who.
    pub person: PersonId,
}
