//! Improvement actions: what is done about what was heard, and who is told.

use std::collections::BTreeSet;

use khidma_kernel::{
    ActionId, DepartmentId, InterviewId, PersonId, RoundId, ServiceRequestId, Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Texts;

vocabulary! {
    /// What happened to an improvement action.
    pub enum ActionEvent in "feedback" {
        ActionOpened = "action_opened" v 1,
        ActionAssigned = "action_assigned" v 1,
        ActionStarted = "action_started" v 1,
        ActionDueMoved = "action_due_moved" v 1,
        ActionOverdue = "action_overdue" v 1,
        ActionDone = "action_done" v 1,
        ActionDropped = "action_dropped" v 1,
        ActionPublished = "action_published" v 1,
    }
}

/// What it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The results of a round.
    Round(RoundId),
    /// What somebody answered after a request.
    Answer(ServiceRequestId),
    /// A concern.
    Concern(ServiceRequestId),
    /// A promise that was broken to a request.
    Breach(ServiceRequestId),
    /// An interview or focus group.
    Interview(InterviewId),
    /// Something else, in words.
    Other(String),
}

/// It was decided that something is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionOpened {
    /// Its id.
    pub action: ActionId,
    /// Who does it.
    pub department: DepartmentId,
    /// What is to be done.
    pub title: String,
    /// What it comes from.
    pub origin: Origin,
    /// Who answers for it.
    pub owner: PersonId,
    /// By when.
    pub due: Timestamp,
}

/// Somebody else answers for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionAssigned {
    /// Who.
    pub owner: PersonId,
}

/// It was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionStarted {}

/// It is due at another time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionDueMoved {
    /// By when.
    pub due: Timestamp,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Its time passed and it was not done: its owner is warned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionOverdue {
    /// By when it was due.
    pub due: Timestamp,
}

/// It was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionDone {
    /// What was done.
    pub outcome: String,
    /// Where that can be seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// It is not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionDropped {
    /// Why.
    pub reason: String,
}

/// "You said, we did": what was heard and what came of it, told to the departments concerned and to those who were asked or
/// spoke. Who spoke is not named, and of a round all who were invited are told, as nothing shall show who answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionPublished {
    /// What was heard, by language.
    pub you_said: Texts,
    /// What was done, by language.
    pub we_did: Texts,
    /// The language for those whose languages it is not in.
    pub language: String,
    /// The departments concerned.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub departments: BTreeSet<DepartmentId>,
    /// What it comes from, as [`ActionOpened`] said: whom it is told to follows from it.
    pub origin: Origin,
}
