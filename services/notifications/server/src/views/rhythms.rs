//! When departments are reminded of their standards, and what their members are told then.

use std::collections::BTreeMap;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{Arg, Message, MessageKind, RhythmEvent};
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use khidma_notifications_domain::rhythm::{Rhythm, RhythmDecider};
use khidma_notifications_domain::tell::{Tell, persons};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};

use super::{DepartmentRow, Heard, PersonRow, Teller, standards, undecodable};
use crate::keys;

/// The agenda's kind for reminding a department of its standards.
pub(crate) const REMIND: &str = "remind";

/// A department's reminders, under the key of their entity.
pub(crate) type RhythmRow = EntityRow<Rhythm>;

pub(super) fn apply(
    department: &DepartmentId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<RhythmEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: RhythmRow = rows.get(&key)?.unwrap_or_default();
    let before = due(&row.state);
    advance::<RhythmDecider>(&mut row, &decoded, commit.position);
    plan(&commit.entity, (before, due(&row.state)), rows)?;
    rows.put(&key, &row)?;
    let heard = Heard {
        traceparent: decoded.meta.traceparent,
        events: decoded.events,
    };
    let Some(mut teller) = Teller::begin(rows, commit, &heard)? else {
        return Ok(());
    };
    heard
        .events
        .iter()
        .try_for_each(|recorded| match &recorded.event {
            RhythmEvent::StandardsReminded(_) => remind(&mut teller, department, rows),
            RhythmEvent::ReminderSet(_) => Ok(()),
        })
}

fn due(rhythm: &Rhythm) -> Option<Timestamp> {
    rhythm.every.map(|(_, next)| next)
}

fn plan(
    entity: &str,
    (before, after): (Option<Timestamp>, Option<Timestamp>),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let item = AgendaItem {
        kind: REMIND.to_owned(),
        entity: entity.to_owned(),
    };
    if before == after {
        return Ok(());
    }
    if let Some(before) = before {
        rows.unschedule(before, &item);
    }
    match after {
        Some(after) => rows.schedule(after, &item),
        None => Ok(()),
    }
}

/// The members of a department, each in their language. Where nothing is promised there is nothing to be reminded of.
fn remind(
    teller: &mut Teller,
    department: &DepartmentId,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let row: Option<DepartmentRow> = rows.get(&keys::department(department))?;
    let Some(row) = row.filter(|row| row.open) else {
        return Ok(());
    };
    let promises = standards::promises(department, rows)?;
    let mut hearers: BTreeMap<String, Vec<PersonId>> = BTreeMap::new();
    for member in row.members {
        let person: PersonRow = rows.get(&keys::person(&member))?.unwrap_or_default();
        let standards = promises.read_by(&person.profile.languages);
        if !standards.is_empty() {
            hearers.entry(standards).or_default().push(member);
        }
    }
    for (standards, hearers) in hearers {
        let args = [("department", row.name.clone()), ("standards", standards)];
        let message = Message {
            kind: MessageKind::Standards,
            request: None,
            args: args
                .map(|(name, text)| (name.to_owned(), Arg::Text(text)))
                .into(),
            items: Vec::new(),
        };
        teller.tell(rows, &Tell::new(message, None, persons(hearers)))?;
    }
    Ok(())
}
