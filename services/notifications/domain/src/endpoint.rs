//! An endpoint: where messages for a department or person are posted.

mod command;
mod decide;
mod evolve;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{EndpointCommand, OwnerFact, UrlFact};
pub use decide::{ENDPOINTS, OLD_SECRET_SECONDS, keeps, speaks_for};
pub use refusal::EndpointRefusal;
pub use state::Endpoint;

use std::collections::BTreeSet;

use khidma_events::notifications::{EndpointEvent, EndpointOwner};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The endpoint as an entity.
#[derive(Debug)]
pub struct EndpointDecider;

impl Decider for EndpointDecider {
    type Body = EndpointCommand;
    type Event = EndpointEvent;
    type State = Option<Endpoint>;
    type Refusal = EndpointRefusal;

    fn decide(
        state: &Option<Endpoint>,
        command: &Command<EndpointCommand>,
    ) -> Result<Vec<EndpointEvent>, EndpointRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Endpoint>, recorded: &Recorded<EndpointEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The department whose it is.
    fn audience(before: &Option<Endpoint>, after: &Option<Endpoint>) -> BTreeSet<DepartmentId> {
        let both = before.iter().chain(after);
        both.filter_map(|endpoint| match &endpoint.owner {
            EndpointOwner::Department(department) => Some(department.clone()),
            EndpointOwner::Person(_) => None,
        })
        .collect()
    }
}
