//! What decisions about a training need to know.

use std::collections::BTreeSet;

use khidma_events::directory::TrainingPlan;
use khidma_kernel::{Date, DepartmentId, PersonId, TrainingId};
use serde::{Deserialize, Serialize};

/// A training that was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// Its id.
    pub id: TrainingId,
    /// The department that gives it.
    pub department: DepartmentId,
    /// What is planned.
    pub plan: TrainingPlan,
    /// How far it is.
    pub stage: Stage,
}

/// How far a training is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It is to be given.
    Planned,
    /// It will not be given.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// It was given.
    Held {
        /// Which day.
        on: Date,
        /// Who attended.
        people: BTreeSet<PersonId>,
    },
}

impl Training {
    /// The day it was given, and who attended; `None` if it was not.
    pub fn held(&self) -> Option<(Date, &BTreeSet<PersonId>)> {
        match &self.stage {
            Stage::Held { on, people } => Some((*on, people)),
            Stage::Planned | Stage::Cancelled { .. } => None,
        }
    }
}
