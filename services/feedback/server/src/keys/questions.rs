//! Keys of what is asked after requests.

use khidma_kernel::{DepartmentId, PersonId, QuestionId, ServiceRequestId, Timestamp};

/// See the table.
pub(crate) fn request(id: ServiceRequestId) -> Vec<u8> {
    [b"c/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn question_wish(id: ServiceRequestId) -> Vec<u8> {
    [b"qi/".as_slice(), id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn last_asked(department: &DepartmentId, person: &PersonId) -> Vec<u8> {
    let (department, person) = (department.as_str(), person.as_str());
    [b"ql/", department.as_bytes(), &[0], person.as_bytes()].concat()
}

/// See the table.
pub(crate) fn question_back(id: QuestionId) -> Vec<u8> {
    [b"qx/".as_slice(), id.0.as_bytes()].concat()
}

/// All questions that wait for a person, by when they were asked.
pub(crate) fn questions_waiting(person: &PersonId) -> Vec<u8> {
    [b"qw/", person.as_str().as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn question_waiting(person: &PersonId, asked_at: Timestamp, id: QuestionId) -> Vec<u8> {
    [
        questions_waiting(person).as_slice(),
        &in_order(asked_at),
        id.0.as_bytes(),
    ]
    .concat()
}

/// All answers that a department got, by when they were given.
pub(crate) fn questions_answered(department: &DepartmentId) -> Vec<u8> {
    [b"qa/", department.as_str().as_bytes(), &[0]].concat()
}

/// See the table.
pub(crate) fn question_answered(
    department: &DepartmentId,
    at: Timestamp,
    id: QuestionId,
) -> Vec<u8> {
    [
        questions_answered(department).as_slice(),
        &in_order(at),
        id.0.as_bytes(),
    ]
    .concat()
}

/// An instant as bytes whose order is that of time, also before 1970.
fn in_order(at: Timestamp) -> [u8; 8] {
    (at.as_micros().cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_time() {
        let times = [i64::MIN / 4, -1, 0, 1, 1_772_442_000_000_000];
        let keys = times.map(|micros| in_order(Timestamp::from_micros(micros)));
        assert!(keys.is_sorted());
    }
}
