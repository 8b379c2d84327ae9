//! Why nothing is done about an interview.

use khidma_kernel::Refusal;

use super::NOTES;
use crate::wording::Wording;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum InterviewRefusal {
    #[error("there is no such interview")]
    UnknownInterview,
    #[error("there is such an interview already")]
    AlreadyPlanned,
    #[error("this is not for you to do about this interview")]
    NotAllowed,
    #[error("department_id: there is no open department with this id")]
    UnknownDepartment,
    #[error("{field}: there is no such person, or they have left")]
    UnknownPerson { field: &'static str },
    #[error("an interview is with one person, a focus group with {fewest} to {most}")]
    WrongNumber { fewest: usize, most: usize },
    #[error("nobody interviews themselves")]
    Oneself,
    #[error("it has to be at a time to come")]
    InThePast,
    #[error("it has to be within {days} days")]
    TooFarAhead { days: i64 },
    #[error("it cannot have been held in the time to come")]
    NotYet,
    #[error("somebody has to have come, and only who was to come can have")]
    Strangers,
    #[error("it was held already")]
    AlreadyHeld,
    #[error("it was cancelled")]
    Cancelled,
    #[error("it was not held yet")]
    NotHeld,
    #[error("they do not take part in it")]
    NotTakingPart,
    #[error("they said that they do not agree: only they can say otherwise")]
    Withdrawn,
    #[error("not all who came agree that notes are kept")]
    NoConsent,
    #[error("an interview has at most {NOTES} notes")]
    TooManyNotes,
    #[error(transparent)]
    Wording(#[from] Wording),
}

impl Refusal for InterviewRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownInterview => "UNKNOWN_INTERVIEW",
            Self::AlreadyPlanned => "ALREADY_PLANNED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::UnknownPerson { .. } => "UNKNOWN_PERSON",
            Self::WrongNumber { .. } => "WRONG_NUMBER",
            Self::Oneself => "ONESELF",
            Self::InThePast => "IN_THE_PAST",
            Self::TooFarAhead { .. } => "TOO_FAR_AHEAD",
            Self::NotYet => "NOT_YET",
            Self::Strangers => "STRANGERS",
            Self::AlreadyHeld => "ALREADY_HELD",
            Self::Cancelled => "CANCELLED",
            Self::NotHeld => "NOT_HELD",
            Self::NotTakingPart => "NOT_TAKING_PART",
            Self::Withdrawn => "WITHDRAWN",
            Self::NoConsent => "NO_CONSENT",
            Self::TooManyNotes => "TOO_MANY_NOTES",
            Self::Wording(wording) => wording.code(),
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::UnknownDepartment => "department_id",
            Self::UnknownPerson { field } => field,
            Self::WrongNumber { .. } | Self::Oneself => "participant_ids",
            Self::InThePast | Self::TooFarAhead { .. } | Self::NotYet => "at",
            Self::Strangers => "attended_ids",
            Self::NotTakingPart => "person_id",
            Self::Wording(wording) => wording.field(),
            Self::UnknownInterview
            | Self::AlreadyPlanned
            | Self::NotAllowed
            | Self::AlreadyHeld
            | Self::Cancelled
            | Self::NotHeld
            | Self::Withdrawn
            | Self::NoConsent
            | Self::TooManyNotes => return Vec::new(),
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
