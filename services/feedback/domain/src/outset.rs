//! The service as a whole: since when people are asked how their requests went.

use std::collections::BTreeSet;

use khidma_events::feedback::{AskingBegan, OutsetEvent};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Refusal};

/// The outset as an entity. Its state is whether people are asked yet.
#[derive(Debug)]
pub struct OutsetDecider;

/// From now on people are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begin;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("only the service itself begins")]
pub struct NotOurs;

impl Refusal for NotOurs {
    fn code(&self) -> &'static str {
        "NOT_ALLOWED"
    }
}

impl Decider for OutsetDecider {
    type Body = Begin;
    type Event = OutsetEvent;
    type State = bool;
    type Refusal = NotOurs;

    fn decide(begun: &bool, command: &Command<Begin>) -> Result<Vec<OutsetEvent>, NotOurs> {
        match (begun, command.by.is_service()) {
            (_, false) => Err(NotOurs),
            (true, true) => Ok(Vec::new()),
            (false, true) => Ok(vec![AskingBegan {}.into()]),
        }
    }

    fn evolve(begun: &mut bool, recorded: &Recorded<OutsetEvent>) {
        let OutsetEvent::AskingBegan(_) = &recorded.event;
        *begun = true;
    }

    fn by_itself(_: &OutsetEvent) -> bool {
        true
    }

    /// Nobody.
    fn audience(_: &bool, _: &bool) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}

#[cfg(test)]
mod tests {
    use khidma_kernel::Caller;
    use khidma_testkit::Story;

    use super::*;

    #[test]
    fn it_begins_once_and_by_the_service() {
        let amina = Caller::person("amina".parse().unwrap(), "it".parse().unwrap(), []);
        Story::<OutsetDecider>::new()
            .when(Begin)
            .then([AskingBegan {}.into()])
            .when(Begin)
            .then_nothing()
            .by(amina)
            .when(Begin)
            .then_refused("NOT_ALLOWED");
    }
}
