//! How the entities of requests are called on the log.

use khidma_kernel::{OfferingId, PersonId, ServiceRequestId};

/// An entity of this context, as its name on the log says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// Its events are [`super::RequestEvent`]s.
    Request(ServiceRequestId),
    /// Its events are [`super::OfferingEvent`]s.
    Offering(OfferingId),
    /// The approvals a person has handed to others for a time. Its events are [`super::DelegationEvent`]s.
    Delegation(PersonId),
}

impl EntityKind {
    /// Which entity is called so on the log; `None` if none can be.
    pub fn of(entity: &str) -> Option<Self> {
        if let Ok(request) = entity.parse() {
            return Some(Self::Request(request));
        }
        let (kind, slug) = entity.split_once('-')?;
        match kind {
            "offering" => slug.parse().ok().map(Self::Offering),
            "delegation" => slug.parse().ok().map(Self::Delegation),
            _ => None,
        }
    }
}

/// An offering's name on the log: `offering-new-employee`.
pub fn offering_entity(id: &OfferingId) -> String {
    format!("offering-{id}")
}

/// The name on the log of what a person has delegated: `delegation-amina`.
pub fn delegation_entity(person: &PersonId) -> String {
    format!("delegation-{person}")
}
