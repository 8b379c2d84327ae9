//! Every key of the read model. Ids have no byte below `-`, so a 0 byte ends a part without ambiguity.
//!
//! | key | row |
//! |---|---|
//! | `e/<request>` | [`crate::views::ClocksRow`]: a request's clocks and what happened to it (the prefix is the engine's) |
//! | `N` | how many requests there are |
//! | `B` | [`crate::views::Contents`]: which activations and calendars there are |
//! | `b/<position>` | [`crate::views::ActivationRow`]: from when on a policy holds |
//! | `k/<calendar> <revision>` | [`crate::views::CalendarRow`] |
//! | `w/<owner> <due> <request> <metric> <number>` | clocks that go on, by when they are due |
//! | `x/<breached> <request> <metric> <number>` | breaches, by when they were |
//! | `n/<owner> <metric>` | [`crate::views::Tally`]: how many clocks of a department there are, by state |
//! | `d/<department>` | [`crate::views::Department`] |
//! | `m/<person>` | whether there is such a person and they have not left |
//! | `r/<role>` | that there is such a role |
//! | `o/<offering>` | that there is such an offering |
//! | `p/<policy>` | [`crate::views::PolicyRow`]: a policy at present |
//! | `P/<policy> <version>` | [`crate::views::PolicyVersionRow`] |
//! | `u/<calendar>` | that a policy counted by it at some time |
//! | `c/<calendar>` | [`crate::views::AdoptionRow`]: a calendar that was revised |

use khidma_events::sla::{ClockRef, Metric};
use khidma_kernel::{
    CalendarId, DepartmentId, OfferingId, PersonId, PolicyId, Position, RoleId, ServiceRequestId,
    Timestamp,
};

/// All requests with clocks or facts, and the other entities.
pub(crate) const ALL: &[u8] = b"e/";

/// See the table.
pub(crate) const REQUESTS: &[u8] = b"N";

/// See the table.
pub(crate) const CONTENTS: &[u8] = b"B";

/// Big-endian with the sign bit turned, so that bytes sort as instants do.
fn sortable(time: Timestamp) -> [u8; 8] {
    ((time.as_micros() as u64) ^ (1 << 63)).to_be_bytes()
}

fn metric(metric: Metric) -> u8 {
    metric as u8
}

pub(crate) fn activation(position: Position) -> Vec<u8> {
    [b"b/".as_slice(), &position.0.to_be_bytes()].concat()
}

pub(crate) fn calendar(id: &CalendarId, revision: u32) -> Vec<u8> {
    [b"k/", id.as_str().as_bytes(), &[0], &revision.to_be_bytes()].concat()
}

/// Where a clock that goes on is listed; behind all others if it has no due.
pub(crate) fn due(
    owner: &DepartmentId,
    due: impl Into<Option<Timestamp>>,
    request: &str,
    clock: ClockRef,
) -> Vec<u8> {
    let mut key = due_of(owner);
    key.extend(due.into().map_or([u8::MAX; 8], sortable));
    key.extend(clock_of(request, clock));
    key
}

/// The clocks of a department that go on, by when they are due.
pub(crate) fn due_of(owner: &DepartmentId) -> Vec<u8> {
    [b"w/", owner.as_str().as_bytes(), &[0]].concat()
}

pub(crate) fn breach(at: Timestamp, request: &str, clock: ClockRef) -> Vec<u8> {
    [b"x/".as_slice(), &sortable(at), &clock_of(request, clock)].concat()
}

fn clock_of(request: &str, clock: ClockRef) -> Vec<u8> {
    [
        request.as_bytes(),
        &[0, metric(clock.metric)],
        &clock.number.to_be_bytes(),
    ]
    .concat()
}

/// All tallies.
pub(crate) const TALLIES: &[u8] = b"n/";

/// Whose tally stands under `key`, and of which metric.
pub(crate) fn read_tally(key: &[u8]) -> Option<(DepartmentId, Metric)> {
    let (owner, of) = match key.strip_prefix(TALLIES)? {
        [owner @ .., 0, of] => (owner, *of),
        _ => return None,
    };
    let owner = std::str::from_utf8(owner).ok()?.parse().ok()?;
    let of = Metric::ALL.into_iter().find(|one| metric(*one) == of);
    Some((owner, of?))
}

pub(crate) fn tally(owner: &DepartmentId, of: Metric) -> Vec<u8> {
    [b"n/", owner.as_str().as_bytes(), &[0, metric(of)]].concat()
}

pub(crate) fn department(id: &DepartmentId) -> Vec<u8> {
    [b"d/", id.as_str().as_bytes()].concat()
}

pub(crate) fn person(id: &PersonId) -> Vec<u8> {
    [b"m/", id.as_str().as_bytes()].concat()
}

