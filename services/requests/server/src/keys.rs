//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<request>` | [`crate::views::RequestRow`] (the prefix is the engine's) |
//! | `t/<request> <n>` | the n-th full page of its timeline |
//! | `p/<provider> <time> <request>` | listed by provider |
//! | `r/<requester> <time> <request>` | listed by requester |
//! | `a/<assignee> <time> <request>` | listed by assignee |
//! | `q/<provider> <urgency> <time> <request>` | open requests of a department, in the order of its queue |
//! | `d/<department>` | whether there is such a department and it is open |
//! | `m/<person>` | whether there is such a person, their departments, and whom they report to |
//! | `v/<approver> <time> <request>` | what waits for an approver: `person:ID`, `role:ID`, `role:ID@DEPARTMENT`, `manager-of:ID` |
//! | `h/role <role> <department> <person>` | who holds a role |
//! | `h/held <person> <role> <department>` | which roles a person holds |
//! | `h/reports <manager> <person>` | who reports to whom |
//! | `g/<delegate> <person>` | in whose place a person approves, and for which time |
//! | `c/<request>` | [`crate::views::PlanRow`]: the request's plan as a whole |
//! | `c/<request> <task>` | [`crate::views::TaskRow`]: a task of it |
//! | `o/<offering>` | [`crate::views::OfferingCard`]: an offering at present |
//! | `O/<offering> <version>` | [`crate::views::OfferingVersion`]: what was published then |
//! | `l/<request>` | [`crate::views::Related`]: what others say of it, and what came of it |
//! | `f/<request> <digest> <internal>` | [`crate::views::AttachmentRow`] |
//! | `u/<provider> <day> <hash>` | [`crate::views::ListedOutcome`], by nothing that leads to the concern |

mod approvals;

pub(crate) use approvals::*;

use khidma_events::requests::Priority;
use khidma_kernel::{
    DepartmentId, OfferingId, PersonId, ServiceRequestId, TaskKey, Timestamp, derived_id,
};
use uuid::Uuid;

/// A key of one of the lists: whose list, when it was submitted, which request.
fn listed(list: u8, whose: &str, rest: &[&[u8]], request: &str) -> Vec<u8> {
    let mut key = list_prefix(list, whose);
    rest.iter().for_each(|part| key.extend_from_slice(part));
    key.extend_from_slice(request.as_bytes());
    key
}

fn list_prefix(list: u8, whose: &str) -> Vec<u8> {
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

pub(crate) fn by_provider(provider: &DepartmentId, submitted: Timestamp, request: &str) -> Vec<u8> {
    listed(b'p', provider.as_str(), &[&sortable(submitted)], request)
}

pub(crate) fn by_requester(requester: &PersonId, submitted: Timestamp, request: &str) -> Vec<u8> {
    listed(b'r', requester.as_str(), &[&sortable(submitted)], request)
}

pub(crate) fn by_assignee(assignee: &PersonId, submitted: Timestamp, request: &str) -> Vec<u8> {
    listed(b'a', assignee.as_str(), &[&sortable(submitted)], request)
}

pub(crate) fn queued(
    provider: &DepartmentId,
    priority: Priority,
    submitted: Timestamp,
    request: &str,
) -> Vec<u8> {
    listed(
        b'q',
        provider.as_str(),
        &[&urgency(priority), &sortable(submitted)],
        request,
    )
}

pub(crate) fn provider_list(provider: &DepartmentId) -> Vec<u8> {
    list_prefix(b'p', provider.as_str())
}

pub(crate) fn requester_list(requester: &PersonId) -> Vec<u8> {
    list_prefix(b'r', requester.as_str())
}

pub(crate) fn assignee_list(assignee: &PersonId) -> Vec<u8> {
    list_prefix(b'a', assignee.as_str())
}

pub(crate) fn queue(provider: &DepartmentId) -> Vec<u8> {
    list_prefix(b'q', provider.as_str())
}

/// All requests there are.
pub(crate) const ALL: &[u8] = b"e/";

/// The request that a key ends with, a hyphenated UUID; nothing if it is the key of another kind of entity.
pub(crate) fn request_of(key: &[u8]) -> &str {
    let id = match key.strip_prefix(ALL) {
        Some(entity) => entity,
        None => key.get(key.len().saturating_sub(36)..).unwrap_or_default(),
    };
    std::str::from_utf8(id)
        .ok()
        .filter(|id| Uuid::try_parse(id).is_ok())
        .unwrap_or_default()
}

pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    [b"d/", id.as_str().as_bytes()].concat()
}

pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [b"m/", id.as_str().as_bytes()].concat()
}

pub(crate) fn plan(request: &str) -> Vec<u8> {
    [b"c/", request.as_bytes()].concat()
}

/// All tasks of the request's plan.
pub(crate) fn tasks(request: &str) -> Vec<u8> {
    list_prefix(b'c', request)
}

pub(crate) fn task(request: &str, task: &TaskKey) -> Vec<u8> {
    listed(b'c', request, &[task.as_str().as_bytes()], "")
}

/// All offerings there are.
pub(crate) const OFFERINGS: &[u8] = b"o/";

pub(crate) fn offering(id: &OfferingId) -> Vec<u8> {
    [OFFERINGS, id.as_str().as_bytes()].concat()
}

/// The offering whose key it is.
pub(crate) fn offering_of(key: &[u8]) -> &str {
    key.strip_prefix(OFFERINGS)
        .and_then(|id| std::str::from_utf8(id).ok())
        .unwrap_or_default()
}

pub(crate) fn offering_version(id: &OfferingId, version: u32) -> Vec<u8> {
    let id = id.as_str().as_bytes();
    [b"O/", id, &[0], &version.to_be_bytes()].concat()
}

pub(crate) fn related(request: &ServiceRequestId) -> Vec<u8> {
    [b"l/", request.0.as_bytes().as_slice()].concat()
}

/// Each side has its own: the last byte is 1 for what only the provider sees.
pub(crate) fn attachment(request: &str, sha256: &str, internal: bool) -> Vec<u8> {
    let side = [u8::from(internal)];
    [attachments(request).as_slice(), sha256.as_bytes(), &side].concat()
}

pub(crate) fn attachments(request: &str) -> Vec<u8> {
    list_prefix(b'f', request)
}

/// Where an outcome stands in its department's list. Page tokens show it to everybody, so it holds neither an instant
/// nor the concern's id.
pub(crate) fn outcome(provider: &DepartmentId, day: i64, request: &str) -> Vec<u8> {
    let hash = derived_id(&[b"listed outcome", request.as_bytes()]);
    let day = sortable(Timestamp::from_micros(day));
    [outcomes(provider).as_slice(), &day, hash.as_bytes()].concat()
}

pub(crate) fn outcomes(provider: &DepartmentId) -> Vec<u8> {
    list_prefix(b'u', provider.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    #[test]
    fn keys_sort_by_time_even_before_1970() {
        let it: DepartmentId = "it".parse().unwrap();
        let key = |micros| by_provider(&it, Timestamp::from_micros(micros), ID);
        assert!(key(-5) < key(0) && key(0) < key(7));
        assert_eq!(request_of(&key(7)), ID);
    }

    #[test]
    fn the_list_of_a_department_is_not_that_of_one_with_a_longer_name() {
        let (it, desk): (DepartmentId, DepartmentId) =
            ("it".parse().unwrap(), "it-desk".parse().unwrap());
        assert!(!by_provider(&desk, Timestamp::EPOCH, ID).starts_with(&provider_list(&it)));
    }

    #[test]
    fn other_entities_are_no_requests() {
        let mut keys = vec![[ALL, b"delegation-".as_slice(), ID.as_bytes()].concat()];
        // As long as the id of a request.
        keys.push([ALL, b"offering-", "x".repeat(27).as_bytes()].concat());
        keys.push([ALL, b"offering-short"].concat());
        for key in keys {
            assert_eq!(request_of(&key), "");
        }
        assert_eq!(request_of(&[ALL, ID.as_bytes()].concat()), ID);
    }

    #[test]
    fn a_queue_has_the_urgent_first() {
        let it: DepartmentId = "it".parse().unwrap();
        let key = |priority, micros| queued(&it, priority, Timestamp::from_micros(micros), ID);
        assert!(key(Priority::Urgent, 9) < key(Priority::Low, 1));
        assert!(key(Priority::High, 1) < key(Priority::High, 2));
    }
}
