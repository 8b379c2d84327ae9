//! What a commit of a person's skills changes: their row, what trainings gave them, and what they are found by.

use std::collections::BTreeSet;

use khidma_directory_domain::SkillsDecider;
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_events::directory::{SkillEvent, SkillSource, SkillSubject};
use khidma_kernel::{Commit, PersonId};
use khidma_projection::{ApplyError, RowError, Rows};

use super::{GivenRow, SkillsRow, decode};
use crate::keys;

pub(super) fn apply(id: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::skills(id);
    let mut row: SkillsRow = rows.get(&key)?.unwrap_or_default();
    let mut given = given(id, rows)?;
    let before = subjects(&row, &given);
    let decoded: Commit<SkillEvent> = decode(commit)?;
    advance::<SkillsDecider>(&mut row, &decoded, commit.position);
    for recorded in &decoded.events {
        if let SkillEvent::SkillWithdrawn(withdrawn) = &recorded.event
            && withdrawn.source == SkillSource::Training
        {
            given.given.retain(|one| one.0 != withdrawn.subject);
        }
    }
    found_by(id, &before, &subjects(&row, &given), rows)?;
    put_given(id, &given, rows)?;
    Ok(rows.put(&key, &row)?)
}

/// Lets `change` change what trainings gave to `id`.
pub(super) fn change_given(
    id: &PersonId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut GivenRow),
) -> Result<(), RowError> {
    let said: SkillsRow = rows.get(&keys::skills(id))?.unwrap_or_default();
    let mut given = given(id, rows)?;
    let before = subjects(&said, &given);
    change(&mut given);
    given
        .given
        .sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    found_by(id, &before, &subjects(&said, &given), rows)?;
    put_given(id, &given, rows)
}

fn given(id: &PersonId, rows: &Rows<'_>) -> Result<GivenRow, RowError> {
    Ok(rows.get(&keys::given(id))?.unwrap_or_default())
}

fn put_given(id: &PersonId, given: &GivenRow, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let key = keys::given(id);
    if given.given.is_empty() {
        rows.delete(&key);
        return Ok(());
    }
    rows.put(&key, given)
}

fn subjects(said: &SkillsRow, given: &GivenRow) -> BTreeSet<SkillSubject> {
    let said = said.state.said.keys().map(|(subject, _)| subject);
    let given = given.given.iter().map(|(subject, ..)| subject);
    said.chain(given).cloned().collect()
}

fn found_by(
    id: &PersonId,
    before: &BTreeSet<SkillSubject>,
    after: &BTreeSet<SkillSubject>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    for subject in before.difference(after) {
        rows.delete(&keys::skilled(subject, id));
    }
    for subject in after.difference(before) {
        rows.put(&keys::skilled(subject, id), &())?;
    }
    Ok(())
}
