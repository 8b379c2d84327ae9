//! The keys of surveys and rounds.

use khidma_kernel::{DepartmentId, PersonId, Position, RoundId, SurveyId};

/// See the table.
pub(crate) fn definition(survey: &SurveyId, version: u32) -> Vec<u8> {
    let survey = survey.as_str().as_bytes();
    [b"sd/", survey, &[0], &version.to_be_bytes()].concat()
}

/// All surveys.
pub(crate) const SURVEYS: &[u8] = b"sl/";

/// See the table.
pub(crate) fn survey(id: &SurveyId) -> Vec<u8> {
    [SURVEYS, id.as_str().as_bytes()].concat()
}

/// All who are asked in a round.
pub(crate) fn invited(round: RoundId) -> Vec<u8> {
    [b"ri/".as_slice(), round.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn invited_person(round: RoundId, person: &PersonId) -> Vec<u8> {
    [invited(round).as_slice(), person.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn turnout(round: RoundId) -> Vec<u8> {
    [b"rt/".as_slice(), round.0.as_bytes()].concat()
}

/// The turnout of all departments in a round.
pub(crate) fn turnouts(round: RoundId) -> Vec<u8> {
    [b"rd/".as_slice(), round.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn turnout_of(round: RoundId, department: Option<&DepartmentId>) -> Vec<u8> {
    let department = department.map_or("", DepartmentId::as_str);
    [turnouts(round).as_slice(), department.as_bytes()].concat()
}

/// All rounds.
pub(crate) const ROUNDS: &[u8] = b"rl/";

/// The rounds of a survey.
pub(crate) fn rounds_of(survey: &SurveyId) -> Vec<u8> {
    [b"rs/", survey.as_str().as_bytes(), &[0]].concat()
}

/// The rounds of who asks.
pub(crate) fn rounds_by(owner: &DepartmentId) -> Vec<u8> {
    [b"ro/", owner.as_str().as_bytes(), &[0]].concat()
}

/// The rounds that somebody is invited to.
pub(crate) fn rounds_for(person: &PersonId) -> Vec<u8> {
    [b"rp/", person.as_str().as_bytes(), &[0]].concat()
}

/// What stands in that list for the commit at `position`.
pub(crate) fn listed(list: &[u8], position: Position) -> Vec<u8> {
    [list, &position.0.to_be_bytes()].concat()
}
