//! Who everybody is: all departments, whose members their own rows say, and those who belong to none.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, PersonId};
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use super::{DepartmentRow, PersonRow};
use crate::keys;

/// Who everybody is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Everybody {
    /// All departments that there ever were.
    pub departments: BTreeSet<DepartmentId>,
    /// Those who are here and belong to none.
    pub alone: BTreeSet<PersonId>,
}

/// There is a department.
pub(super) fn department(id: &DepartmentId, rows: &mut Rows<'_>) -> Result<(), RowError> {
    change(rows, |everybody| everybody.departments.insert(id.clone()))
}

/// A person has changed; they may belong to no department now, or to one.
pub(super) fn person(id: &PersonId, row: &PersonRow, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let alone = row.active && row.departments.is_empty();
    change(rows, |everybody| match alone {
        true => everybody.alone.insert(id.clone()),
        false => everybody.alone.remove(id),
    })
}

fn change(
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut Everybody) -> bool,
) -> Result<(), RowError> {
    let mut everybody: Everybody = rows.get(keys::EVERYBODY)?.unwrap_or_default();
    match change(&mut everybody) {
        true => rows.put(keys::EVERYBODY, &everybody),
        false => Ok(()),
    }
}

/// Those who belong to these departments, each once; to everybody if there are none. Some may have left.
pub(super) fn members(
    departments: &BTreeSet<DepartmentId>,
    rows: &Rows<'_>,
) -> Result<BTreeSet<PersonId>, RowError> {
    let (mut people, mut all) = (BTreeSet::new(), BTreeSet::new());
    if departments.is_empty() {
        let everybody: Everybody = rows.get(keys::EVERYBODY)?.unwrap_or_default();
        people = everybody.alone;
        all = everybody.departments;
    }
    for department in departments.union(&all) {
        let row: Option<DepartmentRow> = rows.get(&keys::department(department))?;
        people.extend(row.map(|row| row.members).unwrap_or_default());
    }
    Ok(people)
}
