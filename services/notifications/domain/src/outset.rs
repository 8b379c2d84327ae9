//! The service as a whole: since when events become messages, and by which rules.

use std::collections::BTreeSet;

use khidma_events::notifications::{NotificationsBegan, OutsetEvent, RulesRevised};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Refusal};

/// The version of the rules by which this program tells people of what happens. Whoever lets more people hear of something,
/// or others, or something else, raises it, and says of the old and of the new to which versions they belong
/// ([`crate::tell::Tell::rules`]).
pub const RULES: u32 = 2;

/// The version that came into force when notifications began.
pub const FIRST_RULES: u32 = 1;

/// The outset as an entity. Its state is which version of the rules is in force; 0 while nobody is told anything.
#[derive(Debug)]
pub struct OutsetDecider;

/// From now on events become messages, by this version of the rules or a newer one that is in force already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// Which version.
    pub rules: u32,
}

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
    type State = u32;
    type Refusal = NotOurs;

    fn decide(in_force: &u32, command: &Command<Begin>) -> Result<Vec<OutsetEvent>, NotOurs> {
        if !command.by.is_service() {
            return Err(NotOurs);
        }
        let mut events = Vec::new();
        if *in_force == 0 {
            events.push(NotificationsBegan {}.into());
        }
        let rules = command.body.rules;
        if rules > (*in_force).max(FIRST_RULES) {
            events.push(RulesRevised { rules }.into());
        }
        Ok(events)
    }

    fn evolve(in_force: &mut u32, recorded: &Recorded<OutsetEvent>) {
        *in_force = match &recorded.event {
            OutsetEvent::NotificationsBegan(_) => FIRST_RULES,
            OutsetEvent::RulesRevised(event) => event.rules,
        };
    }

    fn by_itself(_: &OutsetEvent) -> bool {
        true
    }

    /// Nobody.
    fn audience(_: &u32, _: &u32) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
