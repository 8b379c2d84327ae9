//! Thanks: what a person gave to others, and how much of it at a time.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::{GivingFacts, ThanksCommand, WithdrawalFacts};
pub use decide::TEXT;
pub use refusal::ThanksRefusal;

use std::collections::BTreeSet;

use khidma_events::feedback::{Thanked, ThanksEvent};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

/// How long thanks count against their giver's limits, in seconds.
pub const WINDOW: i64 = 24 * 3600;

/// How much a person may give in [`WINDOW`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In all.
    pub in_all: usize,
    /// To one person or team.
    pub to_one: usize,
}

/// What a person gave in the last hours: all that limits look at. Older ones are forgotten, and those that were withdrawn
/// count on, as who was thanked was told of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(Vec<(Timestamp, Thanked)>);

impl Given {
    /// How many they gave in the hours before `now`, to whoever fits.
    fn count(&self, now: Timestamp, fits: impl Fn(&Thanked) -> bool) -> usize {
        let counts = |(at, to): &&(Timestamp, Thanked)| counts(*at, now) && fits(to);
        self.0.iter().filter(counts).count()
    }
}

/// Whether what was given then counts now; what was given exactly so long ago does no more.
fn counts(at: Timestamp, now: Timestamp) -> bool {
    at.plus_seconds(WINDOW) > now
}

/// All thanks that one person gave, as an entity.
#[derive(Debug)]
pub struct ThanksDecider;

impl Decider for ThanksDecider {
    type Body = ThanksCommand;
    type Event = ThanksEvent;
    type State = Given;
    type Refusal = ThanksRefusal;

    fn decide(
        given: &Given,
        command: &Command<ThanksCommand>,
    ) -> Result<Vec<ThanksEvent>, ThanksRefusal> {
        decide::decide(given, command)
    }

    fn evolve(given: &mut Given, recorded: &Recorded<ThanksEvent>) {
        match &recorded.event {
            ThanksEvent::ThanksGiven(event) => {
                given.0.retain(|(at, _)| counts(*at, recorded.at));
                given.0.push((recorded.at, event.to.clone()));
            }
            ThanksEvent::ThanksWithdrawn(_) => {}
        }
    }

    /// No department: thanks may be between two. Those of a wall are read there.
    fn audience(_: &Given, _: &Given) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
