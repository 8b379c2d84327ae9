//! What an action is, as far as later decisions and its readers need to know.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::Origin;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// It was decided, and not begun.
    Open,
    /// It is under way.
    Started,
    /// It is done, and nobody was told.
    Done,
    /// It is done, and those whom it concerns were told.
    Published,
    /// It is not done.
    Dropped,
}

/// An improvement action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Who does it.
    pub department: DepartmentId,
    /// What is to be done.
    pub title: String,
    /// What it comes from.
    pub origin: Origin,
    /// Who answers for it.
    pub owner: PersonId,
    /// When it was decided.
    pub opened_at: Timestamp,
    /// By when.
    pub due: Timestamp,
    /// By when at first.
    pub first_due: Timestamp,
    /// Why it was moved the last time; empty if it never was.
    pub moved_because: String,
    /// Whether its owner was warned that it was not done by then.
    pub warned: bool,
    /// How far it is.
    pub stage: Stage,
    /// When it was done or dropped.
    pub ended_at: Option<Timestamp>,
    /// What was done, or why not; empty while it is to be done.
    pub outcome: String,
    /// Where that can be seen.
    pub evidence: Vec<String>,
    /// What was told of it.
    pub published: Option<Published>,
}

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// When.
    pub at: Timestamp,
    /// What was heard, by language.
    pub you_said: BTreeMap<String, String>,
    /// What was done, by language.
    pub we_did: BTreeMap<String, String>,
    /// The language for those whose languages it is not in.
    pub language: String,
    /// The departments concerned.
    pub departments: BTreeSet<DepartmentId>,
}

impl Action {
    /// Whether it is still to be done.
    pub fn is_to_be_done(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Started)
    }

    /// Whether its time has passed and it is not done.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_to_be_done() && self.due <= now
    }

    /// When its owner is to be warned, if they are.
    pub fn warns_at(&self) -> Option<Timestamp> {
        (self.is_to_be_done() && !self.warned).then_some(self.due)
    }
}
