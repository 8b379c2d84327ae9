//! What decisions about a request need to know of its past.

use std::collections::BTreeSet;

use khidma_events::requests::Priority;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
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
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Submitted,
        Self::Acknowledged,
        Self::InProgress,
        Self::Waiting,
        Self::Resolved,
        Self::Confirmed,
        Self::Closed,
        Self::Declined,
        Self::Cancelled,
    ];

    /// Whether the provider still has something to do (or waits to).
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Acknowledged | Self::InProgress | Self::Waiting
        )
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
    /// Who asks.
    pub requester: PersonId,
    /// The department for which they ask.
    pub requester_department: DepartmentId,
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
}

impl Request {
    /// The open state that what has happened so far amounts to, apart from any waiting.
    pub(crate) fn open_state(&self) -> State {
        match (self.started, self.acknowledged) {
            (true, _) => State::InProgress,
            (false, true) => State::Acknowledged,
            (false, false) => State::Submitted,
        }
    }
}
