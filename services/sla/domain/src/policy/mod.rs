//! A policy: what departments promise, written in numbered versions. A version is drafted, found to make sense, and then
//! holds; only what makes sense is ever kept.

mod check;
mod command;
mod decide;
mod evolve;
mod problem;
mod refusal;
mod state;

pub use check::{Checked, check, limits};
pub use command::{PolicyCommand, PolicyFacts};
pub use problem::{PolicyDefect, PolicyProblem};
pub use refusal::PolicyRefusal;
pub use state::Policy;

use std::collections::BTreeSet;

use khidma_events::sla::PolicyEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The policy as an entity.
#[derive(Debug)]
pub struct PolicyDecider;

impl Decider for PolicyDecider {
    type Body = PolicyCommand;
    type Event = PolicyEvent;
    type State = Policy;
    type Refusal = PolicyRefusal;

    fn decide(
        state: &Policy,
        command: &Command<PolicyCommand>,
    ) -> Result<Vec<PolicyEvent>, PolicyRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Policy, recorded: &Recorded<PolicyEvent>) {
        evolve::evolve(state, &recorded.event);
    }

    /// That it was applied is the service's own word.
    fn by_itself(event: &PolicyEvent) -> bool {
        matches!(event, PolicyEvent::PolicyApplied(_))
    }

    /// The departments whose promises it holds, or held just before. A policy for all names none.
    fn audience(before: &Policy, after: &Policy) -> BTreeSet<DepartmentId> {
        let each = [before, after].into_iter();
        each.flat_map(|policy| policy.drafted.iter().chain(policy.held_providers()))
            .cloned()
            .collect()
    }
}
