//! The keys of what is done about what was heard, of thanks and of interviews.

use khidma_kernel::{DepartmentId, PersonId, Position, QuestionId, RoundId, ServiceRequestId};

/// See the table.
pub(crate) fn source_request(id: ServiceRequestId) -> Vec<u8> {
    [b"vc/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn source_question(id: QuestionId) -> Vec<u8> {
    [b"vq/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn source_round(id: RoundId) -> Vec<u8> {
    [b"vr/".as_slice(), id.0.as_bytes()].concat()
}

/// All actions.
pub(crate) const ACTIONS: &[u8] = b"va/";

/// The actions of a department.
pub(crate) fn actions_of(department: &DepartmentId) -> Vec<u8> {
    part(b"vd/", department.as_str())
}

/// The actions that a person answers for.
pub(crate) fn actions_owned(person: &PersonId) -> Vec<u8> {
    part(b"vo/", person.as_str())
}

/// What was told of a department, or to it.
pub(crate) fn published(department: &DepartmentId) -> Vec<u8> {
    part(b"vp/", department.as_str())
}

/// A place in a list that goes by the log.
pub(crate) fn at(list: &[u8], position: Position) -> Vec<u8> {
    [list, &position.0.to_be_bytes()].concat()
}

fn part(table: &[u8], id: &str) -> Vec<u8> {
    [table, id.as_bytes(), &[0]].concat()
}
