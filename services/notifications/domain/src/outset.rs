//! The service as a whole: since when events become messages.

use std::collections::BTreeSet;

use khidma_events::notifications::{NotificationsBegan, OutsetEvent};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Refusal};

/// The outset as an entity. Its state is whether messages are sent.
#[derive(Debug)]
pub struct OutsetDecider;

/// From now on events become messages.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        if !command.by.is_service() {
            return Err(NotOurs);
        }
        Ok(if *begun {
            vec![]
        } else {
            vec![NotificationsBegan {}.into()]
        })
    }

    fn evolve(begun: &mut bool, recorded: &Recorded<OutsetEvent>) {
        let OutsetEvent::NotificationsBegan(_) = &recorded.event;
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
