//! The keys of what is done about what was heard, of thanks and of interviews.

use khidma_kernel::{
    DepartmentId, InterviewId, PersonId, Position, QuestionId, RoundId, ServiceRequestId, ThanksId,
};

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

/// See the table.
pub(crate) fn thanks(id: ThanksId) -> Vec<u8> {
    [b"vt/".as_slice(), id.0.as_bytes()].concat()
}

/// The thanks that a person was given.
pub(crate) fn thanks_to(person: &PersonId) -> Vec<u8> {
    part(b"vg/", person.as_str())
}

/// The thanks that a person gave.
pub(crate) fn thanks_by(person: &PersonId) -> Vec<u8> {
    part(b"vs/", person.as_str())
}

/// The wall of a department.
pub(crate) fn wall(department: &DepartmentId) -> Vec<u8> {
    part(b"vw/", department.as_str())
}

/// All interviews.
pub(crate) const INTERVIEWS: &[u8] = b"vi/";

/// The interviews of a department.
pub(crate) fn interviews_of(department: &DepartmentId) -> Vec<u8> {
    part(b"vj/", department.as_str())
}

/// The interviews that a person leads or takes part in.
pub(crate) fn interviews_with(person: &PersonId) -> Vec<u8> {
    part(b"vk/", person.as_str())
}

/// The notes of an interview.
pub(crate) fn notes(id: InterviewId) -> Vec<u8> {
    [b"vn/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn note(id: InterviewId, number: u32) -> Vec<u8> {
    [notes(id).as_slice(), &number.to_be_bytes()].concat()
}

/// The notes of a department, or those about one theme only. A theme has no control characters.
pub(crate) fn themes(department: &DepartmentId, theme: Option<&str>) -> Vec<u8> {
    let all = part(b"vh/", department.as_str());
    match theme {
        Some(theme) => [all.as_slice(), theme.as_bytes(), &[0]].concat(),
        None => all,
    }
}
