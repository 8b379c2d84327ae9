//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<request>` | [`crate::views::RequestRow`] (the prefix is the engine's) |
//! | `t/<request> <n>` | the n-th full page of its timeline |
//! | `d/<department>` | whether there is such a department and it is open |
//! | `m/<person>` | whether there is such a person, and their departments |
//!
//! | list | entries |
//! |---|---|
//! | `p/<provider>` | `<time> <request>`: listed by provider |
//! | `r/<requester>` | `<time> <request>`: listed by requester |
//! | `a/<assignee>` | `<time> <request>`: listed by assignee |
//! | `q/<provider>` | `<urgency> <time> <request>`: open requests of a department, in the order of its queue |

use khidma_events::requests::Priority;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};

/// Where a request stands in one of the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The list.
    pub list: Vec<u8>,
    /// The entry in it.
    pub entry: Vec<u8>,
}

fn list_of(list: u8, whose: &str) -> Vec<u8> {
    [&[list, b'/'], whose.as_bytes(), &[0]].concat()
}

/// Big-endian with the sign bit turned, so that bytes sort as instants do.
fn sortable(time: Timestamp) -> [u8; 8] {
    ((time.as_micros() as u64) ^ (1 << 63)).to_be_bytes()
}

/// The most urgent first.
fn urgency(priority: Priority) -> [u8; 1] {
    match priority {
        Priority::Urgent => [0],
        Priority::High => [1],
        Priority::Normal => [2],
        Priority::Low => [3],
    }
}

pub(crate) fn timeline_page(request: &str, page: usize) -> Vec<u8> {
    let page = page as u64;
    [b"t/", request.as_bytes(), &[0], &page.to_be_bytes()].concat()
}

/// Where a request stands in the lists of its provider, its requester and its assignee.
pub(crate) fn listed(list: Vec<u8>, submitted: Timestamp, request: &str) -> Place {
    let entry = [&sortable(submitted)[..], request.as_bytes()].concat();
    Place { list, entry }
}

/// Where an open request stands in the queue of its provider.
pub(crate) fn queued(
    provider: &DepartmentId,
    priority: Priority,
    submitted: Timestamp,
    request: &str,
) -> Place {
    let Place { list, entry } = listed(queue(provider), submitted, request);
    let entry = [&urgency(priority)[..], &entry].concat();
    Place { list, entry }
}

pub(crate) fn provider_list(provider: &DepartmentId) -> Vec<u8> {
    list_of(b'p', provider.as_str())
}

pub(crate) fn requester_list(requester: &PersonId) -> Vec<u8> {
    list_of(b'r', requester.as_str())
}

pub(crate) fn assignee_list(assignee: &PersonId) -> Vec<u8> {
    list_of(b'a', assignee.as_str())
}

pub(crate) fn queue(provider: &DepartmentId) -> Vec<u8> {
    list_of(b'q', provider.as_str())
}

/// All requests there are.
pub(crate) const ALL: &[u8] = b"e/";

/// The request that a key or an entry ends with: a hyphenated UUID.
pub(crate) fn request_of(key: &[u8]) -> &str {
    key.len()
        .checked_sub(36)
        .and_then(|start| std::str::from_utf8(&key[start..]).ok())
        .unwrap_or_default()
}

pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    [b"d/", id.as_str().as_bytes()].concat()
}

pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [b"m/", id.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    fn it() -> DepartmentId {
        "it".parse().unwrap()
    }

    #[test]
    fn entries_sort_by_time_even_before_1970() {
        let entry = |micros| listed(provider_list(&it()), Timestamp::from_micros(micros), ID).entry;
        assert!(entry(-5) < entry(0) && entry(0) < entry(7));
        assert_eq!(request_of(&entry(7)), ID);
    }

    #[test]
    fn the_list_of_a_department_does_not_begin_that_of_one_with_a_longer_name() {
        let desk: DepartmentId = "it-desk".parse().unwrap();
        assert!(!provider_list(&desk).starts_with(&provider_list(&it())));
    }

    #[test]
    fn a_queue_has_the_urgent_first() {
        let entry =
            |priority, micros| queued(&it(), priority, Timestamp::from_micros(micros), ID).entry;
        assert!(entry(Priority::Urgent, 9) < entry(Priority::Low, 1));
        assert!(entry(Priority::High, 1) < entry(Priority::High, 2));
        assert_eq!(request_of(&entry(Priority::Low, 1)), ID);
    }
}
