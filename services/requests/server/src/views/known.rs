//! What the directory says of departments and people, as far as requests need it.

use khidma_engine::known_events;
use khidma_eventlog::Stored;
use khidma_events::directory::{DepartmentEvent, EntityKind, PersonEvent, RoleEvent};
use khidma_kernel::{DepartmentId, PersonId};
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use super::approvals;
use crate::keys;

/// The topic that is touched whenever the directory says something new of departments.
pub(crate) const DIRECTORY_CHANGED: &str = "directory";

/// A department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Department {
    /// Whether it can be asked for something.
    pub open: bool,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Whether they have not left.
    pub active: bool,
    /// Their departments, the main one first.
    pub departments: Vec<DepartmentId>,
    /// Whom they report to.
    pub manager: Option<PersonId>,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Department(id)) => department(&id, &known_events(commit)?, rows),
        Some(EntityKind::Person(id)) => person(&id, &known_events(commit)?, rows),
        Some(EntityKind::Role(id)) => {
            approvals::role(&id, &known_events::<RoleEvent>(commit)?, rows)
        }
        Some(
            EntityKind::Calendar(_)
            | EntityKind::Skills(_)
            | EntityKind::Training(_)
            | EntityKind::Reviews(_),
        )
        | None => Ok(()),
    }
}

fn department(
    id: &DepartmentId,
    events: &[DepartmentEvent],
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    for event in events {
        match event {
            DepartmentEvent::DepartmentCreated(_) => {
                rows.put(&keys::department(id), &Department { open: true })?
            }
            DepartmentEvent::DepartmentClosed(_) => {
                rows.put(&keys::department(id), &Department { open: false })?
            }
            DepartmentEvent::DepartmentRenamed(_)
            | DepartmentEvent::DepartmentMoved(_)
            | DepartmentEvent::DepartmentTopicsSet(_)
            | DepartmentEvent::DepartmentCalendarSet(_) => {}
        }
    }
    rows.touch(DIRECTORY_CHANGED);
    Ok(())
}

fn person(id: &PersonId, events: &[PersonEvent], rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::person(id);
    let before: Person = rows.get(&key)?.unwrap_or_default();
    let mut person = before.clone();
    for event in events {
        match event {
            PersonEvent::PersonRegistered(_) => person.active = true,
            PersonEvent::PersonDeactivated(_) => person.active = false,
            PersonEvent::DepartmentJoined(event) => {
                let known = person
                    .departments
                    .iter()
                    .position(|department| *department == event.department);
                let last = person.departments.len();
                match (known, event.main) {
                    (Some(index), true) => person.departments[..=index].rotate_right(1),
                    (Some(_), false) => {}
                    (None, true) => person.departments.insert(0, event.department.clone()),
                    (None, false) => person.departments.insert(last, event.department.clone()),
                }
            }
            PersonEvent::DepartmentLeft(event) => {
                person
                    .departments
                    .retain(|department| *department != event.department);
            }
            PersonEvent::ManagerSet(event) => person.manager.clone_from(&event.manager),
            PersonEvent::PersonUpdated(_) | PersonEvent::ProfileUpdated(_) => {}
        }
    }
    approvals::reports(id, before.manager.as_ref(), person.manager.as_ref(), rows)?;
    if person != before {
        rows.put(&key, &person)?;
    }
    Ok(())
}
