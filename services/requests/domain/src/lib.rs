//! Requests, the deciding part: what may happen to a service request and what it means. Pure.

mod access;
mod approving;
mod command;
mod decide;
pub mod delegation;
mod evolve;
pub mod graph;
pub mod limits;
pub mod offering;
mod refusal;
mod state;

pub use access::{Action, Standing, may};
pub use approving::{Approving, Authority, Voice};
pub use command::{
    AttachedBy, Body, Condition, ForPlan, Found, HistoryAction, Import, MergedAway, NoteTasks,
    Other, PlanTasks, Raise, Record, Subject, Submit, TaskNews, TaskNote, Told, Verb, Wanted,
};
pub use decide::{NOTHING_TO_DO, Takeover, import};
pub use offering::OfferingDecider;
pub use refusal::RequestRefusal;
pub use state::{Approval, Imported, Request, State, Task};

use std::collections::BTreeSet;

use khidma_events::requests::RequestEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The service request as an entity.
#[derive(Debug)]
pub struct RequestDecider;

impl Decider for RequestDecider {
    type Body = Body;
    type Event = RequestEvent;
    type State = Option<Request>;
    type Refusal = RequestRefusal;

    fn decide(
        state: &Option<Request>,
        command: &Command<Body>,
    ) -> Result<Vec<RequestEvent>, RequestRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Request>, recorded: &Recorded<RequestEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The receipt and the publishing of an outcome are the service's own words.
    fn by_itself(event: &RequestEvent) -> bool {
        matches!(
            event,
            RequestEvent::ReceiptIssued(_) | RequestEvent::OutcomePublished(_)
        )
    }

    /// Both sides; of a transfer, the department it leaves too.
    fn audience(before: &Option<Request>, after: &Option<Request>) -> BTreeSet<DepartmentId> {
        [before, after]
            .into_iter()
            .flatten()
            .flat_map(|request| {
                [
                    Some(request.provider.clone()),
                    request.requester_department.clone(),
                ]
            })
            .flatten()
            .collect()
    }
}
