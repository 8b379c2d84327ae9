//! Who sees it? From events to rows.

mod who;

pub(crate) use who::{DepartmentRow, PersonRow, RoleRow};

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
fn requests(_commit: &Stored, _rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    Ok(())
}

/// What the clocks say.
fn promises(_commit: &Stored, _rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    Ok(())
}

/// What we say ourselves.
fn ours(commit: &Stored, _rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Asking(_)) => Ok(()),
        Some(EntityKind::Question(_)) => Ok(()),
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
