//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::requests::{OfferingEvent, OfferingPublished};
use khidma_kernel::Recorded;

use super::Offering;
use super::state::fingerprint;

pub(super) fn evolve(state: &mut Option<Offering>, recorded: &Recorded<OfferingEvent>) {
    match &recorded.event {
        OfferingEvent::OfferingPublished(event) => publish(state, event),
        OfferingEvent::OfferingRetired(_) => retire(state, true),
        OfferingEvent::OfferingReinstated(_) => retire(state, false),
    }
}

fn publish(state: &mut Option<Offering>, event: &OfferingPublished) {
    *state = Some(Offering {
        provider: event.provider.clone(),
        version: event.version,
        // A new version of what was retired can be prepared before it is reinstated.
        retired: state.as_ref().is_some_and(|offering| offering.retired),
        fingerprint: fingerprint(event),
    });
}

fn retire(state: &mut Option<Offering>, retired: bool) {
    if let Some(offering) = state {
        offering.retired = retired;
    }
}
