//! What actions and thanks may name, as far as they have to know it: requests, and rounds that are closed.

use khidma_engine::known_events;
use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::feedback::{self, QuestionEvent, RoundEvent};
use khidma_events::requests::{self, RequestEvent, RequestKind, Submitted};
use khidma_events::sla::{self, ClockEvent};
use khidma_kernel::{DepartmentId, QuestionId, RoundId, ServiceRequestId};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// A request that somebody may speak of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceRow {
    /// Who is asked for it; `None` while only others than the requests have spoken of it.
    pub provider: Option<DepartmentId>,
    /// Whether it is a concern.
    pub concern: bool,
    /// Whether it is an anonymous concern, or a task of one.
    pub anonymous: bool,
    /// Whether it was answered how it went.
    pub answered: bool,
    /// How many promises about it are broken.
    pub breaches: u32,
}

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match &*commit.context {
        RequestEvent::CONTEXT => match requests::EntityKind::of(&commit.entity) {
            Some(requests::EntityKind::Request(id)) => request(id, commit, rows),
            _ => Ok(()),
        },
        ClockEvent::CONTEXT => match sla::EntityKind::of(&commit.entity) {
            Some(sla::EntityKind::Clocks(id)) => clocks(id, commit, rows),
            _ => Ok(()),
        },
        QuestionEvent::CONTEXT => match feedback::EntityKind::of(&commit.entity) {
            Some(feedback::EntityKind::Question(id)) => question(id, commit, rows),
            Some(feedback::EntityKind::Round(id)) => round(id, commit, rows),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Writes the row only where it changed: most of what happens to a request is nothing to us.
fn change(
    id: ServiceRequestId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut SourceRow),
) -> Result<(), RowError> {
    let key = keys::source_request(id);
    let before: Option<SourceRow> = rows.get(&key)?;
    let mut row = before.clone().unwrap_or_default();
    change(&mut row);
    match before.as_ref() == Some(&row) {
        true => Ok(()),
        false => rows.put(&key, &row),
    }
}

fn request(id: ServiceRequestId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<RequestEvent>(commit)? {
        match event {
            RequestEvent::Submitted(event) => submitted(id, event, rows)?,
            RequestEvent::Transferred(event) => {
                change(id, rows, |row| row.provider = Some(event.to))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn submitted(id: ServiceRequestId, event: Submitted, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let concern = event.kind == RequestKind::Concern;
    let above = match &event.task_of {
        Some(task) => rows.get::<SourceRow>(&keys::source_request(task.request))?,
        None => None,
    };
    change(id, rows, |row| {
        row.provider = Some(event.provider);
        row.concern = concern;
        row.anonymous =
            (concern && event.requester.is_none()) || above.is_some_and(|above| above.anonymous);
    })
}

fn clocks(id: ServiceRequestId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    for event in known_events::<ClockEvent>(commit)? {
        match event {
            ClockEvent::ClockBreached(_) => change(id, rows, |row| {
                row.breaches = row.breaches.saturating_add(1);
            })?,
            ClockEvent::BreachRetracted(_) => change(id, rows, |row| {
                row.breaches = row.breaches.saturating_sub(1);
            })?,
            _ => {}
        }
    }
    Ok(())
}

fn question(id: QuestionId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::source_question(id);
    for event in known_events::<QuestionEvent>(commit)? {
        match event {
            QuestionEvent::QuestionAsked(event) => rows.put(&key, &event.request)?,
            QuestionEvent::QuestionAnswered(_) => {
                if let Some(request) = rows.get::<ServiceRequestId>(&key)? {
                    change(request, rows, |row| row.answered = true)?;
                }
                rows.delete(&key);
            }
            QuestionEvent::AnswerImported(event) => {
                change(event.request, rows, |row| row.answered = true)?;
            }
            QuestionEvent::QuestionExpired(_) | QuestionEvent::QuestionWithdrawn(_) => {
                rows.delete(&key);
            }
            QuestionEvent::QuestionReminded(_) => {}
        }
    }
    Ok(())
}

/// Only whether it is closed.
fn round(id: RoundId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::source_round(id);
    for event in known_events::<RoundEvent>(commit)? {
        match event {
            RoundEvent::RoundLaunched(_) => rows.put(&key, &false)?,
            RoundEvent::RoundClosed(_) => rows.put(&key, &true)?,
            RoundEvent::PeopleInvited(_)
            | RoundEvent::RoundOpened(_)
            | RoundEvent::RoundReminded(_)
            | RoundEvent::RoundCancelled(_) => {}
        }
    }
    Ok(())
}
