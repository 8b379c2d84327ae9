//! What a decision must know of other entities, read from the rows.

mod skills;

pub(crate) use skills::{offering_row, statements, training_row, unknown_offerings};

use std::collections::BTreeSet;

use khidma_directory_domain::facts::{
    DepartmentFact, ManagerFact, ParentFact, PersonFact, Presence,
};
use khidma_directory_domain::limits;
use khidma_edge::query::Stop;
use khidma_kernel::{CalendarId, DepartmentId, PersonId, RoleId};
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{CalendarRow, DepartmentRow, PersonRow, RoleRow};

/// The longest reporting line that is walked. Lines without cycles are far shorter.
const LINE: usize = 1_000;

pub(crate) fn department_row(
    reader: &Reader,
    id: &DepartmentId,
) -> Result<Option<DepartmentRow>, RowError> {
    reader.get(&keys::department(id))
}

pub(crate) fn person_row(reader: &Reader, id: &PersonId) -> Result<Option<PersonRow>, RowError> {
    reader.get(&keys::person(id))
}

pub(crate) fn role_row(reader: &Reader, id: &RoleId) -> Result<Option<RoleRow>, RowError> {
    reader.get(&keys::role(id))
}

pub(crate) fn department(reader: &Reader, id: &DepartmentId) -> Result<DepartmentFact, RowError> {
    let row = department_row(reader, id)?.and_then(|row| row.entity.state);
    let presence = match row {
        None => Presence::Unknown,
        Some(department) if department.closed => Presence::Ended,
        Some(_) => Presence::Present,
    };
    Ok(DepartmentFact {
        id: id.clone(),
        presence,
    })
}

pub(crate) fn parent(reader: &Reader, id: &DepartmentId) -> Result<ParentFact, RowError> {
    Ok(ParentFact {
        department: department(reader, id)?,
        ancestors: ancestors(reader, id)?,
    })
}

/// The departments above `id`, nearest first. A cycle, made by moves that crossed, is walked once.
pub(crate) fn ancestors(reader: &Reader, id: &DepartmentId) -> Result<Vec<DepartmentId>, RowError> {
    let mut above = Vec::new();
    let mut seen = BTreeSet::from([id.clone()]);
    let mut next = id.clone();
    while above.len() <= limits::DEPTH {
        let row = department_row(reader, &next)?.and_then(|row| row.entity.state);
        match row.and_then(|department| department.parent) {
            Some(parent) if seen.insert(parent.clone()) => {
                above.push(parent.clone());
                next = parent;
            }
            _ => break,
        }
    }
    Ok(above)
}

pub(crate) fn person(reader: &Reader, id: &PersonId) -> Result<PersonFact, RowError> {
    let row = person_row(reader, id)?.and_then(|row| row.entity.state);
    let (presence, departments) = match row {
        None => (Presence::Unknown, Vec::new()),
        Some(person) if person.deactivated => (Presence::Ended, person.departments),
        Some(person) => (Presence::Present, person.departments),
    };
    Ok(PersonFact {
        id: id.clone(),
        presence,
        departments,
    })
}

pub(crate) fn manager(reader: &Reader, id: &PersonId) -> Result<ManagerFact, RowError> {
    let line = reporting_line(reader, id)?
        .into_iter()
        .map(|(person, _)| person)
        .collect();
    Ok(ManagerFact {
        person: person(reader, id)?,
        line,
    })
}

/// The people above `id` and their rows, nearest first, those who have left among them. A cycle, made by changes that
/// crossed, is walked once.
pub(crate) fn reporting_line(
    reader: &Reader,
    id: &PersonId,
) -> Result<Vec<(PersonId, PersonRow)>, RowError> {
    let mut line: Vec<(PersonId, PersonRow)> = Vec::new();
    let mut seen = BTreeSet::from([id.clone()]);
    let manager_of = |row: &PersonRow| {
        row.entity
            .state
            .as_ref()
            .and_then(|person| person.manager.clone())
    };
    let mut next = person_row(reader, id)?.as_ref().and_then(manager_of);
    while let Some(manager) =
        next.filter(|manager| line.len() < LINE && seen.insert(manager.clone()))
    {
        let Some(row) = person_row(reader, &manager)? else {
            break;
        };
        next = manager_of(&row);
        line.push((manager, row));
    }
    Ok(line)
}

/// Those of `roles` that there are not. Looks at no more than a department may name: with more, it is refused anyway.
pub(crate) fn unknown_roles(reader: &Reader, roles: &[RoleId]) -> Result<Vec<RoleId>, RowError> {
    let mut unknown = Vec::new();
    for role in roles.iter().take(limits::TOPICS) {
        if role_row(reader, role)?.is_none_or(|row| row.state.is_none()) {
            unknown.push(role.clone());
        }
    }
    Ok(unknown)
}

pub(crate) fn calendar_known(reader: &Reader, id: &CalendarId) -> Result<bool, RowError> {
    let row: Option<CalendarRow> = reader.get(&keys::calendar(id))?;
    Ok(row.is_some_and(|row| row.state.is_some()))
}

/// How many active members and open departments under it `id` has.
pub(crate) fn contents(reader: &Reader, id: &DepartmentId) -> Result<(u32, u32), RowError> {
    let row = department_row(reader, id)?.unwrap_or_default();
    Ok((row.members, row.children))
}

/// The department `root` and all that are open below it.
pub(crate) fn below(
    reader: &Reader,
    stop: &Stop,
    root: &DepartmentId,
) -> Result<BTreeSet<DepartmentId>, RowError> {
    let mut found = BTreeSet::from([root.clone()]);
    let mut next = vec![root.clone()];
    while let Some(department) = next.pop() {
        for row in stop.until_set(reader.prefix(&keys::children(Some(&department)))) {
            let (key, _) = row?;
            if let Ok(child) = keys::last_part(&key).parse::<DepartmentId>()
                && found.insert(child.clone())
            {
                next.push(child);
            }
        }
    }
    Ok(found)
}

/// All members of `departments` who have not left.
pub(crate) fn members(
    reader: &Reader,
    stop: &Stop,
    departments: &BTreeSet<DepartmentId>,
) -> Result<BTreeSet<PersonId>, RowError> {
    let mut found = BTreeSet::new();
    for department in departments {
        for row in stop.until_set(reader.prefix(&keys::members(department))) {
            let (key, _) = row?;
            found.extend(keys::last_part(&key).parse::<PersonId>().ok());
        }
    }
    Ok(found)
}
