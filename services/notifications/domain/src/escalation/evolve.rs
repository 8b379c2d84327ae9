//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::notifications::EscalationEvent;
use khidma_kernel::Recorded;

use super::state::{Acknowledgement, Escalation, Level, Subject};

pub(super) fn evolve(state: &mut Escalation, recorded: &Recorded<EscalationEvent>) {
    match &recorded.event {
        EscalationEvent::EscalationRaised(event) => {
            state.subject = Some(Subject {
                request: event.request,
                clock: event.clock,
                step: event.step,
                owner: event.owner.clone(),
            });
            state.levels = vec![Level {
                at: recorded.at,
                to: event.to.clone(),
            }];
            state.requester.clone_from(&event.requester);
            state.climbs_at = event.climbs_at;
        }
        EscalationEvent::EscalationClimbed(event) => {
            state.levels.push(Level {
                at: recorded.at,
                to: event.to.clone(),
            });
            state.climbs_at = event.climbs_at;
        }
        EscalationEvent::EscalationAcknowledged(_) => {
            state.acknowledged = Some(Acknowledgement {
                by: recorded.by.clone(),
                at: recorded.at,
            });
            state.climbs_at = None;
        }
        EscalationEvent::EscalationExhausted(event) => {
            state.exhausted = Some(event.why);
            state.climbs_at = None;
        }
        EscalationEvent::EscalationEnded(_) => {
            state.ended = true;
            state.climbs_at = None;
        }
    }
}
