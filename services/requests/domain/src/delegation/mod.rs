//! Delegated approvals: who approves in a person's place, and from when until when.

mod command;
mod decide;
mod evolve;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::DelegationCommand;
pub use refusal::DelegationRefusal;
pub use state::{Delegations, Period};

use std::collections::BTreeSet;

use khidma_events::requests::DelegationEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The approvals that a person has delegated, as an entity.
#[derive(Debug)]
pub struct DelegationDecider;

impl Decider for DelegationDecider {
    type Body = DelegationCommand;
    type Event = DelegationEvent;
    type State = Delegations;
    type Refusal = DelegationRefusal;

    fn decide(
        state: &Delegations,
        command: &Command<DelegationCommand>,
    ) -> Result<Vec<DelegationEvent>, DelegationRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Delegations, recorded: &Recorded<DelegationEvent>) {
        evolve::evolve(state, recorded);
    }

    /// No department: it is between two people.
    fn audience(_: &Delegations, _: &Delegations) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
