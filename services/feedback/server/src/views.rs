//! Who sees it? From events to rows.

mod answers;
mod ballots;
mod results;
mod rounds;
mod surveys;
mod turnout;
mod who;

pub(crate) use answers::{AnswerRow, GivenRow};
pub(crate) use ballots::{BallotRow, BoxRow};
pub(crate) use results::{CellRow, CommentRow};
pub(crate) use rounds::{CLOSE, FOLLOW, OPEN, REMIND, RoundRow};
pub(crate) use surveys::SurveyRow;
pub(crate) use turnout::{InvitedRow, Turnout, TurnoutRow};
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
fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Asking(_)) => Ok(()),
        Some(EntityKind::Question(_)) => Ok(()),
        Some(EntityKind::Survey(_)) => surveys::apply(commit, rows),
        Some(EntityKind::Round(_)) => rounds::apply(commit, rows),
        Some(EntityKind::Ballot(_)) => ballots::taken(commit, rows),
        Some(EntityKind::Answer(_)) => answers::apply(commit, rows),
        Some(EntityKind::Box(round)) => ballots::released(round, commit, rows),
        Some(EntityKind::Interview(_)) => Ok(()),
        Some(EntityKind::Action(_)) => Ok(()),
        Some(EntityKind::Figures(_)) => Ok(()),
        Some(EntityKind::Thanks(_)) => Ok(()),
        None => Ok(()),
    }
}
