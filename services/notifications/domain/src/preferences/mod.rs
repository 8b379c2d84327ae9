//! What a person wants to hear, and how.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::{PreferencesCommand, StandInFacts};
pub use refusal::PreferencesRefusal;

use std::collections::BTreeSet;

use khidma_events::notifications::{Preferences, PreferencesEvent};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// Days for which somebody stands in at the longest.
pub const STAND_IN_DAYS: i64 = 366;

/// A person's preferences as an entity. Its state is what was set last; of who never set any, nothing.
#[derive(Debug)]
pub struct PreferencesDecider;

impl Decider for PreferencesDecider {
    type Body = PreferencesCommand;
    type Event = PreferencesEvent;
    type State = Preferences;
    type Refusal = PreferencesRefusal;

    fn decide(
        state: &Preferences,
        command: &Command<PreferencesCommand>,
    ) -> Result<Vec<PreferencesEvent>, PreferencesRefusal> {
        decide::decide(state, command)
    }

    /// What was set is all of it.
    fn evolve(state: &mut Preferences, recorded: &Recorded<PreferencesEvent>) {
        let PreferencesEvent::PreferencesSet(event) = &recorded.event;
        *state = event.preferences.clone();
    }

    /// No department: it is between a person and this service.
    fn audience(_: &Preferences, _: &Preferences) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
