//! An offering: something a department does for others, under terms that are published in numbered versions.

mod check;
mod command;
mod decide;
mod evolve;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{FormProblem, OfferingCommand, Publish, PublishFacts};
pub use refusal::OfferingRefusal;
pub use state::Offering;

use std::collections::BTreeSet;

use khidma_events::requests::OfferingEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The offering as an entity.
#[derive(Debug)]
pub struct OfferingDecider;

impl Decider for OfferingDecider {
    type Body = OfferingCommand;
    type Event = OfferingEvent;
    type State = Option<Offering>;
    type Refusal = OfferingRefusal;

    fn decide(
        state: &Option<Offering>,
        command: &Command<OfferingCommand>,
    ) -> Result<Vec<OfferingEvent>, OfferingRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Offering>, recorded: &Recorded<OfferingEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The department that offers it.
    fn audience(before: &Option<Offering>, after: &Option<Offering>) -> BTreeSet<DepartmentId> {
        [before, after]
            .into_iter()
            .flatten()
            .map(|offering| offering.provider.clone())
            .collect()
    }
}
