//! Every key of the read model.

use khidma_kernel::{DepartmentId, Position, ServiceRequestId};

fn key(kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + rest.len());
    key.push(kind);
    key.extend_from_slice(rest);
    key
}

/// That the request is an anonymous concern, or a task of one.
pub(crate) fn anonymous(request: ServiceRequestId) -> Vec<u8> {
    key(b'a', request.0.as_bytes())
}

/// That there is or was the department.
pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    key(b'd', id.as_str().as_bytes())
}

/// That the commit at `position` was taken over from another system.
pub(crate) fn import(position: Position) -> Vec<u8> {
    key(b'i', &position.0.to_be_bytes())
}

/// Until when which clocks of the request are silent.
pub(crate) fn silent(request: ServiceRequestId) -> Vec<u8> {
    key(b's', request.0.as_bytes())
}
