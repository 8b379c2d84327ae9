//! Why a silence is not begun or ended.

use khidma_events::notifications::MessageKind;
use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SilenceRefusal {
    #[error("there is no such silence")]
    UnknownSilence,
    #[error("this silence has begun already")]
    AlreadyBegun,
    #[error(
        "what is silenced is for the person it would be sent to, for those who lead the department it is about, and for admins"
    )]
    NotAllowed,
    #[error("a silence says of which messages: of which kinds, to whom, or about what")]
    EmptyScope,
    #[error("messages of the kind {} cannot be silenced", kind.as_str())]
    CannotBeMuted { kind: MessageKind },
    #[error("there is nobody here with this id")]
    UnknownPerson,
    #[error("there is no department with this id")]
    UnknownDepartment,
    #[error("there is no request with this id")]
    UnknownRequest,
    #[error("a silence must end after it begins, and in the future")]
    EmptyPeriod,
    #[error("a silence lasts at most {days} days")]
    PeriodTooLong { days: i64 },
    #[error("a silence begins at most {days} days ahead")]
    TooFarAhead { days: i64 },
    #[error("a silence says why")]
    NoReason,
    #[error("the reason may have at most {limit} characters")]
    TooLong { limit: usize },
}

impl Refusal for SilenceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSilence => "UNKNOWN_SILENCE",
            Self::AlreadyBegun => "ALREADY_BEGUN",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::EmptyScope => "EMPTY_SCOPE",
            Self::CannotBeMuted { .. } => "CANNOT_BE_MUTED",
            Self::UnknownPerson => "UNKNOWN_PERSON",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::UnknownRequest => "UNKNOWN_REQUEST",
            Self::EmptyPeriod => "EMPTY_PERIOD",
            Self::PeriodTooLong { .. } => "PERIOD_TOO_LONG",
            Self::TooFarAhead { .. } => "TOO_FAR_AHEAD",
            Self::NoReason => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownSilence => Some("id"),
            Self::AlreadyBegun | Self::NotAllowed => None,
            Self::EmptyScope => Some("scope"),
            Self::CannotBeMuted { .. } => Some("scope.kinds"),
            Self::UnknownPerson => Some("scope.person_id"),
            Self::UnknownDepartment => Some("scope.department_id"),
            Self::UnknownRequest => Some("scope.service_request_id"),
            Self::EmptyPeriod | Self::PeriodTooLong { .. } => Some("until"),
            Self::TooFarAhead { .. } => Some("from"),
            Self::NoReason | Self::TooLong { .. } => Some("reason"),
        }
    }
}
