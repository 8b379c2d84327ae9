//! A training, or an awareness session: planned, revised, cancelled, held. Who attended can do what it gives.

mod command;
mod decide;
mod evolve;
mod state;
#[cfg(test)]
mod tests;

pub use command::TrainingCommand;
pub use state::{Stage, Training};

use std::collections::BTreeSet;

use khidma_events::directory::TrainingEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// The training as an entity.
#[derive(Debug)]
pub struct TrainingDecider;

impl Decider for TrainingDecider {
    type Body = TrainingCommand;
    type Event = TrainingEvent;
    type State = Option<Training>;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Option<Training>,
        command: &Command<TrainingCommand>,
    ) -> Result<Vec<TrainingEvent>, DirectoryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Training>, recorded: &Recorded<TrainingEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The department that gives it.
    fn audience(_: &Option<Training>, after: &Option<Training>) -> BTreeSet<DepartmentId> {
        after
            .iter()
            .map(|training| training.department.clone())
            .collect()
    }
}
