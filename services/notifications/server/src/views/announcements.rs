//! What departments say to many: each hears it in the language they read best.

use std::collections::BTreeMap;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{Announced, AnnouncementEvent, Arg, Message, MessageKind};
use khidma_kernel::language::choose;
use khidma_kernel::{Actor, PersonId};
use khidma_notifications_domain::announcement::AnnouncementDecider;
use khidma_notifications_domain::tell::{Tell, persons};
use khidma_projection::{ApplyError, RowError, Rows};

use super::{DepartmentRow, Heard, PersonRow, Teller, everybody, undecodable};
use crate::keys;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<AnnouncementEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: EntityRow<bool> = rows.get(&key)?.unwrap_or_default();
    advance::<AnnouncementDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    let heard = Heard {
        traceparent: decoded.meta.traceparent,
        events: decoded.events,
    };
    let Some(mut teller) = Teller::begin(rows, commit, &heard)? else {
        return Ok(());
    };
    heard.events.iter().try_for_each(|recorded| {
        let AnnouncementEvent::Announced(event) = &recorded.event;
        tell(&mut teller, event, &recorded.by, rows)
    })
}

/// To all but who says it.
fn tell(
    teller: &mut Teller,
    event: &Announced,
    by: &Actor,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let department: Option<DepartmentRow> = rows.get(&keys::department(&event.department))?;
    let name = department.map_or_else(|| event.department.to_string(), |row| row.name);
    let mut hearers: BTreeMap<&str, Vec<PersonId>> = BTreeMap::new();
    for person in everybody::members(&event.to, rows)? {
        if by.person() != Some(&person) {
            let language = language(event, &person, rows)?;
            hearers.entry(language).or_default().push(person);
        }
    }
    for (language, hearers) in hearers {
        let Some(text) = event.texts.get(language) else {
            continue;
        };
        let args = [
            ("department", name.as_str()),
            ("title", &text.title),
            ("text", &text.text),
        ];
        let message = Message {
            kind: MessageKind::Announcement,
            request: None,
            args: args
                .map(|(name, text)| (name.to_owned(), Arg::Text(text.to_owned())))
                .into(),
            items: Vec::new(),
        };
        let tell = Tell {
            urgent: event.urgent,
            ..Tell::new(message, None, persons(hearers))
        };
        teller.tell(rows, &tell)?;
    }
    Ok(())
}

/// Which of its languages a person reads best.
fn language<'a>(
    event: &'a Announced,
    person: &PersonId,
    rows: &Rows<'_>,
) -> Result<&'a str, RowError> {
    let row: PersonRow = rows.get(&keys::person(person))?.unwrap_or_default();
    let there = event.texts.keys().map(String::as_str);
    Ok(choose(&row.profile.languages, there, &event.language))
}
