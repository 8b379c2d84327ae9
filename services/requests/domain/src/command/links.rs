//! What goes with concerns, links and merges.

use std::collections::BTreeSet;

use khidma_events::requests::RequestKind;
use khidma_kernel::{Actor, DepartmentId, OfferingId, PersonId, ServiceRequestId};

use crate::State;

/// A new concern. Raised by the caller in person, or by [`Actor::Anonymous`].
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// The department whose service it is about.
    pub provider: DepartmentId,
    /// Fact: whether there is such a department and it is open.
    pub provider_known: bool,
    /// The offering it is about, if one.
    pub offering: Option<OfferingId>,
    /// Fact: the department that offers it, or did before it was retired; `None` if there is no such offering.
    pub offered_by: Option<DepartmentId>,
    /// What is wrong, in one line.
    pub title: String,
    /// What is wrong, in full; may be empty.
    pub description: String,
    /// SHA-256 of the word by which an anonymous concern is followed, hexadecimal; needed there and nowhere else.
    pub follow_digest: Option<String>,
    /// Concerns it is similar to.
    pub similar: Vec<Other>,
}

/// Another request that is spoken of, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Which.
    pub request: ServiceRequestId,
    /// Fact: whether it is the very request that the command is about.
    pub itself: bool,
    /// Fact: what it is; `None` if there is none that the caller may read.
    pub found: Option<Found>,
}

/// What is known of another request.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What kind of request it is.
    pub kind: RequestKind,
    /// Where it is in its life.
    pub state: State,
    /// The department that is asked.
    pub provider: DepartmentId,
}

/// Fact: who attached something; `None` where that is not known (not attached, or not to be seen yet).
pub type AttachedBy = Option<Actor>;

/// A request that was merged into the one the command is about, directly or by way of others.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedAway {
    /// Which.
    pub from: ServiceRequestId,
    /// Fact: who asked for it and who followed it.
    pub people: BTreeSet<PersonId>,
}

/// What came of a similar concern.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// That concern.
    pub concern: ServiceRequestId,
    /// Fact: what came of it.
    pub outcome: String,
    /// Fact: whether something was done.
    pub acted: bool,
}
