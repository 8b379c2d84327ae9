//! What decisions about an escalation need to know of its past, and what people see of it.

use std::collections::BTreeSet;

use khidma_events::notifications::Exhausted;
use khidma_events::sla::ClockRef;
use khidma_kernel::{Actor, DepartmentId, PersonId, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};

/// An escalation; before it was raised, none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// What it is about; `None` before it was raised.
    pub subject: Option<Subject>,
    /// Who was told, in the order in which it climbed.
    pub levels: Vec<Level>,
    /// Who asked, if they were told of it without being asked to take care.
    pub requester: Option<PersonId>,
    /// When it goes up, if it does.
    pub climbs_at: Option<Timestamp>,
    /// Who takes care of it.
    pub acknowledged: Option<Acknowledgement>,
    /// Why there is nobody more to be told.
    pub exhausted: Option<Exhausted>,
    /// Whether what it was about is over.
    pub ended: bool,
}

/// What an escalation is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// Of which request.
    pub request: ServiceRequestId,
    /// Of which of its clocks.
    pub clock: ClockRef,
    /// Which step of the ladder, from 0.
    pub step: u32,
    /// The department whose promise it is.
    pub owner: DepartmentId,
}

/// Who was told at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// When.
    pub at: Timestamp,
    /// Who; of the first level nobody, if the step names none that there is.
    pub to: Vec<PersonId>,
}

/// Somebody takes care of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who.
    pub by: Actor,
    /// Since when.
    pub at: Timestamp,
}

/// How an escalation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It waits to be acknowledged.
    Open,
    /// Somebody takes care of it.
    Acknowledged,
    /// Nobody acknowledged, and there is nobody more to be told.
    Exhausted,
    /// What it was about is over.
    Ended,
}

impl Escalation {
    /// How it is doing. One that nobody heard of is open: somebody has to see it.
    pub fn standing(&self) -> Standing {
        match self {
            Self { ended: true, .. } => Standing::Ended,
            Self {
                acknowledged: Some(_),
                ..
            } => Standing::Acknowledged,
            Self {
                exhausted: Some(_), ..
            } => Standing::Exhausted,
            _ => Standing::Open,
        }
    }

    /// Everybody who was asked to take care of it.
    pub fn told(&self) -> BTreeSet<PersonId> {
        let told = self.levels.iter().flat_map(|level| &level.to);
        told.cloned().collect()
    }

    /// Whether `actor` was asked to take care of it.
    pub fn was_told(&self, actor: &Actor) -> bool {
        let mut told = self.levels.iter().flat_map(|level| &level.to);
        told.any(|person| actor.person() == Some(person))
    }
}
