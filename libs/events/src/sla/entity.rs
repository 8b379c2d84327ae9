//! The names of entities on the log.

use khidma_kernel::{CalendarId, PolicyId, ServiceRequestId};

/// The kinds of entity of this context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityKind {
    /// The clocks of a request; its events are [`super::ClockEvent`]s.
    Clocks(ServiceRequestId),
    /// A policy; its events are [`super::PolicyEvent`]s.
    Policy(PolicyId),
    /// What became of the running clocks when a calendar was revised; its events are [`super::AdoptionEvent`]s.
    Adoption(CalendarId),
}

impl EntityKind {
    /// Which entity is called so on the log; `None` if none can be.
    pub fn of(entity: &str) -> Option<Self> {
        if let Ok(request) = entity.parse() {
            return Some(Self::Clocks(request));
        }
        let (kind, slug) = entity.split_once('-')?;
        match kind {
            "policy" => slug.parse().ok().map(Self::Policy),
            "calendar" => slug.parse().ok().map(Self::Adoption),
            _ => None,
        }
    }
}

/// A policy's name on the log: `policy-helpdesk`.
pub fn policy_entity(id: &PolicyId) -> String {
    format!("policy-{id}")
}

/// The name on the log of a calendar's adoptions: `calendar-rome-office`.
pub fn adoption_entity(id: &CalendarId) -> String {
    format!("calendar-{id}")
}
