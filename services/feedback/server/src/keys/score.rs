//! The keys of what a scorecard is made from.

use khidma_kernel::{ActionId, DepartmentId, OfferingId, QuestionId, ServiceRequestId, ThanksId};

/// All offerings.
pub(crate) const OFFERINGS: &[u8] = b"sc/o/";
/// All improvement actions.
pub(crate) const ACTIONS: &[u8] = b"sc/a/";

/// See the table.
pub(crate) fn case(id: ServiceRequestId) -> Vec<u8> {
    [b"sc/r/", id.0.as_bytes().as_slice()].concat()
}

/// See the table.
pub(crate) fn question(id: QuestionId) -> Vec<u8> {
    [b"sc/q/", id.0.as_bytes().as_slice()].concat()
}

/// See the table.
pub(crate) fn offering(id: &OfferingId) -> Vec<u8> {
    [OFFERINGS, id.as_str().as_bytes()].concat()
}

/// See the table.
pub(crate) fn action(id: ActionId) -> Vec<u8> {
    [ACTIONS, id.0.as_bytes()].concat()
}

/// See the table.
pub(crate) fn thanks(id: ThanksId) -> Vec<u8> {
    [b"sc/t/", id.0.as_bytes().as_slice()].concat()
}

/// See the table. The last of all days, which never comes, is for what goes on.
pub(crate) fn day(department: &DepartmentId, day: i32) -> Vec<u8> {
    // With the sign turned, numbers stand in the order of their bytes.
    let place = day.cast_unsigned() ^ 0x8000_0000;
    let (name, place) = (department.as_str().as_bytes(), place.to_be_bytes());
    [b"sc/d/", name, b"\0", place.as_slice()].concat()
}

/// Which day a key is of.
pub(crate) fn day_of(key: &[u8]) -> Option<i32> {
    let place = u32::from_be_bytes(*key.last_chunk()?);
    Some((place ^ 0x8000_0000).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_order() {
        let it: DepartmentId = "it".parse().unwrap();
        let days = [i32::MIN, -1, 0, 20_000, i32::MAX];
        let keys = days.map(|one| day(&it, one));
        assert!(keys.is_sorted());
        assert_eq!(keys.map(|key| day_of(&key)), days.map(Some));
    }
}
