//! What somebody may want of an endpoint. Facts from elsewhere travel with it.

use khidma_events::notifications::{EndpointOwner, EndpointSpec, Failure};
use khidma_kernel::EndpointId;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointCommand {
    /// Add it.
    Register {
        /// Its id.
        id: EndpointId,
        /// Whose messages it gets.
        owner: EndpointOwner,
        /// What else is to be known of it.
        spec: EndpointSpec,
        /// Fact: its owner.
        of: OwnerFact,
        /// Fact: where it is.
        url: UrlFact,
    },
    /// Say anew where it is and what it gets. How it is spoken to stays.
    Change {
        /// What is to be known of it.
        spec: EndpointSpec,
        /// Fact: where it is.
        url: UrlFact,
    },
    /// Give it another secret.
    Rotate,
    /// Send nothing to it any more.
    Disable {
        /// What it answered, where that is why; then the service itself asks.
        failure: Option<Failure>,
    },
    /// Send to it again.
    Enable,
    /// Remove it.
    Remove,
}

/// Fact: the owner of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnerFact {
    /// Whether there is such a person or department, and they have not left or closed.
    pub present: bool,
    /// How many endpoints they have.
    pub endpoints: usize,
}

/// Fact: what is to be said of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlFact {
    /// Messages may be posted there.
    Fine,
    /// They may not, and why not.
    Refused(String),
}
