//! What happens to a request: facts for its clocks, which have to react where it matters to them.

use khidma_engine::entity_key;
use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, OfferingEvent, RequestEvent};
use khidma_kernel::Recorded;
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use khidma_sla_domain::{Deed, Fact, pending};

use super::row::{ClocksRow, External};
use super::{at_once, undecodable};
use crate::keys;
use crate::shelf::Shelf;

/// The agenda's kind for reacting to what happened to a request.
pub(crate) const FOLLOW: &str = "follow";
/// The agenda's kind for what a request's clocks say when time passes.
pub(crate) const TIMER: &str = "timer";

/// Lets the clocks of `request` react.
pub(crate) fn follow_item(request: &str) -> AgendaItem {
    AgendaItem {
        kind: FOLLOW.to_owned(),
        entity: request.to_owned(),
    }
}

/// Lets the clocks of `request` speak.
pub(crate) fn timer_item(request: &str) -> AgendaItem {
    AgendaItem {
        kind: TIMER.to_owned(),
        entity: request.to_owned(),
    }
}

pub(super) fn apply(shelf: &Shelf, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Request(_)) => request(shelf, commit, rows),
        Some(EntityKind::Offering(id)) => {
            if super::known_events::<OfferingEvent>(commit)?.is_empty() {
                return Ok(());
            }
            Ok(rows.put(&keys::offering(&id), &())?)
        }
        Some(EntityKind::Delegation(_)) | None => Ok(()),
    }
}

fn request(shelf: &Shelf, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let id = commit.entity.as_str();
    let told = told(commit)?;
    let mut row: ClocksRow = rows.get(&entity_key(id))?.unwrap_or_default();
    let before = row.file.facts.len();
    for (index, recorded) in &told.events {
        note(&mut row, commit, (*index, recorded));
    }
    if before == 0 {
        row.file.traceparent = told.traceparent;
    }
    if before == 0 && !row.file.facts.is_empty() {
        let others: u64 = rows.get(keys::REQUESTS)?.unwrap_or_default();
        rows.put(keys::REQUESTS, &(others + 1))?;
    }
    if row.file.facts.len() > before {
        let book = shelf.terms(rows)?.book;
        let waits = pending(&row.entity.state, &row.file.facts, &book);
        schedule_follow(id, &mut row, waits, rows)?;
    }
    rows.put(&entity_key(id), &row)?;
    Ok(())
}

/// Takes an event into the file.
fn note(row: &mut ClocksRow, commit: &Stored, (index, recorded): (u32, &Recorded<RequestEvent>)) {
    let file = &mut row.file;
    match &recorded.event {
        RequestEvent::Submitted(event) => file.requester.clone_from(&event.requester),
        RequestEvent::HistoryImported(event) => {
            file.historic = commit.position;
            file.external = Some(External {
                source: event.source.clone(),
                id: event.external_id.clone(),
            });
        }
        _ => {}
    }
    let Some(deed) = Deed::of(recorded, file.requester.as_ref()) else {
        return;
    };
    // The machines that wrote them may disagree about the time; a clock never runs backwards.
    let at = file
        .facts
        .last()
        .map_or(recorded.at, |last| last.at.max(recorded.at));
    file.facts.push(Fact {
        at,
        position: commit.position,
        index,
        deed,
    });
}

/// Puts the reaction on the agenda, or takes it off.
pub(super) fn schedule_follow(
    id: &str,
    row: &mut ClocksRow,
    waits: bool,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    match (row.file.follow, waits) {
        (None, true) => {
            let last = row.file.facts.last().map(|fact| fact.position);
            let at = at_once(last.unwrap_or_default());
            rows.schedule(at, &follow_item(id))?;
            row.file.follow = Some(at);
        }
        (Some(at), false) => {
            rows.unschedule(at, &follow_item(id));
            row.file.follow = None;
        }
        (None, false) | (Some(_), true) => {}
    }
    Ok(())
}

/// What a commit of a request tells.
struct Told {
    traceparent: Option<String>,
    /// With which event of the commit each is, from 0.
    events: Vec<(u32, Recorded<RequestEvent>)>,
}

/// The events we know; what a newer version of the requests service says besides is not for us.
fn told(commit: &Stored) -> Result<Told, ApplyError> {
    let raw = khidma_events::raw_events(&commit.payload).map_err(|error| undecodable(&error))?;
    let traceparent = raw.first().and_then(|first| first.traceparent.as_deref());
    let traceparent = traceparent.map(str::to_owned);
    let mut events = Vec::with_capacity(raw.len());
    for (index, event) in (0..).zip(&raw) {
        use khidma_events::Event;
        let Some(decoded) = RequestEvent::decode(&event.type_name, event.data) else {
            continue;
        };
        let decoded = decoded.map_err(|error| undecodable(&error))?;
        let by = event
            .actor
            .parse()
            .map_err(|error| undecodable(&error as &dyn std::error::Error))?;
        events.push((
            index,
            Recorded {
                id: event.id,
                at: event.time,
                by,
                event: decoded,
            },
        ));
    }
    Ok(Told {
        traceparent,
        events,
    })
}
