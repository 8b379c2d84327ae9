//! Who acts in the stories of the tests, and what they need to know.

use std::str::FromStr;

use khidma_kernel::{Caller, DepartmentId, PersonId, Role};

use crate::facts::{DepartmentFact, ManagerFact, ParentFact, PersonFact, Presence};

pub(crate) use Presence::{Ended, Present, Unknown};

/// An id that is surely one.
pub(crate) fn id<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Keeps the directory; of the department `hr`.
pub(crate) fn admin() -> Caller {
    Caller::person(id("root"), id("hr"), [Role::Admin])
}

/// Leads `department`.
pub(crate) fn manager(department: &str) -> Caller {
    Caller::person(id("mina"), id(department), [Role::Manager])
}

/// Nobody in particular, of `department`.
pub(crate) fn member(person: &str, department: &str) -> Caller {
    Caller::person(id(person), id(department), [])
}

pub(crate) fn department(department: &str, presence: Presence) -> DepartmentFact {
    DepartmentFact {
        id: id(department),
        presence,
    }
}

pub(crate) fn parent(
    department: &str,
    presence: Presence,
    ancestors: &[&str],
) -> Option<ParentFact> {
    let ancestors = ancestors
        .iter()
        .map(|ancestor| id::<DepartmentId>(ancestor))
        .collect();
    Some(ParentFact {
        department: self::department(department, presence),
        ancestors,
    })
}

pub(crate) fn person(person: &str, presence: Presence, departments: &[&str]) -> PersonFact {
    PersonFact {
        id: id(person),
        presence,
        departments: departments.iter().map(|one| id(one)).collect(),
    }
}

pub(crate) fn reports_to(manager: &str, presence: Presence, line: &[&str]) -> Option<ManagerFact> {
    let line = line.iter().map(|one| id::<PersonId>(one)).collect();
    Some(ManagerFact {
        person: person(manager, presence, &[]),
        line,
    })
}
