//! What clocks say, as events.

use khidma_events::sla::*;
use khidma_kernel::{DepartmentId, Timestamp};

use crate::threshold::{Threshold, ThresholdKind};

/// What a clock says at a threshold that is crossed at `at`.
pub(super) fn said(
    clock: ClockRef,
    threshold: &Threshold<'_>,
    at: Timestamp,
    owner: DepartmentId,
) -> ClockEvent {
    let outlook = Outlook::default();
    match threshold.kind {
        ThresholdKind::Warning(percent) => ClockWarned {
            clock,
            at,
            percent,
            outlook,
        }
        .into(),
        ThresholdKind::Breach => ClockBreached {
            clock,
            at,
            owner,
            outlook,
        }
        .into(),
        ThresholdKind::Step(step, to) => LadderStepReached {
            clock,
            at,
            step,
            to: to.to_vec(),
            outlook,
        }
        .into(),
    }
}

/// Whether a clock only says something by it: what it counts and towards what stays as it is.
pub(super) fn is_said(event: &ClockEvent) -> bool {
    matches!(
        event,
        ClockEvent::ClockWarned(_)
            | ClockEvent::ClockBreached(_)
            | ClockEvent::LadderStepReached(_)
    )
}

/// Where an event says what is to come, if it does.
pub(super) fn outlook_of(event: &mut ClockEvent) -> Option<&mut Outlook> {
    match event {
        ClockEvent::ClockStarted(event) => Some(&mut event.outlook),
        ClockEvent::ClockResumed(event) => Some(&mut event.outlook),
        ClockEvent::ClockWarned(event) => Some(&mut event.outlook),
        ClockEvent::ClockBreached(event) => Some(&mut event.outlook),
        ClockEvent::LadderStepReached(event) => Some(&mut event.outlook),
        ClockEvent::ClockContinued(event) => Some(&mut event.outlook),
        ClockEvent::ClockRematched(event) => Some(&mut event.outlook),
        ClockEvent::ClockRescheduled(event) => Some(&mut event.outlook),
        ClockEvent::ClockPaused(_)
        | ClockEvent::BreachRetracted(_)
        | ClockEvent::ClockStopped(_)
        | ClockEvent::ClockCancelled(_)
        | ClockEvent::ClockHandedOver(_) => None,
    }
}
