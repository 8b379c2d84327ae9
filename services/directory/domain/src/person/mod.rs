//! A person: who they are, where they belong, to whom they report, how they want to be reached.

mod command;
mod decide;
mod evolve;
mod profile;
mod state;
#[cfg(test)]
mod tests;

pub use command::PersonCommand;
pub use state::Person;

use std::collections::BTreeSet;

use khidma_events::directory::PersonEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// The person as an entity.
#[derive(Debug)]
pub struct PersonDecider;

impl Decider for PersonDecider {
    type Body = PersonCommand;
    type Event = PersonEvent;
    type State = Option<Person>;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Option<Person>,
        command: &Command<PersonCommand>,
    ) -> Result<Vec<PersonEvent>, DirectoryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Person>, recorded: &Recorded<PersonEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The departments they belong or belonged to.
    fn audience(before: &Option<Person>, after: &Option<Person>) -> BTreeSet<DepartmentId> {
        [before, after]
            .into_iter()
            .flatten()
            .flat_map(|person| person.departments.clone())
            .collect()
    }
}
