//! Where the clocks and escalations stand, and what they are climbed by.

use khidma_kernel::{CalendarId, EscalationId, PolicyId, Position, ServiceRequestId};

/// See the table.
pub(crate) fn clocks(request: ServiceRequestId) -> Vec<u8> {
    [b"k/", request.0.as_bytes().as_slice()].concat()
}

/// See the table.
pub(crate) fn ladders(policy: &PolicyId, version: u32) -> Vec<u8> {
    let policy = policy.as_str().as_bytes();
    [b"kl/", policy, b"\0", &version.to_be_bytes()].concat()
}

/// See the table.
pub(crate) fn calendar(id: &CalendarId, revision: u32) -> Vec<u8> {
    let id = id.as_str().as_bytes();
    [b"kb/", id, b"\0", &revision.to_be_bytes()].concat()
}

/// See the table.
pub(crate) fn step(id: EscalationId) -> Vec<u8> {
    [b"ks/", id.0.as_bytes().as_slice()].concat()
}

/// All escalations, the oldest first.
pub(crate) const ESCALATIONS: &[u8] = b"kn/";

/// See the table.
pub(crate) fn escalation(raised: Position) -> Vec<u8> {
    [ESCALATIONS, &raised.0.to_be_bytes()].concat()
}

/// All escalations of a request, the oldest first.
pub(crate) fn escalations_of(request: ServiceRequestId) -> Vec<u8> {
    [b"kr/", request.0.as_bytes().as_slice()].concat()
}

/// See the table.
pub(crate) fn escalation_of(request: ServiceRequestId, raised: Position) -> Vec<u8> {
    [escalations_of(request), raised.0.to_be_bytes().to_vec()].concat()
}
