//! Thanks, from a person to a person or a team.

use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, ThanksId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to the thanks that a person gave.
    pub enum ThanksEvent in "feedback" {
        ThanksGiven = "thanks_given" v 1,
        ThanksWithdrawn = "thanks_withdrawn" v 1,
    }
}

/// Who is thanked.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Thanked {
    /// A person.
    Person(PersonId),
    /// All of a department.
    Team(DepartmentId),
}

/// Somebody thanked somebody. Who did is the event's actor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThanksGiven {
    /// Its id.
    pub thanks: ThanksId,
    /// Who is thanked.
    pub to: Thanked,
    /// On whose wall it stands: the main department of who is thanked, or the team; `None` if it is private or there is none.
    #[serde(default)]
    pub wall: Option<DepartmentId>,
    /// For which request, if for one.
    #[serde(default)]
    pub request: Option<ServiceRequestId>,
    /// In their words.
    pub text: String,
}

/// It was taken back, and is shown no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThanksWithdrawn {
    /// Which.
    pub thanks: ThanksId,
}
