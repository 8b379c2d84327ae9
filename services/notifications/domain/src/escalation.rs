//! An escalation: a step of a clock's ladder that was reached, told up the reporting line until somebody acknowledges.

mod command;
mod decide;
mod evolve;
mod refusal;
mod state;

pub use command::{Climb, EscalationCommand, Raise};
pub use refusal::EscalationRefusal;
pub use state::{Acknowledgement, Escalation, Level, Standing, Subject};

use std::collections::BTreeSet;

use khidma_events::notifications::EscalationEvent;
use khidma_events::sla::ClockRef;
use khidma_kernel::{
    Command, Decider, DepartmentId, EscalationId, Position, Recorded, ServiceRequestId, derived_id,
};

/// The escalation as an entity.
#[derive(Debug)]
pub struct EscalationDecider;

impl Decider for EscalationDecider {
    type Body = EscalationCommand;
    type Event = EscalationEvent;
    type State = Escalation;
    type Refusal = EscalationRefusal;

    fn decide(
        state: &Escalation,
        command: &Command<EscalationCommand>,
    ) -> Result<Vec<EscalationEvent>, EscalationRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Escalation, recorded: &Recorded<EscalationEvent>) {
        evolve::evolve(state, recorded);
    }

    /// All but the acknowledgement.
    fn by_itself(event: &EscalationEvent) -> bool {
        !matches!(event, EscalationEvent::EscalationAcknowledged(_))
    }

    /// The department whose promise it is.
    fn audience(_: &Escalation, after: &Escalation) -> BTreeSet<DepartmentId> {
        let subject = after.subject.iter();
        subject.map(|subject| subject.owner.clone()).collect()
    }
}

/// The escalation that a step leads to: that step of that clock, told by the commit that stands there. A clock whose
/// promise changes climbs its ladder anew; each time it is another escalation.
pub fn escalation_of(
    request: ServiceRequestId,
    clock: ClockRef,
    step: u32,
    told: Position,
) -> EscalationId {
    EscalationId(derived_id(&[
        b"escalation",
        request.0.as_bytes(),
        clock.metric.as_str().as_bytes(),
        &clock.number.to_be_bytes(),
        &step.to_be_bytes(),
        &told.0.to_be_bytes(),
    ]))
}
