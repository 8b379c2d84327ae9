//! What happens to a service request.

use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Who asks.
    pub requester: PersonId,
    /// The department for which they ask.
    pub requester_department: DepartmentId,
    /// What is wanted, in one line.
    pub title: String,
    /// What is wanted, in full; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The offering it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags, sorted, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// By which way it came in.
    pub channel: Channel,
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
    /// When it closes by itself unless the requester speaks.
    pub auto_close_at: Timestamp,
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
}

/// The requester no longer wanted it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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
