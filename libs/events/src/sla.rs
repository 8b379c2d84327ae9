//! What happens to promises: to the clocks of a request, and to the policies and calendars they are measured by.
//!
//! Three kinds of entity share the context `sla`; an entity's name on the log says of which kind it is
//! ([`EntityKind::of`]) and so which vocabulary reads its events.

mod clock;
mod entity;
mod policy;

pub use clock::*;
pub use entity::{EntityKind, adoption_entity, policy_entity};
pub use policy::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is measured.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From the submission until a person of the provider says that they have seen it.
    Acknowledge,
    /// From the submission until the provider's first public word.
    FirstResponse,
    /// From the requester's oldest unanswered message until the provider's next public word.
    NextResponse,
    /// From each public word of the provider to the next one, while the request is open.
    Update,
    /// From the submission until it is resolved.
    Resolve,
    /// From the submission until the requester confirms: the end-to-end promise.
    Confirm,
    /// From when a department takes it until it leaves them: the operational level (OLA).
    Ownership,
}

impl Metric {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Acknowledge,
        Self::FirstResponse,
        Self::NextResponse,
        Self::Update,
        Self::Resolve,
        Self::Confirm,
        Self::Ownership,
    ];

    /// The metric as events, policies and attributes write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Update => "update",
            Self::Resolve => "resolve",
            Self::Confirm => "confirm",
            Self::Ownership => "ownership",
        }
    }

    /// The metric that is written so, if one is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == text)
    }
}

/// Where a request is in its life, as far as a clock may pause there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LifeState {
    /// Its approvers have not agreed yet: it is not with the provider.
    AwaitingApproval,
    /// Nobody has said that they have seen it.
    Submitted,
    /// Seen by a person of the provider.
    Acknowledged,
    /// Being worked on.
    InProgress,
    /// Waiting on the requester.
    Waiting,
    /// Done, says the provider.
    Resolved,
}

impl LifeState {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::AwaitingApproval,
        Self::Submitted,
        Self::Acknowledged,
        Self::InProgress,
        Self::Waiting,
        Self::Resolved,
    ];

    /// The state as events and policies write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
        }
    }

    /// The state that is written so, if one is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
