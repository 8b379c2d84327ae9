//! Policies and calendars: what holds, and from when on.

use khidma_eventlog::Stored;
use khidma_events::directory::CalendarEvent;
use khidma_events::sla::PolicyEvent;
use khidma_kernel::{CalendarId, PolicyId};
use khidma_projection::{ApplyError, Rows};

use super::row::{ActivationRow, CalendarRow, Contents};
use super::undecodable;
use crate::keys;

pub(super) fn policy(
    id: &PolicyId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<PolicyEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    for recorded in &decoded.events {
        let holds = match &recorded.event {
            PolicyEvent::PolicyActivated(event) => {
                let spec =
                    serde_json::to_string(&event.spec).map_err(|error| undecodable(&error))?;
                Some((event.version, spec))
            }
            PolicyEvent::PolicyRetired(_) => None,
            PolicyEvent::PolicyDrafted(_)
            | PolicyEvent::PolicyValidated(_)
            | PolicyEvent::PolicyApplied(_) => continue,
        };
        let row = ActivationRow {
            policy: id.clone(),
            at: recorded.at,
            holds,
        };
        rows.put(&keys::activation(commit.position), &row)?;
        let mut contents: Contents = rows.get(keys::CONTENTS)?.unwrap_or_default();
        contents.activations.push(commit.position);
        rows.put(keys::CONTENTS, &contents)?;
    }
    Ok(())
}

/// A calendar was stored, new or revised.
pub(super) fn calendar(
    id: &CalendarId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let at = super::known::time(commit)?;
    for event in super::known_events::<CalendarEvent>(commit)? {
        let CalendarEvent::CalendarPut(put) = event;
        rows.put(
            &keys::calendar(id, put.revision),
            &CalendarRow { at, spec: put.spec },
        )?;
        let mut contents: Contents = rows.get(keys::CONTENTS)?.unwrap_or_default();
        contents
            .calendars
            .push((commit.position, id.clone(), put.revision));
        rows.put(keys::CONTENTS, &contents)?;
        super::adoptions::revised(id, put.revision, commit.position, rows)?;
    }
    Ok(())
}
