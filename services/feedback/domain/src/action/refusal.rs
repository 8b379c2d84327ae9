//! Why nothing is done about an action.

use khidma_kernel::Refusal;

use crate::wording::Wording;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ActionRefusal {
    #[error("there is no such action")]
    UnknownAction,
    #[error("there is such an action already")]
    AlreadyOpened,
    #[error("this is for who leads the department, and for admins")]
    NotAllowed,
    #[error("{field}: there is no open department with this id")]
    UnknownDepartment { field: &'static str },
    #[error("owner_id: there is no such person, or they have left")]
    UnknownPerson,
    #[error("{field}: the department knows of nothing with this id")]
    UnknownOrigin { field: &'static str },
    #[error("the round is not closed: its results cannot be read yet")]
    RoundNotClosed,
    #[error("nobody answered how this request went")]
    NotAnswered,
    #[error("this request is no concern")]
    NotAConcern,
    #[error("no promise about this request was broken")]
    NotBreached,
    #[error("the interview was not held")]
    NotHeld,
    #[error("it has to be due in the time to come")]
    DueInThePast,
    #[error("it has to be due within {days} days")]
    DueTooLate { days: i64 },
    #[error("it was not begun")]
    NotStarted,
    #[error("it is done already")]
    AlreadyDone,
    #[error("it was dropped")]
    Dropped,
    #[error("it is not done: there is nothing to be told yet")]
    NotDone,
    #[error("it was told already")]
    AlreadyPublished,
    #[error(transparent)]
    Wording(#[from] Wording),
}

impl Refusal for ActionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownAction => "UNKNOWN_ACTION",
            Self::AlreadyOpened => "ALREADY_OPENED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownDepartment { .. } => "UNKNOWN_DEPARTMENT",
            Self::UnknownPerson => "UNKNOWN_PERSON",
            Self::UnknownOrigin { .. } => "UNKNOWN_ORIGIN",
            Self::RoundNotClosed => "ROUND_NOT_CLOSED",
            Self::NotAnswered => "NOT_ANSWERED",
            Self::NotAConcern => "NOT_A_CONCERN",
            Self::NotBreached => "NOT_BREACHED",
            Self::NotHeld => "NOT_HELD",
            Self::DueInThePast => "DUE_IN_THE_PAST",
            Self::DueTooLate { .. } => "DUE_TOO_LATE",
            Self::NotStarted => "NOT_STARTED",
            Self::AlreadyDone => "ALREADY_DONE",
            Self::Dropped => "DROPPED",
            Self::NotDone => "NOT_DONE",
            Self::AlreadyPublished => "ALREADY_PUBLISHED",
            Self::Wording(wording) => wording.code(),
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::UnknownDepartment { field } | Self::UnknownOrigin { field } => field,
            Self::UnknownPerson => "owner_id",
            Self::RoundNotClosed => "origin.round_id",
            Self::NotAnswered => "origin.answered_request_id",
            Self::NotAConcern => "origin.concern_id",
            Self::NotBreached => "origin.breached_request_id",
            Self::NotHeld => "origin.interview_id",
            Self::DueInThePast | Self::DueTooLate { .. } => "due",
            Self::Wording(wording) => wording.field(),
            Self::UnknownAction
            | Self::AlreadyOpened
            | Self::NotAllowed
            | Self::NotStarted
            | Self::AlreadyDone
            | Self::Dropped
            | Self::NotDone
            | Self::AlreadyPublished => return Vec::new(),
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
