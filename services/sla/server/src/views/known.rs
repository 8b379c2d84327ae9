//! What the directory says of departments, people, roles and calendars, as far as promises need it.

use khidma_eventlog::Stored;
use khidma_events::directory::{DepartmentEvent, EntityKind, PersonEvent};
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use khidma_projection::{ApplyError, Rows};

use super::row::Department;
use super::{known_events, terms, undecodable};
use crate::keys;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Department(id)) => department(&id, commit, rows),
        Some(EntityKind::Person(id)) => person(&id, commit, rows),
        Some(EntityKind::Role(id)) => Ok(rows.put(&keys::role(&id), &())?),
        Some(EntityKind::Calendar(id)) => terms::calendar(&id, commit, rows),
        Some(EntityKind::Skills(_) | EntityKind::Training(_) | EntityKind::Reviews(_)) | None => {
            Ok(())
        }
    }
}

/// When a commit was made.
pub(super) fn time(commit: &Stored) -> Result<Timestamp, ApplyError> {
    let events = khidma_events::raw_events(&commit.payload).map_err(|error| undecodable(&error))?;
    Ok(events.first().map_or(Timestamp::EPOCH, |first| first.time))
}

fn department(id: &DepartmentId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::department(id);
    let before: Department = rows.get(&key)?.unwrap_or_default();
    let mut department = before.clone();
    for event in known_events::<DepartmentEvent>(commit)? {
        match event {
            DepartmentEvent::DepartmentCreated(event) => {
                department = Department {
                    open: true,
                    name: event.name,
                };
            }
            DepartmentEvent::DepartmentRenamed(event) => department.name = event.name,
            DepartmentEvent::DepartmentClosed(_) => department.open = false,
            DepartmentEvent::DepartmentMoved(_)
            | DepartmentEvent::DepartmentTopicsSet(_)
            | DepartmentEvent::DepartmentCalendarSet(_) => {}
        }
    }
    if department != before {
        rows.put(&key, &department)?;
    }
    Ok(())
}

fn person(id: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<PersonEvent>(commit)? {
        match event {
            PersonEvent::PersonRegistered(_) => rows.put(&keys::person(id), &true)?,
            PersonEvent::PersonDeactivated(_) => rows.put(&keys::person(id), &false)?,
            PersonEvent::PersonUpdated(_)
            | PersonEvent::DepartmentJoined(_)
            | PersonEvent::DepartmentLeft(_)
            | PersonEvent::ManagerSet(_)
            | PersonEvent::ProfileUpdated(_) => {}
        }
    }
    Ok(())
}
