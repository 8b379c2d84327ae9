//! What a commit of a person changes: their row, the lists of members, and what is to be released.

use std::collections::BTreeSet;

use khidma_directory_domain::PersonDecider;
use khidma_directory_domain::person::Person;
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};

use super::{DepartmentRow, PersonRow, decode, when};
use crate::{keys, react};

pub(super) fn apply(id: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::person(id);
    let mut row: PersonRow = rows.get(&key)?.unwrap_or_default();
    let decoded = decode(commit)?;
    let before = departments(row.entity.state.as_ref());
    advance::<PersonDecider>(&mut row.entity, &decoded, commit.position);
    let after = departments(row.entity.state.as_ref());
    for department in before.difference(&after) {
        rows.delete(&keys::member(department, id));
        count(department, |members| members.saturating_sub(1), rows)?;
    }
    for department in after.difference(&before) {
        rows.put(&keys::member(department, id), &())?;
        count(department, |members| members.saturating_add(1), rows)?;
    }
    release_where_left(id, &mut row, when(&decoded), rows)?;
    Ok(rows.put(&key, &row)?)
}

fn departments(person: Option<&Person>) -> BTreeSet<DepartmentId> {
    person
        .iter()
        .flat_map(|person| person.departments.iter().cloned())
        .collect()
}

fn count(
    department: &DepartmentId,
    change: fn(u32) -> u32,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::department(department);
    let mut row: DepartmentRow = rows.get(&key)?.unwrap_or_default();
    row.members = change(row.members);
    rows.put(&key, &row)
}

/// Puts on the agenda the roles held where the person is no member, and takes off it those where they are again.
pub(super) fn release_where_left(
    id: &PersonId,
    row: &mut PersonRow,
    now: Timestamp,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let member_of = departments(row.entity.state.as_ref());
    for holding in &mut row.holdings {
        let item = react::item(&holding.role, id, &holding.department);
        match (holding.release, member_of.contains(&holding.department)) {
            (Some(due), true) => {
                rows.unschedule(due, &item);
                holding.release = None;
            }
            (None, false) => {
                rows.schedule(now, &item)?;
                holding.release = Some(now);
            }
            (None, true) | (Some(_), false) => {}
        }
    }
    Ok(())
}
