//! Escalations: a step of a clock's ladder, told up the reporting line until somebody acknowledges.

use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sla::ClockRef;

vocabulary! {
    /// What happened to an escalation.
    pub enum EscalationEvent in "notifications" {
        EscalationRaised = "escalation_raised" v 1,
        EscalationClimbed = "escalation_climbed" v 1,
        EscalationAcknowledged = "escalation_acknowledged" v 1,
        EscalationExhausted = "escalation_exhausted" v 1,
        EscalationEnded = "escalation_ended" v 1,
    }
}

/// A step of the ladder was reached, and these were told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalationRaised {
    /// Of which request.
    pub request: ServiceRequestId,
    /// Of which of its clocks.
    pub clock: ClockRef,
    /// Which step of the ladder, from 0.
    pub step: u32,
    /// The department whose promise it is.
    pub owner: DepartmentId,
    /// Who was told; nobody if the step names none that there is.
    pub to: Vec<PersonId>,
    /// Who asked, where the step names them: they hear of it, but are not asked to take care, and it does not go up from
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<PersonId>,
    /// When it goes on up the reporting line unless somebody acknowledges; `None`: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climbs_at: Option<Timestamp>,
}

/// Nobody acknowledged in time: those they report to were told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalationClimbed {
    /// How far above those who were told first, from 1.
    pub level: u32,
    /// Who was told, none of whom had been before.
    pub to: Vec<PersonId>,
    /// When it goes on up; `None`: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climbs_at: Option<Timestamp>,
}

/// Somebody said that they take care of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalationAcknowledged {
    /// A word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Why there is nobody more to be told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Exhausted {
    /// They report to nobody.
    Top,
    /// All whom they report to had been told: the reporting line goes in a circle.
    Circle,
}

/// Nobody acknowledged, and there is nobody more to be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalationExhausted {
    /// Why.
    pub why: Exhausted,
}

/// What it was about is over: the clock stopped or ended, or the breach was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalationEnded {}
