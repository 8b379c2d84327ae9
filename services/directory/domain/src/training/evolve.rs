//! What does it mean? Total and infallible: what happened, happened.

use std::collections::BTreeSet;

use khidma_events::directory::TrainingEvent;
use khidma_kernel::Recorded;

use super::{Stage, Training};
use crate::change;

pub(super) fn evolve(state: &mut Option<Training>, recorded: &Recorded<TrainingEvent>) {
    match recorded.event.clone() {
        TrainingEvent::TrainingPlanned(planned) => {
            *state = Some(Training {
                id: planned.training,
                department: planned.department,
                plan: planned.plan,
                stage: Stage::Planned,
            });
        }
        TrainingEvent::TrainingRevised(revised) => {
            change(state, |training| training.plan = revised.plan);
        }
        TrainingEvent::TrainingCancelled(cancelled) => change(state, |training| {
            training.stage = Stage::Cancelled {
                reason: cancelled.reason,
            };
        }),
        TrainingEvent::TrainingHeld(held) => change(state, |training| match &mut training.stage {
            Stage::Held { on, .. } => *on = held.on,
            Stage::Planned | Stage::Cancelled { .. } => {
                training.stage = Stage::Held {
                    on: held.on,
                    people: BTreeSet::new(),
                };
            }
        }),
        TrainingEvent::TrainingAttended(attended) => change(state, |training| {
            if let Stage::Held { people, .. } = &mut training.stage {
                *people = attended.people.into_iter().collect();
            }
        }),
    }
}
