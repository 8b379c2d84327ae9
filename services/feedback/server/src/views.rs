//! Who sees it? From events to rows.

mod answers;
mod ballots;
mod figures;
mod results;
mod rounds;
mod score;
mod surveys;
mod turnout;
mod who;

pub(crate) use answers::{AnswerRow, GivenRow};
pub(crate) use ballots::{BallotRow, BoxRow};
pub(crate) use figures::FiguresRow;
pub(crate) use results::{CellRow, CommentRow};
pub(crate) use rounds::{CLOSE, FOLLOW, OPEN, REMIND, RoundRow};
pub(crate) use score::{
    ActionRow, Count, DayRow, Ended, NOW, Promised, StandardRow, day_of as score_day,
};
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
fn requests(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    score::requests(commit, rows)?;
    score::standards(commit, rows)?;
    Ok(())
}

/// What the clocks say.
fn promises(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    score::promises(commit, rows)?;
    Ok(())
}

/// What we say ourselves.
fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Asking(_)) => Ok(()),
        Some(EntityKind::Question(id)) => score::questions(id, commit, rows),
        Some(EntityKind::Survey(_)) => surveys::apply(commit, rows),
        Some(EntityKind::Round(_)) => rounds::apply(commit, rows),
        Some(EntityKind::Ballot(_)) => ballots::taken(commit, rows),
        Some(EntityKind::Answer(_)) => answers::apply(commit, rows),
        Some(EntityKind::Box(round)) => ballots::released(round, commit, rows),
        Some(EntityKind::Interview(_)) => Ok(()),
        Some(EntityKind::Action(id)) => score::actions(id, commit, rows),
        Some(EntityKind::Figures(_)) => figures::apply(commit, rows),
        Some(EntityKind::Thanks(_)) => score::thanks(commit, rows),
        None => Ok(()),
    }
}
