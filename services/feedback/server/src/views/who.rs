//! Who is who, as far as feedback needs it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_engine::known_events;
use khidma_eventlog::Stored;
use khidma_events::directory::{DepartmentEvent, EntityKind, PersonEvent, PersonKind, RoleEvent};
use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PersonRow {
    /// Whether they are here; who left is asked nothing.
    pub active: bool,
    /// The name others see.
    pub name: String,
    /// What they are to the organisation.
    pub kind: Option<PersonKind>,
    /// The departments they belong to, the main one first.
    pub departments: Vec<DepartmentId>,
    /// BCP 47 language tags, the preferred first.
    pub languages: Vec<String>,
}

impl PersonRow {
    /// Their main department.
    pub(crate) fn main(&self) -> Option<&DepartmentId> {
        self.departments.first()
    }
}

/// A department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DepartmentRow {
    /// Whether it is open.
    pub open: bool,
    /// Its name.
    pub name: String,
    /// The department above it.
    pub parent: Option<DepartmentId>,
    /// Who belongs to it.
    pub members: BTreeSet<PersonId>,
}

/// Who holds a role, by department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RoleRow(pub BTreeMap<DepartmentId, BTreeSet<PersonId>>);

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Department(id)) => department(&id, commit, rows),
        Some(EntityKind::Person(id)) => person(&id, commit, rows),
        Some(EntityKind::Role(id)) => role(&id, commit, rows),
        _ => Ok(()),
    }
}

fn department(id: &DepartmentId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::department(id);
    let mut row: DepartmentRow = rows.get(&key)?.unwrap_or_default();
    for event in known_events::<DepartmentEvent>(commit)? {
        match event {
            DepartmentEvent::DepartmentCreated(event) => {
                row.open = true;
                row.name = event.name;
                row.parent = event.parent;
            }
            DepartmentEvent::DepartmentRenamed(event) => row.name = event.name,
            DepartmentEvent::DepartmentClosed(_) => row.open = false,
            DepartmentEvent::DepartmentMoved(event) => row.parent = event.to,
            DepartmentEvent::DepartmentTopicsSet(_) | DepartmentEvent::DepartmentCalendarSet(_) => {
            }
        }
    }
    rows.put(&key, &row)?;
    Ok(())
}

fn person(id: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::person(id);
    let mut row: PersonRow = rows.get(&key)?.unwrap_or_default();
    for event in known_events::<PersonEvent>(commit)? {
        match event {
            PersonEvent::PersonRegistered(event) => {
                row.active = true;
                row.name = event.display_name;
                row.kind = Some(event.kind);
            }
            PersonEvent::PersonUpdated(event) => {
                row.name = event.display_name;
                row.kind = Some(event.kind);
            }
            PersonEvent::DepartmentJoined(event) => {
                members(&event.department, rows, |members| {
                    members.insert(id.clone());
                })?;
                row.departments.retain(|known| *known != event.department);
                let place = match event.main {
                    true => 0,
                    false => row.departments.len(),
                };
                row.departments.insert(place, event.department);
            }
            PersonEvent::DepartmentLeft(event) => {
                members(&event.department, rows, |members| {
                    members.remove(id);
                })?;
                row.departments.retain(|known| *known != event.department);
            }
            PersonEvent::ProfileUpdated(event) => row.languages = event.profile.languages,
            PersonEvent::PersonDeactivated(_) => row.active = false,
            PersonEvent::ManagerSet(_) => {}
        }
    }
    rows.put(&key, &row)?;
    Ok(())
}

fn members(
    department: &DepartmentId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut BTreeSet<PersonId>),
) -> Result<(), ApplyError> {
    let key = keys::department(department);
    let mut row: DepartmentRow = rows.get(&key)?.unwrap_or_default();
    change(&mut row.members);
    rows.put(&key, &row)?;
    Ok(())
}

fn role(id: &RoleId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::role(id);
    let mut row: RoleRow = rows.get(&key)?.unwrap_or_default();
    for event in known_events::<RoleEvent>(commit)? {
        match event {
            RoleEvent::RoleAssigned(event) => {
                let holders = row.0.entry(event.department).or_default();
                holders.insert(event.person);
            }
            RoleEvent::RoleUnassigned(event) => {
                if let Some(holders) = row.0.get_mut(&event.department) {
                    holders.remove(&event.person);
                }
                row.0.retain(|_, holders| !holders.is_empty());
            }
            RoleEvent::RoleDefined(_)
            | RoleEvent::RoleRevised(_)
            | RoleEvent::RoleConfirmed(_)
            | RoleEvent::OnDutySet(_) => {}
        }
    }
    rows.put(&key, &row)?;
    Ok(())
}
