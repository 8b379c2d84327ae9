//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::requests::DelegationEvent;
use khidma_kernel::Recorded;

use super::{Delegations, Period};

pub(super) fn evolve(state: &mut Delegations, recorded: &Recorded<DelegationEvent>) {
    match &recorded.event {
        DelegationEvent::ApprovalsDelegated(event) => {
            // What is over is forgotten, so that a lifetime of holidays does not pile up.
            state.to.retain(|_, period| period.until > recorded.at);
            let period = Period {
                from: event.from,
                until: event.until,
            };
            state.to.insert(event.to.clone(), period);
        }
        DelegationEvent::DelegationEnded(event) => {
            state.to.remove(&event.to);
        }
    }
}