pub(crate) fn role(id: &RoleId) -> Vec<u8> {
    [b"r/", id.as_str().as_bytes()].concat()
}

pub(crate) fn offering(id: &OfferingId) -> Vec<u8> {
    [b"o/", id.as_str().as_bytes()].concat()
}

/// All policies.
pub(crate) const POLICIES: &[u8] = b"p/";

pub(crate) fn policy(id: &PolicyId) -> Vec<u8> {
    [POLICIES, id.as_str().as_bytes()].concat()
}

/// The policy of a key of [`policy`]; empty if it is none.
pub(crate) fn policy_of(key: &[u8]) -> &str {
    let id = key.strip_prefix(POLICIES).unwrap_or_default();
    std::str::from_utf8(id).unwrap_or_default()
}

pub(crate) fn policy_version(id: &PolicyId, version: u32) -> Vec<u8> {
    [b"P/", id.as_str().as_bytes(), &[0], &version.to_be_bytes()].concat()
}

pub(crate) fn used_calendar(id: &CalendarId) -> Vec<u8> {
    [b"u/", id.as_str().as_bytes()].concat()
}

pub(crate) fn adoption(id: &CalendarId) -> Vec<u8> {
    [b"c/", id.as_str().as_bytes()].concat()
}

/// All clocks that go on.
pub(crate) const BOARD: &[u8] = b"w/";

/// All breaches.
pub(crate) const BREACHES: &[u8] = b"x/";

/// Just behind the clocks of a department that go on: where the next department's begin.
pub(crate) fn due_behind(owner: &DepartmentId) -> Vec<u8> {
    [b"w/", owner.as_str().as_bytes(), &[1]].concat()
}

/// The owner in the key of a clock that goes on, and the rest, by which they stand in order.
pub(crate) fn read_due(key: &[u8]) -> Option<(DepartmentId, &[u8])> {
    let rest = key.strip_prefix(BOARD)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let owner = std::str::from_utf8(rest.get(..end)?).ok()?;
    Some((owner.parse().ok()?, rest.get(end + 1..)?))
}

/// An instant as keys begin with it.
pub(crate) fn instant(time: Timestamp) -> [u8; 8] {
    sortable(time)
}

/// What stands in a key behind an instant: a request and which of its clocks.
pub(crate) fn read_clock(behind: &[u8]) -> Option<(&str, ClockRef)> {
    let end = behind.iter().position(|byte| *byte == 0)?;
    let request = std::str::from_utf8(behind.get(..end)?).ok()?;
    let (kind, number) = behind.get(end + 1..)?.split_first()?;
    let clock = ClockRef {
        metric: *Metric::ALL.get(usize::from(*kind))?,
        number: u32::from_be_bytes(number.try_into().ok()?),
    };
    Some((request, clock))
}

/// The request under whose key a row stands; `None` for other entities.
pub(crate) fn request_of(key: &[u8]) -> Option<&str> {
    let entity = std::str::from_utf8(key.strip_prefix(ALL)?).ok()?;
    let is_request = entity.parse::<ServiceRequestId>().is_ok();
    is_request.then_some(entity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_stand_by_when_they_are_due() {
        let it: DepartmentId = "it".parse().unwrap();
        let clock = ClockRef {
            metric: Metric::Resolve,
            number: 1,
        };
        let key = |micros| due(&it, Timestamp::from_micros(micros), "a", clock);
        assert!(key(-5) < key(0) && key(0) < key(7));
        assert!(key(0).starts_with(&due_of(&it)));
        let desk: DepartmentId = "it-desk".parse().unwrap();
        assert!(!due(&desk, Timestamp::EPOCH, "a", clock).starts_with(&due_of(&it)));
        let latest = Timestamp::from_micros(i64::MAX);
        assert!(due(&it, latest, "a", clock) < due(&it, None, "a", clock));
        assert!(due(&it, None, "a", clock) < due_behind(&it));
    }

    #[test]
    fn what_is_written_in_a_key_is_read_from_it() {
        let it: DepartmentId = "it".parse().unwrap();
        for metric in Metric::ALL {
            let clock = ClockRef { metric, number: 7 };
            let key = due(&it, Timestamp::EPOCH, "a-request", clock);
            let (owner, rest) = read_due(&key).unwrap();
            assert_eq!(owner, it);
            assert_eq!(read_clock(&rest[8..]), Some(("a-request", clock)));
        }
        assert_eq!(request_of(b"e/policy-helpdesk"), None);
    }

    #[test]
    fn a_tally_is_known_by_its_key() {
        let it: DepartmentId = "it".parse().unwrap();
        for metric in Metric::ALL {
            assert_eq!(read_tally(&tally(&it, metric)), Some((it.clone(), metric)));
        }
    }
}
