//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::sla::PolicyEvent;

use super::Policy;
use super::state::fingerprint;

pub(super) fn evolve(policy: &mut Policy, event: &PolicyEvent) {
    match event {
        PolicyEvent::PolicyDrafted(event) => {
            policy.versions = event.version;
            policy.drafted.clone_from(&event.spec.providers);
            policy.fingerprint = fingerprint(&event.spec);
        }
        PolicyEvent::PolicyValidated(event) => {
            policy.validated.insert(event.version);
        }
        PolicyEvent::PolicyActivated(event) => {
            // What holds was written, even if nobody told of its draft.
            policy.versions = policy.versions.max(event.version);
            policy.held = Some((event.version, event.spec.providers.clone()));
        }
        PolicyEvent::PolicyApplied(event) => policy.applied = policy.applied.max(event.activation),
        PolicyEvent::PolicyRetired(_) => policy.held = None,
    }
}
