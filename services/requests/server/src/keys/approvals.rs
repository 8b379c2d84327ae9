//! Keys of what waits for whose word, and of who may give it.

use khidma_events::requests::Approver;
use khidma_kernel::{DepartmentId, PersonId, RoleId, Timestamp};

use super::{list_prefix, sortable};

/// When something began to wait, and which request: how the keys of one list of what waits end.
pub(crate) type Waiting = [u8; 8 + 36];

/// What has waited for `approver` since then; `None` where nobody can be meant: the manager of a requester whom nobody
/// knows.
pub(crate) fn awaited(
    approver: &Approver,
    requester: Option<&PersonId>,
    since: Timestamp,
    request: &str,
) -> Option<Vec<u8>> {
    let list = match approver {
        Approver::Person(person) => awaiting_person(person),
        Approver::Role { role, department } => awaiting_role(role, department.as_ref()),
        Approver::ManagerOfRequester => awaiting_manager_of(requester?),
    };
    Some([&list, sortable(since).as_slice(), request.as_bytes()].concat())
}

/// All that waits for a person.
pub(crate) fn awaiting_person(person: &PersonId) -> Vec<u8> {
    list_prefix(b'v', &format!("person:{person}"))
}

/// All that waits for the holders of a role within a department, or anywhere.
pub(crate) fn awaiting_role(role: &RoleId, department: Option<&DepartmentId>) -> Vec<u8> {
    match department {
        Some(department) => list_prefix(b'v', &format!("role:{role}@{department}")),
        None => list_prefix(b'v', &format!("role:{role}")),
    }
}

/// All that waits for whomever a person reports to.
pub(crate) fn awaiting_manager_of(person: &PersonId) -> Vec<u8> {
    list_prefix(b'v', &format!("manager-of:{person}"))
}

/// How a key of one of these lists ends.
pub(crate) fn waiting(key: &[u8]) -> Option<Waiting> {
    key.last_chunk().copied()
}

/// The parts, each ended by a 0 byte.
fn parts<const N: usize>(kind: &str, parts: [&str; N]) -> Vec<u8> {
    let mut key = [kind.as_bytes(), &[0]].concat();
    for part in parts {
        key.extend_from_slice(part.as_bytes());
        key.push(0);
    }
    key
}

pub(crate) fn holder(role: &RoleId, department: &DepartmentId, person: &PersonId) -> Vec<u8> {
    let (role, department) = (role.as_str(), department.as_str());
    parts("h/role", [role, department, person.as_str()])
}

/// Who holds a role within a department, or anywhere.
pub(crate) fn holders(role: &RoleId, department: Option<&DepartmentId>) -> Vec<u8> {
    match department {
        Some(department) => parts("h/role", [role.as_str(), department.as_str()]),
        None => parts("h/role", [role.as_str()]),
    }
}

pub(crate) fn held(person: &PersonId, role: &RoleId, department: &DepartmentId) -> Vec<u8> {
    let (role, department) = (role.as_str(), department.as_str());
    parts("h/held", [person.as_str(), role, department])
}

/// The roles a person holds.
pub(crate) fn all_held(person: &PersonId) -> Vec<u8> {
    parts("h/held", [person.as_str()])
}

pub(crate) fn report(manager: &PersonId, person: &PersonId) -> Vec<u8> {
    parts("h/reports", [manager.as_str(), person.as_str()])
}

/// Who reports to a person.
pub(crate) fn reports(manager: &PersonId) -> Vec<u8> {
    parts("h/reports", [manager.as_str()])
}

pub(crate) fn stand_in(delegate: &PersonId, person: &PersonId) -> Vec<u8> {
    parts("g/", [delegate.as_str(), person.as_str()])
}

/// In whose place a person approves.
pub(crate) fn stands_in_for(delegate: &PersonId) -> Vec<u8> {
    parts("g/", [delegate.as_str()])
}

/// The last part of a key made of parts, as an id.
pub(crate) fn last_part<T: std::str::FromStr>(key: &[u8]) -> Option<T> {
    part_from_end(key, 0)
}

/// The last part but one, as an id.
pub(crate) fn last_but_one<T: std::str::FromStr>(key: &[u8]) -> Option<T> {
    part_from_end(key, 1)
}

fn part_from_end<T: std::str::FromStr>(key: &[u8], number: usize) -> Option<T> {
    let key = key.strip_suffix(&[0])?;
    let part = key.rsplit(|byte| *byte == 0).nth(number)?;
    std::str::from_utf8(part).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    #[test]
    fn what_waits_ends_with_since_when_and_which_request_in_every_list() {
        let linh: PersonId = "linh".parse().unwrap();
        let role = Approver::Role {
            role: "lawyer".parse().unwrap(),
            department: Some("legal".parse().unwrap()),
        };
        let since = Timestamp::from_micros(7);
        let mut ends = [
            role,
            Approver::Person(linh.clone()),
            Approver::ManagerOfRequester,
        ]
        .map(|approver| waiting(&awaited(&approver, Some(&linh), since, ID).unwrap()).unwrap());
        assert!(ends[0].ends_with(ID.as_bytes()));
        ends.sort_unstable();
        assert_eq!(ends[0], ends[2]);
        assert_eq!(
            awaited(&Approver::ManagerOfRequester, None, since, ID),
            None
        );
    }

    #[test]
    fn the_parts_of_a_key_are_read_back_from_its_end() {
        let (role, department): (RoleId, DepartmentId) =
            ("lawyer".parse().unwrap(), "legal".parse().unwrap());
        let key = held(&"linh".parse().unwrap(), &role, &department);
        assert_eq!(last_part(&key), Some(department));
        assert_eq!(last_but_one(&key), Some(role));
        assert!(key.starts_with(&all_held(&"linh".parse().unwrap())));
        assert!(!key.starts_with(&all_held(&"lin".parse().unwrap())));
    }
}
