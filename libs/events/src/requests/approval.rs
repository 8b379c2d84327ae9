//! Approvals: who has to agree before a request is worked on.

use khidma_kernel::{DepartmentId, PersonId, RoleId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to the approvals that a person may give: they were handed to somebody else for a time.
    pub enum DelegationEvent in "requests" {
        ApprovalsDelegated = "approvals_delegated" v 1,
        DelegationEnded = "delegation_ended" v 1,
    }
}

/// One of the steps in which a request is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalStep {
    /// What it is called.
    pub name: String,
    /// Who is asked; never empty.
    pub approvers: Vec<Approver>,
    /// How many of them have to agree.
    pub rule: ApprovalRule,
    /// After how many seconds something happens by itself, and what.
    #[serde(default)]
    pub timeout: Option<ApprovalTimeout>,
}

/// Who is asked to approve.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// Whoever holds this role, one of them.
    Role {
        /// The role.
        role: RoleId,
        /// Only who holds it there; anywhere if `None`.
        #[serde(default)]
        department: Option<DepartmentId>,
    },
    /// This person.
    Person(PersonId),
    /// Whom the requester reports to, at the time when it is decided.
    ManagerOfRequester,
}

/// How many of the approvers of a step have to agree.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalRule {
    /// One of them.
    Any,
    /// All of them.
    All,
}

/// What happens when nobody decides a step in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalTimeout {
    /// Seconds from the beginning of the step.
    pub seconds: u32,
    /// What happens then.
    pub then: OnTimeout,
}

/// What happens when nobody has decided in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// Silence is consent.
    Approve,
    /// Silence is a no.
    Reject,
    /// Somebody else is asked besides, whose word alone is then enough for the step.
    Escalate(Approver),
}

/// The request waits until these steps have agreed, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalsRequired {
    /// The steps, in their order; never empty.
    pub steps: Vec<ApprovalStep>,
}

/// Somebody agreed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalGiven {
    /// The step, counted from 0.
    pub step: u32,
    /// Which of the step's approvers they spoke as, counted from 0; after an escalation, the one added last.
    pub approver: u32,
    /// For whom they stood in, if their approvals were delegated to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// A word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A step has what it needs; the next one begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalStepPassed {
    /// The step, counted from 0.
    pub step: u32,
}

/// All steps have agreed; the request is with its provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approved {}

/// An approver said no, or nobody spoke in time and that meant no. It ends the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalRejected {
    /// The step, counted from 0.
    pub step: u32,
    /// For whom they stood in, if their approvals were delegated to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// Why.
    pub reason: String,
}

/// Nobody decided a step in time. What follows from it by itself stands in the events after this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalTimedOut {
    /// The step, counted from 0.
    pub step: u32,
    /// What happens now.
    pub then: OnTimeout,
}

/// A person let somebody else approve in their place for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalsDelegated {
    /// Who approves in their place.
    pub to: PersonId,
    /// From when on.
    pub from: Timestamp,
    /// Until when, exclusively.
    pub until: Timestamp,
}

/// Somebody no longer approves in their place, earlier than was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DelegationEnded {
    /// Who no longer does.
    pub to: PersonId,
}
