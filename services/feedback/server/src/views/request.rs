//! Requests, as far as it is asked how they went: whose they are, and whether they have ended.

use khidma_eventlog::Stored;
use khidma_events::requests::{EntityKind, RequestEvent, RequestKind, Submitted};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, Recorded, ServiceRequestId, Timestamp};
use khidma_projection::{ApplyError, Rows};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hear::{Heard, hear};
use super::wishes::{self, Closing};
use crate::keys;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestRow {
    /// What is wanted, in one line.
    pub title: String,
    /// Who does it.
    pub provider: DepartmentId,
    /// Who asks. Nobody for a task of a plan, which a department asks for and where there is no person to be asked how it
    /// went; nobody for an anonymous concern.
    pub requester: Option<PersonId>,
    /// Whether it is a concern and not a service.
    pub concern: bool,
    /// What is asked for, if it is something of the catalogue.
    pub offering: Option<OfferingId>,
    /// When it was confirmed or closed by itself, while it is.
    pub ended: Option<Timestamp>,
}

impl RequestRow {
    /// Whether nobody may know who raised it.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.concern && self.requester.is_none()
    }
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Request(id)) => request(id, commit, rows),
        _ => Ok(()),
    }
}

fn request(id: ServiceRequestId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<RequestEvent> = hear(commit)?;
    let key = keys::request(id);
    let before: Option<RequestRow> = rows.get(&key)?;
    let (mut row, mut closing, mut taken_over) = (before.clone(), None, false);
    for recorded in &heard.events {
        closing = evolve(&mut row, recorded).unwrap_or(closing);
        taken_over |= matches!(recorded.event, RequestEvent::HistoryImported(_));
    }
    let Some(row) = row else { return Ok(()) };
    if before.as_ref() != Some(&row) {
        rows.put(&key, &row)?;
    }
    let had_ended = before.and_then(|before| before.ended);
    match (row.ended, closing) {
        (None, _) if had_ended.is_some() => wishes::reopened(id, commit.position, rows),
        // Of history that was taken over nobody is asked: it was long ago, and elsewhere.
        (Some(at), Some(event)) if !taken_over => {
            let closing = Closing {
                at,
                event,
                position: commit.position,
                traceparent: heard.traceparent,
            };
            wishes::ended(id, &row, closing, rows)
        }
        _ => Ok(()),
    }
}

/// What an event makes of a request. Where it ends it or opens it again: by which event it has ended now.
fn evolve(row: &mut Option<RequestRow>, recorded: &Recorded<RequestEvent>) -> Option<Option<Uuid>> {
    if let RequestEvent::Submitted(submitted) = &recorded.event {
        *row = Some(begin(submitted));
    }
    let row = row.as_mut()?;
    match &recorded.event {
        RequestEvent::Transferred(event) => row.provider = event.to.clone(),
        RequestEvent::Confirmed(_) | RequestEvent::AutoClosed(_) if row.ended.is_none() => {
            row.ended = Some(recorded.at);
            return Some(Some(recorded.id));
        }
        RequestEvent::Reopened(_) => {
            row.ended = None;
            return Some(None);
        }
        // Nothing else says how it went for who asked: what was declined, cancelled or merged was not done.
        _ => {}
    }
    None
}

fn begin(submitted: &Submitted) -> RequestRow {
    RequestRow {
        title: submitted.title.clone(),
        provider: submitted.provider.clone(),
        requester: submitted.requester.clone(),
        concern: submitted.kind == RequestKind::Concern,
        offering: submitted.offering.clone(),
        ended: None,
    }
}
