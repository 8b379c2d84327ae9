//! What somebody may want of a delivery. Facts from elsewhere travel with it.

use std::time::Duration;

use khidma_events::directory::QuietHours;
use khidma_events::notifications::{DeliveryRequested, EndpointOwner, Failure};
use khidma_kernel::DeliveryId;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum DeliveryCommand {
    /// Somebody is to be told something. Asked for again, nothing follows. What goes to the inbox is delivered by that.
    Request(Box<DeliveryRequested>),
    /// An attempt has ended.
    Attempted {
        /// Of which delivery: each waits a little longer or shorter than others.
        id: DeliveryId,
        /// Which attempt, from 1: one more than there had been when it began.
        attempt: u32,
        /// How.
        outcome: Outcome,
        /// Fact: the receiver's quiet hours, where they hold for it. It is not tried again in them.
        quiet: Option<QuietHours>,
    },
    /// No attempt is made any more, as none can be.
    GiveUp {
        /// Why.
        failure: Failure,
    },
    /// Try a dead one again.
    Replay {
        /// Fact: who keeps the endpoint it goes to, if it goes to one.
        keeper: Keeper,
    },
    /// Its receiver was shown it.
    See,
    /// Its receiver read it.
    Read,
    /// Its receiver puts it away.
    Archive,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Taken,
    /// It did not arrive.
    Failed {
        /// Why.
        failure: Failure,
        /// Whether there is any use in trying again.
        fate: Fate,
    },
}

/// Whether there is any use in trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// There may be.
    Retry {
        /// What the receiver asked us to wait at the least, if it did.
        after: Option<Duration>,
    },
    /// There is none.
    Never,
}

/// Fact: who keeps the endpoint that a delivery goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// It goes to no endpoint.
    Nobody,
    /// The endpoint was removed, or there never was one.
    Gone,
    /// There is one.
    Endpoint {
        /// Whose it is.
        owner: EndpointOwner,
        /// Whether messages are sent to it.
        enabled: bool,
    },
}
