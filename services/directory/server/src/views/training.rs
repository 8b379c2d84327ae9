//! What a commit of a training changes: its row, what it is found by, and what it gave to those who attended.

use std::collections::BTreeSet;

use khidma_directory_domain::TrainingDecider;
use khidma_directory_domain::skill::Said;
use khidma_directory_domain::training::Training;
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_events::directory::{SkillGain, SkillSubject};
use khidma_kernel::{Date, PersonId, TrainingId};
use khidma_projection::{ApplyError, RowError, Rows};

use super::skill::change_given;
use super::{TrainingRow, decode};
use crate::keys;

pub(super) fn apply(
    id: &TrainingId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::training(id);
    let mut row: TrainingRow = rows.get(&key)?.unwrap_or_default();
    let before = row.state.clone();
    advance::<TrainingDecider>(&mut row, &decode(commit)?, commit.position);
    let (before, after) = (before.as_ref(), row.state.as_ref());
    found_by(id, before, after, rows)?;
    give(id, before, after, rows)?;
    Ok(rows.put(&key, &row)?)
}

fn subjects(training: Option<&Training>) -> BTreeSet<&SkillSubject> {
    let gains = training.iter().flat_map(|training| &training.plan.gives);
    gains.map(|gain| &gain.subject).collect()
}

fn found_by(
    id: &TrainingId,
    before: Option<&Training>,
    after: Option<&Training>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (old, new) = (subjects(before), subjects(after));
    for subject in old.difference(&new) {
        rows.delete(&keys::lesson(subject, id));
    }
    for subject in new.difference(&old) {
        rows.put(&keys::lesson(subject, id), &())?;
    }
    Ok(())
}

/// Who is written down as having attended has what it gives, from the day it was held; who is written down no longer
/// has it not. What was taken from somebody since comes back only if the day is put right, or they are written down
/// anew.
fn give(
    id: &TrainingId,
    before: Option<&Training>,
    after: Option<&Training>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let nobody = BTreeSet::new();
    let held = |training: Option<&Training>| training.and_then(Training::held).map(|held| held.0);
    let attended = |training: Option<&Training>| -> BTreeSet<PersonId> {
        let held = training.and_then(Training::held);
        held.map_or(&nobody, |held| held.1).clone()
    };
    let (old, new) = (attended(before), attended(after));
    let same_day = held(before) == held(after);
    for person in old.difference(&new) {
        change_given(person, rows, |row| row.given.retain(|one| one.1 != *id))?;
    }
    let (Some(training), Some(on)) = (after, held(after)) else {
        return Ok(());
    };
    for person in new.iter().filter(|one| !(same_day && old.contains(*one))) {
        let gained = training.plan.gives.iter().map(|gain| {
            let said = said(gain, on);
            (gain.subject.clone(), id.clone(), said)
        });
        change_given(person, rows, |row| {
            row.given.retain(|one| one.1 != *id);
            row.given.extend(gained);
        })?;
    }
    Ok(())
}

fn said(gain: &SkillGain, on: Date) -> Said {
    let days = gain
        .lasts_days
        .map(|days| i32::try_from(days).unwrap_or(i32::MAX));
    Said {
        level: gain.level,
        since: on,
        until: days.map(|days| on.plus_days(days)),
    }
}
