//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::notifications::EndpointEvent;
use khidma_kernel::Recorded;

use super::Endpoint;
use crate::change;

pub(super) fn evolve(state: &mut Option<Endpoint>, recorded: &Recorded<EndpointEvent>) {
    match recorded.event.clone() {
        EndpointEvent::EndpointRegistered(event) => {
            let spec = event.spec;
            *state = Some(Endpoint {
                owner: event.owner,
                kind: spec.kind,
                url: spec.url,
                kinds: spec.kinds,
                language: spec.language,
                enabled: true,
                generation: 1,
                old_until: None,
                removed: false,
            });
        }
        EndpointEvent::EndpointChanged(event) => {
            change(state, |endpoint| endpoint.take(event.spec));
        }
        EndpointEvent::SecretRotated(event) => change(state, |endpoint| {
            endpoint.generation = event.generation;
            endpoint.old_until = Some(event.old_until);
        }),
        EndpointEvent::EndpointDisabled(_) => change(state, |endpoint| endpoint.enabled = false),
        EndpointEvent::EndpointEnabled(_) => change(state, |endpoint| endpoint.enabled = true),
        EndpointEvent::EndpointRemoved(_) => change(state, |endpoint| {
            endpoint.removed = true;
            endpoint.enabled = false;
        }),
    }
}
