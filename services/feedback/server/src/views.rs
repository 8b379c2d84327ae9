//! Who sees it? From events to rows.

mod actions;
mod answers;
mod asking;
mod ballots;
mod figures;
mod hear;
mod interviews;
mod outset;
mod questions;
mod request;
mod results;
mod rounds;
mod score;
mod sources;
mod surveys;
mod thanks;
mod turnout;
mod who;
mod wishes;

pub(crate) use actions::{ActionRow, OVERDUE};
pub(crate) use answers::{AnswerRow, GivenRow};
pub(crate) use asking::AskingRow;
pub(crate) use ballots::{BallotRow, BoxRow};
pub(crate) use figures::FiguresRow;
pub(crate) use interviews::{InterviewRow, NoteRow};
pub(crate) use outset::people_are_asked;
pub(crate) use questions::{EXPIRE_QUESTION, QuestionRow, REMIND_QUESTION};
pub(crate) use request::RequestRow;
pub(crate) use results::{CellRow, CommentRow};
pub(crate) use rounds::{CLOSE, FOLLOW, OPEN, REMIND as REMIND_ROUND, RoundRow};
pub(crate) use score::{
    ActionRow as ScoredActionRow, Count, DayRow, Ended, NOW, Promised, StandardRow,
    day_of as score_day,
};
pub(crate) use sources::SourceRow;
pub(crate) use surveys::SurveyRow;
pub(crate) use thanks::ThanksRow;
pub(crate) use turnout::{InvitedRow, Turnout, TurnoutRow};
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
        sources::apply(commit, rows)?;
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
    request::apply(commit, rows)?;
    score::requests(commit, rows)?;
    score::standards(commit, rows)
}

/// What the clocks say.
fn promises(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    score::promises(commit, rows)
}

/// What we say ourselves.
fn ours(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Outset) => outset::apply(commit, rows),
        Some(EntityKind::Asking(_)) => asking::apply(commit, rows),
        Some(EntityKind::Question(id)) => {
            questions::apply(id, commit, rows)?;
            score::questions(id, commit, rows)
        }
        Some(EntityKind::Survey(_)) => surveys::apply(commit, rows),
        Some(EntityKind::Round(_)) => rounds::apply(commit, rows),
        Some(EntityKind::Ballot(_)) => ballots::taken(commit, rows),
        Some(EntityKind::Answer(_)) => answers::apply(commit, rows),
        Some(EntityKind::Box(round)) => ballots::released(round, commit, rows),
        Some(EntityKind::Interview(id)) => interviews::apply(id, commit, rows),
        Some(EntityKind::Action(id)) => {
            actions::apply(id, commit, rows)?;
            score::actions(id, commit, rows)
        }
        Some(EntityKind::Figures(_)) => figures::apply(commit, rows),
        Some(EntityKind::Thanks(person)) => {
            thanks::apply(&person, commit, rows)?;
            score::thanks(commit, rows)
        }
        None => Ok(()),
    }
}
