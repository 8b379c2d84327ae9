//! A department: its name, its place in the tree, what it handles.

mod command;
mod decide;
mod evolve;
mod state;
#[cfg(test)]
mod tests;

pub use command::DepartmentCommand;
pub use decide::normal_topic;
pub use state::Department;

use std::collections::BTreeSet;

use khidma_events::directory::DepartmentEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// The department as an entity.
#[derive(Debug)]
pub struct DepartmentDecider;

impl Decider for DepartmentDecider {
    type Body = DepartmentCommand;
    type Event = DepartmentEvent;
    type State = Option<Department>;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Option<Department>,
        command: &Command<DepartmentCommand>,
    ) -> Result<Vec<DepartmentEvent>, DirectoryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Department>, recorded: &Recorded<DepartmentEvent>) {
        evolve::evolve(state, recorded);
    }

    /// Itself and those it stands or stood under.
    fn audience(before: &Option<Department>, after: &Option<Department>) -> BTreeSet<DepartmentId> {
        let departments = [before, after].into_iter().flatten();
        departments
            .flat_map(|one| [Some(one.id.clone()), one.parent.clone()])
            .flatten()
            .collect()
    }
}
