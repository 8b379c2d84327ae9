//! What a commit of a role changes: its row, and the rows of those who hold it.

use std::collections::BTreeSet;

use khidma_directory_domain::RoleDecider;
use khidma_directory_domain::role::{Holder, Role};
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_kernel::{RoleId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};

use super::person::release_where_left;
use super::{Holding, PersonRow, RoleRow, decode, when};
use crate::{keys, react};

pub(super) fn apply(id: &RoleId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::role(id);
    let mut row: RoleRow = rows.get(&key)?.unwrap_or_default();
    let decoded = decode(commit)?;
    let before = holders(row.state.as_ref());
    advance::<RoleDecider>(&mut row, &decoded, commit.position);
    let after = holders(row.state.as_ref());
    for holder in before.difference(&after) {
        lost(id, holder, rows)?;
    }
    for holder in after.difference(&before) {
        gained(id, holder, when(&decoded), rows)?;
    }
    Ok(rows.put(&key, &row)?)
}

fn holders(role: Option<&Role>) -> BTreeSet<Holder> {
    role.iter()
        .flat_map(|role| role.holders.keys().cloned())
        .collect()
}

fn lost(id: &RoleId, holder: &Holder, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let key = keys::person(&holder.person);
    let mut row: PersonRow = rows.get(&key)?.unwrap_or_default();
    let is_it = |holding: &Holding| holding.role == *id && holding.department == holder.department;
    for due in row
        .holdings
        .iter()
        .filter(|holding| is_it(holding))
        .filter_map(|holding| holding.release)
    {
        rows.unschedule(due, &react::item(id, &holder.person, &holder.department));
    }
    row.holdings.retain(|holding| !is_it(holding));
    rows.put(&key, &row)
}

/// Who left the department while the role was given to them is to lose it at once.
fn gained(
    id: &RoleId,
    holder: &Holder,
    now: Timestamp,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::person(&holder.person);
    let mut row: PersonRow = rows.get(&key)?.unwrap_or_default();
    row.holdings.push(Holding {
        role: id.clone(),
        department: holder.department.clone(),
        release: None,
    });
    row.holdings.sort();
    release_where_left(&holder.person, &mut row, now, rows)?;
    rows.put(&key, &row)
}
