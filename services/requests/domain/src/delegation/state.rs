//! What decisions need to know of what was delegated before.

use std::collections::BTreeMap;

use khidma_kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// To whom a person has delegated their approvals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegations {
    /// Who, and for which time. What was over when something was last delegated is not here any more.
    pub to: BTreeMap<PersonId, Period>,
}

/// A time from one instant on until another, exclusively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// From when on.
    pub from: Timestamp,
    /// Until when, exclusively.
    pub until: Timestamp,
}

impl Period {
    /// Whether `at` lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}
