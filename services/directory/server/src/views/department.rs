//! What a commit of a department changes: its row, its place in the tree, what it is found by.

use std::collections::BTreeMap;

use khidma_directory_domain::DepartmentDecider;
use khidma_directory_domain::department::{Department, normal_topic};
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_kernel::DepartmentId;
use khidma_projection::{ApplyError, RowError, Rows};

use super::{DepartmentRow, TopicRow, decode};
use crate::keys;

pub(super) fn apply(
    id: &DepartmentId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::department(id);
    let mut row: DepartmentRow = rows.get(&key)?.unwrap_or_default();
    let before = row.entity.state.clone();
    advance::<DepartmentDecider>(&mut row.entity, &decode(commit)?, commit.position);
    let after = &row.entity.state;
    place(before.as_ref(), after.as_ref(), rows)?;
    found_by(before.as_ref(), after.as_ref(), rows)?;
    Ok(rows.put(&key, &row)?)
}

/// A closed department stands nowhere and handles nothing.
fn open(department: Option<&Department>) -> Option<&Department> {
    department.filter(|department| !department.closed)
}

fn place(
    before: Option<&Department>,
    after: Option<&Department>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = |department: &Department| keys::child(department.parent.as_ref(), &department.id);
    let (from, to) = (open(before), open(after));
    if from.map(key) == to.map(key) {
        return Ok(());
    }
    if let Some(department) = from {
        rows.delete(&key(department));
        count_child(department, |children| children.saturating_sub(1), rows)?;
    }
    if let Some(department) = to {
        rows.put(&key(department), &())?;
        count_child(department, |children| children.saturating_add(1), rows)?;
    }
    Ok(())
}

/// Counts `department` where it stands, or no more, under its parent.
fn count_child(
    department: &Department,
    change: fn(u32) -> u32,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some(parent) = &department.parent else {
        return Ok(());
    };
    let key = keys::department(parent);
    let mut row: DepartmentRow = rows.get(&key)?.unwrap_or_default();
    row.children = change(row.children);
    rows.put(&key, &row)
}

fn found_by(
    before: Option<&Department>,
    after: Option<&Department>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (old, new) = (topics(before), topics(after));
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        rows.delete(key);
    }
    for (key, row) in new.iter().filter(|(key, row)| old.get(*key) != Some(row)) {
        rows.put(key, row)?;
    }
    Ok(())
}

fn topics(department: Option<&Department>) -> BTreeMap<Vec<u8>, TopicRow> {
    let Some(department) = open(department) else {
        return BTreeMap::new();
    };
    let rows = department.topics.iter().map(|topic| {
        let key = keys::topic(
            &normal_topic(&topic.name),
            &department.id,
            topic.role.as_ref(),
        );
        (
            key,
            TopicRow {
                department: department.id.clone(),
                topic: topic.clone(),
            },
        )
    });
    rows.collect()
}
