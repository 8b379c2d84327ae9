//! Which kind of entity a name on the log stands for.

use khidma_kernel::{
    AnnouncementId, DeliveryId, DepartmentId, EndpointId, EscalationId, PersonId, SilenceId,
};

/// The one entity whose event says since when messages are sent.
pub const OUTSET: &str = "outset";

/// A kind of entity of this context, and which one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// The service as a whole.
    Outset,
    /// One message to one receiver by one channel. Its entity is the bare id.
    Delivery(DeliveryId),
    /// What a person wants to hear, and how.
    Preferences(PersonId),
    /// A silence.
    Silence(SilenceId),
    /// An address of a department or person.
    Endpoint(EndpointId),
    /// An escalation.
    Escalation(EscalationId),
    /// An announcement.
    Announcement(AnnouncementId),
    /// How often a department is reminded of its standards.
    Rhythm(DepartmentId),
}

impl EntityKind {
    /// The kind behind an entity's name; `None` if it is none of ours.
    pub fn of(entity: &str) -> Option<Self> {
        if entity == OUTSET {
            return Some(Self::Outset);
        }
        if let Ok(delivery) = entity.parse() {
            return Some(Self::Delivery(delivery));
        }
        let (kind, id) = entity.split_once('-')?;
        match kind {
            "preferences" => id.parse().ok().map(Self::Preferences),
            "silence" => id.parse().ok().map(Self::Silence),
            "endpoint" => id.parse().ok().map(Self::Endpoint),
            "escalation" => id.parse().ok().map(Self::Escalation),
            "announcement" => id.parse().ok().map(Self::Announcement),
            "rhythm" => id.parse().ok().map(Self::Rhythm),
            _ => None,
        }
    }
}

/// The entity of a person's preferences.
pub fn preferences_entity(person: &PersonId) -> String {
    format!("preferences-{person}")
}

/// The entity of a silence.
pub fn silence_entity(id: SilenceId) -> String {
    format!("silence-{id}")
}

/// The entity of an endpoint.
pub fn endpoint_entity(id: &EndpointId) -> String {
    format!("endpoint-{id}")
}

/// The entity of an escalation.
pub fn escalation_entity(id: EscalationId) -> String {
    format!("escalation-{id}")
}

/// The entity of an announcement.
pub fn announcement_entity(id: AnnouncementId) -> String {
    format!("announcement-{id}")
}

/// The entity of a department's reminders of its standards.
pub fn rhythm_entity(department: &DepartmentId) -> String {
    format!("rhythm-{department}")
}
