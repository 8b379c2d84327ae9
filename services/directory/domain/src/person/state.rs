//! What decisions about a person need to know.

use khidma_events::directory::{PersonKind, Profile};
use khidma_kernel::{DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

/// A person who became known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The name others see.
    pub display_name: String,
    /// What they are to the organisation.
    pub kind: PersonKind,
    /// The departments they belong to, the main one first.
    pub departments: Vec<DepartmentId>,
    /// To whom they report (or reported, if they have left).
    pub manager: Option<PersonId>,
    /// How they want to be reached; empty if they have left.
    pub profile: Profile,
    /// Whether they have left.
    pub deactivated: bool,
}
