//! A delivery: one message to one receiver by one channel, from the wish to the end.

mod command;
mod decide;
mod evolve;
mod refusal;
mod retry;
mod state;
#[cfg(test)]
mod tests;

pub use command::{DeliveryCommand, Fate, Keeper, Outcome};
pub use refusal::DeliveryRefusal;
pub use retry::{ATTEMPTS, LONGEST_WAIT, next_attempt};
pub use state::{Delivery, Stage};

use std::collections::BTreeSet;

use khidma_events::notifications::{Channel, DeliveryEvent, Origin, Receiver};
use khidma_kernel::{Command, Decider, DeliveryId, DepartmentId, Recorded, derived_id};

/// The delivery as an entity. Its name on the log is the bare id.
#[derive(Debug)]
pub struct DeliveryDecider;

/// The id of the delivery that follows from `origin` for `to` by `channel`: however often it comes to that, it is the same.
pub fn delivery_id(origin: &Origin, to: &Receiver, channel: Channel) -> DeliveryId {
    let (kind, name): (&[u8], &str) = match to {
        Receiver::Person(person) => (b"person", person.as_str()),
        Receiver::Endpoint(endpoint) => (b"endpoint", endpoint.as_str()),
    };
    DeliveryId(derived_id(&[
        b"delivery",
        &origin.position.0.to_be_bytes(),
        &origin.number.to_be_bytes(),
        kind,
        name.as_bytes(),
        channel.as_str().as_bytes(),
    ]))
}

impl Decider for DeliveryDecider {
    type Body = DeliveryCommand;
    type Event = DeliveryEvent;
    type State = Option<Delivery>;
    type Refusal = DeliveryRefusal;

    fn decide(
        state: &Option<Delivery>,
        command: &Command<DeliveryCommand>,
    ) -> Result<Vec<DeliveryEvent>, DeliveryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Delivery>, recorded: &Recorded<DeliveryEvent>) {
        evolve::evolve(state, recorded);
    }

    /// No department: what becomes of a message is between its receiver and us.
    fn audience(_: &Option<Delivery>, _: &Option<Delivery>) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
