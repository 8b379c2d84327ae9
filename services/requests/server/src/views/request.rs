//! What a commit of a request changes.

use khidma_engine::{advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::requests::RequestEvent;
use khidma_kernel::{PersonId, Recorded, ServiceRequestId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};
use khidma_requests_domain::{Request, RequestDecider};
use serde_json::{Map, Value};

use super::plan::{self, Step};
use super::related::Folded;
use super::{Card, Entry, PageMark, RequestRow, approvals, attachment, auto_close, undecodable};
use crate::keys;

/// The timeline's end is put into a page of its own at so many entries or bytes, so that a long life does not make every
/// further event dearer.
const PAGE_ENTRIES: usize = 32;
const PAGE_BYTES: usize = 16 << 10;

pub(super) fn apply(
    request: ServiceRequestId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let id = commit.entity.as_str();
    let decoded = khidma_events::decode::<RequestEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let mut row: RequestRow = rows.get(&entity_key(id))?.unwrap_or_default();
    let before = row.entity.state.clone();
    advance::<RequestDecider>(&mut row.entity, &decoded, commit.position);
    for recorded in &decoded.events {
        let entry = Entry::of(recorded, commit.position);
        note(&mut row.card, recorded, &entry)?;
        row.recent.push(entry);
    }
    turn_page(id, &mut row, rows)?;
    let (after, submitted) = (row.entity.state.as_ref(), row.card.submitted);
    relist(id, submitted, before.as_ref(), after, rows)?;
    reschedule(id, before.as_ref(), after, rows)?;
    approvals::relist(id, before.as_ref(), after, rows)?;
    let step = Step {
        id,
        commit: &decoded,
        position: commit.position,
        before: before.as_ref(),
        after,
    };
    plan::apply(&step, rows)?;
    rows.put(&entity_key(id), &row)?;
    rows.touch(id);
    let Some(after) = after else { return Ok(()) };
    let folded = Folded {
        id: request,
        before: before.as_ref(),
        after,
        offering: row.card.offering.as_ref(),
    };
    for recorded in &decoded.events {
        attachment::apply(id, recorded, rows)?;
        folded.apply(recorded, rows)?;
    }
    Ok(())
}

/// What lists show of the event. What only the provider sees leaves no trace there.
fn note(
    card: &mut Card,
    recorded: &Recorded<RequestEvent>,
    entry: &Entry,
) -> Result<(), ApplyError> {
    if !entry.internal {
        card.updated = recorded.at;
        card.seen = entry.position;
    }
    match &recorded.event {
        RequestEvent::Submitted(event) => {
            card.title.clone_from(&event.title);
            card.description.clone_from(&event.description);
            card.offering.clone_from(&event.offering);
            card.offering_version = event.offering_version;
            card.answers = written(&event.answers)?;
            card.channel = event.channel;
            card.submitted = recorded.at;
        }
        RequestEvent::Acknowledged(_) => card.acknowledged = Some(recorded.at),
        RequestEvent::Resolved(_) => card.resolved = Some(recorded.at),
        RequestEvent::Reopened(_) => {
            card.resolved = None;
            card.reopened += 1;
        }
        _ => {}
    }
    Ok(())
}

/// Answers as a row can hold them.
fn written(answers: &Map<String, Value>) -> Result<String, ApplyError> {
    if answers.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(answers).map_err(|error| undecodable(&error))
}

fn turn_page(id: &str, row: &mut RequestRow, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let bytes: usize = row.recent.iter().map(Entry::size).sum();
    let Some(last) = row.recent.last().map(|entry| entry.position) else {
        return Ok(());
    };
    if row.recent.len() >= PAGE_ENTRIES || bytes >= PAGE_BYTES {
        rows.put(&keys::timeline_page(id, row.pages.len()), &row.recent)?;
        let entries = u32::try_from(row.recent.len()).unwrap_or(u32::MAX);
        row.pages.push(PageMark { entries, last });
        row.recent.clear();
    }
    Ok(())
}

/// Where in one list a request submitted then stands, if it does.
type Listing = fn(&Request, Timestamp, &str) -> Option<Vec<u8>>;

/// Moves the request between lists; only where a key changes is anything written.
fn relist(
    id: &str,
    submitted: Timestamp,
    before: Option<&Request>,
    after: Option<&Request>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let listings: [Listing; 4] = [
        |request, submitted, id| Some(keys::by_provider(&request.provider, submitted, id)),
        |request, submitted, id| {
            request
                .requester
                .as_ref()
                .map(|requester| keys::by_requester(requester, submitted, id))
        },
        |request, submitted, id| {
            request
                .assignee
                .as_ref()
                .map(|assignee: &PersonId| keys::by_assignee(assignee, submitted, id))
        },
        |request, submitted, id| {
            request
                .state
                .is_open()
                .then(|| keys::queued(&request.provider, request.priority, submitted, id))
        },
    ];
    for listing in listings {
        let key =
            |request: Option<&Request>| request.and_then(|request| listing(request, submitted, id));
        rows.move_mark(key(before), key(after))?;
    }
    Ok(())
}

fn reschedule(
    id: &str,
    before: Option<&Request>,
    after: Option<&Request>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let due = |request: Option<&Request>| request.and_then(|request| request.auto_close_at);
    if due(before) == due(after) {
        return Ok(());
    }
    if let Some(due) = due(before) {
        rows.unschedule(due, &auto_close(id));
    }
    match due(after) {
        Some(due) => rows.schedule(due, &auto_close(id)),
        None => Ok(()),
    }
}
