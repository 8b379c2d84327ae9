//! A role: what who holds it is responsible for, who holds it, and who of them has confirmed having read it.

mod command;
mod decide;
mod evolve;
mod state;
#[cfg(test)]
mod tests;

pub use command::RoleCommand;
pub use state::{Holder, Role};

use std::collections::BTreeSet;

use khidma_events::directory::RoleEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// The role as an entity.
#[derive(Debug)]
pub struct RoleDecider;

impl Decider for RoleDecider {
    type Body = RoleCommand;
    type Event = RoleEvent;
    type State = Option<Role>;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Option<Role>,
        command: &Command<RoleCommand>,
    ) -> Result<Vec<RoleEvent>, DirectoryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Role>, recorded: &Recorded<RoleEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The departments where somebody holds it otherwise than before; all of them if its text changed.
    fn audience(before: &Option<Role>, after: &Option<Role>) -> BTreeSet<DepartmentId> {
        let revision = |role: &Option<Role>| role.as_ref().map(|role| role.revision);
        let (old, new) = (state::holdings(before), state::holdings(after));
        if revision(before) != revision(after) {
            return old
                .into_iter()
                .chain(new)
                .map(|(holder, ..)| holder.department.clone())
                .collect();
        }
        old.symmetric_difference(&new)
            .map(|(holder, ..)| holder.department.clone())
            .collect()
    }
}
