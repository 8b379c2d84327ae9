//! Who sees it? From events to rows.

mod asking;
mod hear;
mod outset;
mod questions;
mod request;
mod who;
mod wishes;

pub(crate) use asking::AskingRow;
pub(crate) use outset::people_are_asked;
pub(crate) use questions::{EXPIRE_QUESTION, QuestionRow, REMIND_QUESTION};
pub(crate) use request::RequestRow;
pub(crate) use who::{DepartmentRow, PersonRow, RoleRow};
pub(crate) use wishes::{ASK_QUESTION, TakingBackRow, WITHDRAW_QUESTION, WishRow};

use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::PersonEvent;
use khidma_events::feedback::{AskingEvent, EntityKind};
use khidma_events::requests::RequestEvent;
use khidma_events::sla::ClockEvent;
use khidma_projection::{ApplyError, Rows, Views};

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct FeedbackViews;

impl Views for FeedbackViews {
    fn name(&self) -> &'static str {
        "feedback"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        match &*commit.context {
            PersonEvent::CONTEXT => who::apply(commit, rows),
            RequestEvent::CONTEXT => requests(commit, rows),
            ClockEvent::CONTEXT => promises(commit, rows),
            AskingEvent::CONTEXT => ours(commit, rows),
            // Other contexts tell us nothing.
            _ => Ok(()),
        }
    }
}

/// What the requests say.
fn requests(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    request::apply(commit, rows)
}

/// What the clocks say.
fn promises(_commit: &Stored, _rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    Ok(())
}

/// What we say ourselves.
fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Outset) => outset::apply(commit, rows),
        Some(EntityKind::Asking(_)) => asking::apply(commit, rows),
        Some(EntityKind::Question(id)) => questions::apply(id, commit, rows),
        Some(EntityKind::Survey(_)) => Ok(()),
        Some(EntityKind::Round(_)) => Ok(()),
        Some(EntityKind::Ballot(_)) => Ok(()),
        Some(EntityKind::Answer(_)) => Ok(()),
        Some(EntityKind::Box(_)) => Ok(()),
        Some(EntityKind::Interview(_)) => Ok(()),
        Some(EntityKind::Action(_)) => Ok(()),
        Some(EntityKind::Figures(_)) => Ok(()),
        Some(EntityKind::Thanks(_)) => Ok(()),
        None => Ok(()),
    }
}
