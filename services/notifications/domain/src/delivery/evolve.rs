//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::notifications::DeliveryEvent;
use khidma_kernel::Recorded;

use super::{Delivery, Stage};
use crate::change;

pub(super) fn evolve(state: &mut Option<Delivery>, recorded: &Recorded<DeliveryEvent>) {
    let at = recorded.at;
    match &recorded.event {
        DeliveryEvent::DeliveryRequested(event) => {
            *state = Some(Delivery {
                to: event.to.clone(),
                channel: event.channel,
                stage: Stage::Waiting {
                    not_before: event.not_before,
                },
                attempts: 0,
                round: 0,
                seen: None,
                read: None,
                archived: None,
            });
        }
        DeliveryEvent::AttemptFailed(event) => change(state, |delivery| {
            delivery.attempts = event.attempt;
            delivery.round = delivery.round.saturating_add(1);
            delivery.stage = Stage::Retrying { at: event.retry_at };
        }),
        DeliveryEvent::Delivered(event) => change(state, |delivery| {
            delivery.attempts = event.attempt;
            delivery.stage = Stage::Delivered { at };
        }),
        DeliveryEvent::DeadLettered(event) => change(state, |delivery| {
            delivery.attempts = event.attempt;
            delivery.stage = Stage::Dead { at };
        }),
        DeliveryEvent::Replayed(_) => change(state, |delivery| {
            delivery.round = 0;
            delivery.stage = Stage::Waiting { not_before: None };
        }),
        DeliveryEvent::Seen(_) => change(state, |delivery| delivery.seen = Some(at)),
        DeliveryEvent::Read(_) => change(state, |delivery| delivery.read = Some(at)),
        DeliveryEvent::Archived(_) => change(state, |delivery| delivery.archived = Some(at)),
    }
}
