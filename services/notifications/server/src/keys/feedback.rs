//! Where what is asked, heard and done stands.

use khidma_kernel::{ActionId, InterviewId, PersonId, QuestionId, RoundId, SurveyId};

/// See the table.
pub(crate) fn question(id: QuestionId) -> Vec<u8> {
    [b"qq/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn survey(id: &SurveyId, version: u32) -> Vec<u8> {
    let version = version.to_be_bytes();
    [b"qs/", id.as_str().as_bytes(), &[0], &version].concat()
}

/// See the table.
pub(crate) fn round(id: RoundId) -> Vec<u8> {
    [b"qr/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn invited(round: RoundId, step: u32) -> Vec<u8> {
    [b"qi/".as_slice(), round.0.as_bytes(), &step.to_be_bytes()].concat()
}

/// See the table.
pub(crate) fn heard(round: RoundId, person: &PersonId) -> Vec<u8> {
    let person = person.as_str().as_bytes();
    [b"qh/".as_slice(), round.0.as_bytes(), person].concat()
}

/// See the table.
pub(crate) fn interview(id: InterviewId) -> Vec<u8> {
    [b"qv/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn action(id: ActionId) -> Vec<u8> {
    [b"qa/".as_slice(), id.0.as_bytes()].concat()
}
