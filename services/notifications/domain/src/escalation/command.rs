//! What may be asked of an escalation.

use std::time::Duration;

use khidma_events::sla::ClockRef;
use khidma_kernel::{DepartmentId, ServiceRequestId};

use crate::ladder::{Above, Named};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscalationCommand {
    /// A step was reached: tell whom it names. By the service.
    Raise(Raise),
    /// Nobody acknowledged in time: tell who stands above. By the service.
    Climb(Climb),
    /// Take care of it. By who was told, by who lead the department whose promise it is, by admins.
    Acknowledge {
        /// A word with it.
        comment: Option<String>,
        /// Whether who asks leads that department.
        leads: bool,
    },
    /// What it was about is over. By the service.
    End,
}

/// A step that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raise {
    /// Of which request.
    pub request: ServiceRequestId,
    /// Of which of its clocks.
    pub clock: ClockRef,
    /// Which step of the ladder, from 0.
    pub step: u32,
    /// The department whose promise it is.
    pub owner: DepartmentId,
    /// Whom it names.
    pub named: Named,
    /// How long it waits before it goes up; `None`: it does not.
    pub climb_after: Option<Duration>,
}

/// The way up, as it was seen from a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climb {
    /// The level to be reached, from 1. If others were faster, nothing follows.
    pub level: u32,
    /// Who stands there.
    pub above: Above,
    /// How long it waits before it goes further up; `None`: it does not.
    pub climb_after: Option<Duration>,
}
