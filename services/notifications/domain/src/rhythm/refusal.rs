//! Why reminders are not set.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum RhythmRefusal {
    #[error("of what a department is reminded is for those who lead it and for admins to say")]
    NotAllowed,
    #[error("there is no open department with this id")]
    UnknownDepartment,
    #[error("a department is reminded every {limit} days at the least")]
    TooSeldom { limit: u16 },
    #[error("the first reminder must lie in the future")]
    FirstInThePast,
    #[error("the first reminder comes within {limit} days")]
    FirstTooLate { limit: u16 },
}

impl Refusal for RhythmRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::TooSeldom { .. } => "TOO_SELDOM",
            Self::FirstInThePast => "FIRST_IN_THE_PAST",
            Self::FirstTooLate { .. } => "FIRST_TOO_LATE",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed => None,
            Self::UnknownDepartment => Some("department_id"),
            Self::TooSeldom { .. } => Some("every_days"),
            Self::FirstInThePast | Self::FirstTooLate { .. } => Some("first"),
        }
    }
}
