//! The keys of what people wish, and of what is said to many.

use khidma_kernel::{DepartmentId, OfferingId, PersonId, Position};

/// See the table.
pub(crate) const EVERYBODY: &[u8] = b"ja";

/// See the table.
pub(crate) fn promises(department: &DepartmentId) -> Vec<u8> {
    [b"js/", department.as_str().as_bytes()].concat()
}

/// What has changed in the inbox of `person`.
pub(crate) fn inbox_changes(person: &PersonId) -> Vec<u8> {
    [b"ji/", person.as_str().as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn inbox_changed(person: &PersonId, position: Position) -> Vec<u8> {
    [inbox_changes(person).as_slice(), &position.0.to_be_bytes()].concat()
}

/// Where on the log that change stands which a key of [`inbox_changed`] tells of.
pub(crate) fn inbox_change(key: &[u8]) -> Option<Position> {
    let (_, position) = key.split_last_chunk::<8>()?;
    Some(Position(u64::from_be_bytes(*position)))
}

/// See the table.
pub(crate) fn offered_by(offering: &OfferingId) -> Vec<u8> {
    [b"jo/", offering.as_str().as_bytes()].concat()
}
