//! Who is who, as far as messages need it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_eventlog::Stored;
use khidma_events::directory::{
    ChannelKind, DepartmentEvent, EntityKind, PersonEvent, Profile, RoleEvent,
};
use khidma_kernel::{DepartmentId, PersonId, RoleId};
use khidma_notifications_domain::rules::directory::{self, Office};
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};

use super::{Teller, everybody, hear, known_events};
use crate::keys;

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PersonRow {
    /// Whether they are here; who left is told nothing.
    pub active: bool,
    /// The name others see.
    pub name: String,
    /// The departments they belong to.
    pub departments: BTreeSet<DepartmentId>,
    /// Whom they report to.
    pub manager: Option<PersonId>,
    /// How they want to be reached.
    pub profile: Profile,
}

impl PersonRow {
    /// Where e-mail reaches them: the first such address in their profile.
    pub(crate) fn email(&self) -> Option<&str> {
        let channels = self.profile.channels.iter();
        let mut mail = channels.filter(|channel| channel.kind == ChannelKind::Email);
        mail.find_map(|mail| Some(mail.address.as_str()).filter(|address| !address.is_empty()))
    }
}

/// A department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DepartmentRow {
    /// Whether it is open.
    pub open: bool,
    /// Its name.
    pub name: String,
    /// The department it belongs to.
    pub parent: Option<DepartmentId>,
    /// Who belongs to it.
    pub members: BTreeSet<PersonId>,
}

/// A role.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RoleRow {
    /// Its name.
    pub name: String,
    /// What who holds it is responsible for.
    pub description: String,
    /// The revision of that description.
    pub revision: u32,
    /// Who holds it, by department.
    pub holders: BTreeMap<DepartmentId, BTreeSet<PersonId>>,
    /// Who of them is on duty, by department.
    pub on_duty: BTreeMap<DepartmentId, PersonId>,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Department(id)) => department(&id, commit, rows),
        Some(EntityKind::Person(id)) => person(&id, commit, rows),
        Some(EntityKind::Role(id)) => role(&id, commit, rows),
        Some(EntityKind::Calendar(_)) => super::policies::calendar(commit, rows),
        Some(EntityKind::Skills(_) | EntityKind::Training(_) | EntityKind::Reviews(_)) | None => {
            Ok(())
        }
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
                everybody::department(id, rows)?;
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
            }
            PersonEvent::PersonUpdated(event) => row.name = event.display_name,
            PersonEvent::DepartmentJoined(event) => {
                membership(&event.department, rows, |members| {
                    members.insert(id.clone());
                })?;
                row.departments.insert(event.department);
            }
            PersonEvent::DepartmentLeft(event) => {
                membership(&event.department, rows, |members| {
                    members.remove(id);
                })?;
                row.departments.remove(&event.department);
            }
            PersonEvent::ManagerSet(event) => row.manager = event.manager,
            PersonEvent::ProfileUpdated(event) => row.profile = event.profile,
            PersonEvent::PersonDeactivated(_) => row.active = false,
        }
    }
    everybody::person(id, &row, rows)?;
    rows.put(&key, &row)?;
    Ok(())
}

fn membership(
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
    let heard = hear::<RoleEvent>(commit)?;
    for recorded in &heard.events {
        match recorded.event.clone() {
            RoleEvent::RoleDefined(event) => {
                row.name = event.name;
                row.description = event.description;
                row.revision = 1;
            }
            RoleEvent::RoleRevised(event) => {
                row.name = event.name;
                row.description = event.description;
                row.revision = event.revision;
            }
            RoleEvent::RoleAssigned(event) => {
                let holders = row.holders.entry(event.department).or_default();
                holders.insert(event.person);
            }
            RoleEvent::RoleUnassigned(event) => {
                if let Some(holders) = row.holders.get_mut(&event.department) {
                    holders.remove(&event.person);
                }
                row.holders.retain(|_, holders| !holders.is_empty());
                row.on_duty.retain(|department, person| {
                    (department, &*person) != (&event.department, &event.person)
                });
            }
            RoleEvent::OnDutySet(event) => {
                match event.person {
                    Some(person) => row.on_duty.insert(event.department, person),
                    None => row.on_duty.remove(&event.department),
                };
            }
            RoleEvent::RoleConfirmed(_) => {}
        }
    }
    rows.put(&key, &row)?;
    let Some(mut teller) = Teller::begin(rows, commit, &heard)? else {
        return Ok(());
    };
    let holders: BTreeSet<PersonId> = row.holders.values().flatten().cloned().collect();
    let office = Office {
        name: &row.name,
        description: &row.description,
        revision: row.revision,
        holders: &holders,
    };
    for tell in heard
        .events
        .iter()
        .filter_map(|recorded| directory::tell(&office, recorded))
    {
        teller.tell(rows, &tell)?;
    }
    Ok(())
}
