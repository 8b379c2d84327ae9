//! Why something does not happen to a round.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum RoundRefusal {
    #[error("there is no round with this id")]
    UnknownRound,
    #[error("it was launched already")]
    AlreadyLaunched,
    #[error("a round is for those who lead the department that asks, and for admins")]
    NotAllowed,
    #[error("there is no survey with this id")]
    UnknownSurvey,
    #[error("the survey has no version {version}")]
    UnknownVersion { version: u32 },
    #[error("the survey was retired")]
    SurveyRetired,
    #[error("there is no open department with this id")]
    UnknownDepartment,
    #[error("{field} may have at most {limit} items")]
    TooMany { field: &'static str, limit: usize },
    #[error("{field} has to be between {least} and {most}")]
    OutOfRange {
        field: &'static str,
        least: u32,
        most: u32,
    },
    #[error(
        "{people} people are asked: at least {needed} have to be, so that nobody can be recognised in the results"
    )]
    TooFewPeople { people: u32, needed: u32 },
    #[error(
        "the results of an anonymous round are broken down by one of department and kind at the most"
    )]
    TooManyDimensions,
    #[error("the results of an anonymous round are never broken down by {dimension}")]
    DimensionNotAnonymous { dimension: &'static str },
    #[error("an anonymous round needs a key")]
    MissingKey,
    #[error("it would open in the past")]
    OpensInThePast,
    #[error("it has to close after it opens")]
    ClosesBeforeItOpens,
    #[error("it has to close within {limit} days")]
    ClosesTooLate { limit: i64 },
    #[error(
        "reminders come after it opens and before it closes, one after the other, the earliest first"
    )]
    ReminderOutside,
    #[error("the next round would open before this one closes")]
    Overlaps,
    #[error("it is not open")]
    NotOpen,
    #[error("it has opened already: it can be closed, and not cancelled")]
    AlreadyOpened,
    #[error("it is over")]
    Over,
    #[error("{field} may have at most {limit} characters")]
    TooLong { field: &'static str, limit: usize },
}

impl Refusal for RoundRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRound => "UNKNOWN_ROUND",
            Self::AlreadyLaunched => "ALREADY_LAUNCHED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownSurvey => "UNKNOWN_SURVEY",
            Self::UnknownVersion { .. } => "UNKNOWN_VERSION",
            Self::SurveyRetired => "SURVEY_RETIRED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::TooMany { .. } => "TOO_MANY",
            Self::OutOfRange { .. } => "OUT_OF_RANGE",
            Self::TooFewPeople { .. } => "TOO_FEW_PEOPLE",
            Self::TooManyDimensions => "TOO_MANY_DIMENSIONS",
            Self::DimensionNotAnonymous { .. } => "DIMENSION_NOT_ANONYMOUS",
            Self::MissingKey => "MISSING_KEY",
            Self::OpensInThePast => "OPENS_IN_THE_PAST",
            Self::ClosesBeforeItOpens => "CLOSES_BEFORE_IT_OPENS",
            Self::ClosesTooLate { .. } => "CLOSES_TOO_LATE",
            Self::ReminderOutside => "REMINDER_OUTSIDE",
            Self::Overlaps => "OVERLAPS",
            Self::NotOpen => "NOT_OPEN",
            Self::AlreadyOpened => "ALREADY_OPENED",
            Self::Over => "OVER",
            Self::TooLong { .. } => "TOO_LONG",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownRound
            | Self::AlreadyLaunched
            | Self::NotAllowed
            | Self::MissingKey
            | Self::NotOpen
            | Self::AlreadyOpened
            | Self::Over => None,
            Self::UnknownSurvey | Self::SurveyRetired => Some("survey_id"),
            Self::UnknownVersion { .. } => Some("version"),
            Self::UnknownDepartment => Some("audience.department_ids"),
            Self::TooFewPeople { .. } => Some("audience"),
            Self::TooManyDimensions | Self::DimensionNotAnonymous { .. } => Some("break_down_by"),
            Self::OpensInThePast => Some("opens_at"),
            Self::ClosesBeforeItOpens | Self::ClosesTooLate { .. } => Some("closes_at"),
            Self::ReminderOutside => Some("remind_at"),
            Self::Overlaps => Some("recurrence.every_days"),
            Self::TooMany { field, .. }
            | Self::OutOfRange { field, .. }
            | Self::TooLong { field, .. } => Some(field),
        }
    }
}
