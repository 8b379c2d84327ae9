//! What happens to requests and to the promises about them, and who is told of it; who approves in whose place.

use std::collections::{BTreeMap, BTreeSet};

use khidma_eventlog::Stored;
use khidma_events::requests::{DelegationEvent, EntityKind, LinkKind, RequestEvent};
use khidma_events::sla::ClockEvent;
use khidma_kernel::{PersonId, ServiceRequestId, Timestamp};
use khidma_notifications_domain::rules::matter::{self, Matter};
use khidma_notifications_domain::rules::{clocks, requests};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::find::Directory;
use super::{Heard, Teller, hear, outset, standards};
use crate::keys;

/// A request, as far as messages speak of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestRow {
    /// What it is about, and whose.
    pub matter: Option<Matter>,
    /// What was told of the promises about it.
    pub clocks: clocks::Clocks,
    /// The requests that ask for the same, or raise a similar concern.
    pub same: BTreeSet<ServiceRequestId>,
}

/// Who approves in a person's place, from when and until when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DelegatesRow(pub BTreeMap<PersonId, (Timestamp, Timestamp)>);

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Request(id)) => request(id, commit, rows),
        Some(EntityKind::Offering(_)) => standards::apply(commit, rows),
        Some(EntityKind::Delegation(person)) => delegation(&person, commit, rows),
        None => Ok(()),
    }
}

fn request(id: ServiceRequestId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<RequestEvent> = hear(commit)?;
    let key = keys::request(id);
    let before: Option<RequestRow> = rows.get(&key)?;
    let mut row = before.clone().unwrap_or_default();
    let teller = Teller::begin(rows, commit, &heard)?;
    let tells = match &teller {
        Some(_) => requests::tells(&Directory(&*rows), id, &mut row.matter, &heard.events)?,
        None => {
            heard
                .events
                .iter()
                .for_each(|recorded| matter::evolve(&mut row.matter, recorded));
            Vec::new()
        }
    };
    for recorded in &heard.events {
        hangs_together(id, &mut row, &recorded.event, rows)?;
    }
    if before.as_ref() != Some(&row) {
        rows.put(&key, &row)?;
    }
    match teller {
        Some(mut teller) => tells.iter().try_for_each(|tell| teller.tell(rows, tell)),
        None => Ok(()),
    }
}

/// Which requests say the same, each of the other.
fn hangs_together(
    id: ServiceRequestId,
    row: &mut RequestRow,
    event: &RequestEvent,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (other, same) = match event {
        RequestEvent::Linked(event) if event.kind != LinkKind::CausedBy => (event.request, true),
        RequestEvent::Unlinked(event) if event.kind != LinkKind::CausedBy => (event.request, false),
        RequestEvent::MergeReceived(event) => (event.from, true),
        _ => return Ok(()),
    };
    let key = keys::request(other);
    let Some(mut others) = rows.get::<RequestRow>(&key)?.filter(|_| other != id) else {
        return Ok(());
    };
    match same {
        true => (row.same.insert(other), others.same.insert(id)),
        false => (row.same.remove(&other), others.same.remove(&id)),
    };
    rows.put(&key, &others)
}

/// What the clocks of a request said.
pub(super) fn clocks(
    id: ServiceRequestId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::request(id);
    let Some(mut row) = rows.get::<RequestRow>(&key)? else {
        return Ok(());
    };
    let Some(matter) = row.matter.clone() else {
        return Ok(());
    };
    let heard: Heard<ClockEvent> = hear(commit)?;
    let before = row.clocks.clone();
    let tells = clocks::tells(
        &Directory(&*rows),
        id,
        &matter,
        &mut row.clocks,
        &heard.events,
    )?;
    let teller = Teller::begin(rows, commit, &heard)?;
    if !outset::has_begun(rows)? {
        row.clocks.nobody_was_told();
    }
    if row.clocks != before {
        rows.put(&key, &row)?;
    }
    match teller {
        Some(mut teller) => tells.iter().try_for_each(|tell| teller.tell(rows, tell)),
        None => Ok(()),
    }
}

fn delegation(person: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<DelegationEvent> = hear(commit)?;
    let key = keys::delegates(person);
    let mut row: DelegatesRow = rows.get(&key)?.unwrap_or_default();
    for recorded in heard.events {
        row.0.retain(|_, (_, until)| recorded.at < *until);
        match recorded.event {
            DelegationEvent::ApprovalsDelegated(event) => {
                row.0.insert(event.to, (event.from, event.until));
            }
            DelegationEvent::DelegationEnded(event) => {
                row.0.remove(&event.to);
            }
        }
    }
    rows.put(&key, &row)?;
    Ok(())
}
