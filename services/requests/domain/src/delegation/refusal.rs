//! Why approvals are not delegated.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DelegationRefusal {
    /// Only they themselves and admins speak for a person.
    #[error("delegating approvals is for the person themself and for admins")]
    NotAllowed,
    /// Nobody here has that id.
    #[error("there is nobody with this id")]
    UnknownPerson {
        /// The field that named them.
        field: &'static str,
    },
    /// Nobody stands in for themself.
    #[error("approvals are delegated to somebody else")]
    ToOneself,
    /// It ends before it begins, or has ended already.
    #[error("the time must end after it begins, and in the future")]
    EmptyPeriod,
    /// It is for too long a time.
    #[error("approvals are delegated for at most {days} days at a time")]
    PeriodTooLong {
        /// The limit.
        days: i64,
    },
    /// To too many people at the same time.
    #[error("approvals are delegated to at most {limit} people at a time")]
    TooManyDelegates {
        /// The limit.
        limit: usize,
    },
}

impl Refusal for DelegationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownPerson { .. } => "UNKNOWN_PERSON",
            Self::ToOneself => "DELEGATE_TO_ONESELF",
            Self::EmptyPeriod => "EMPTY_PERIOD",
            Self::PeriodTooLong { .. } => "PERIOD_TOO_LONG",
            Self::TooManyDelegates { .. } => "TOO_MANY_DELEGATES",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownPerson { field } => Some(field),
            Self::ToOneself => Some("to_id"),
            Self::EmptyPeriod | Self::PeriodTooLong { .. } => Some("until_time"),
            Self::NotAllowed | Self::TooManyDelegates { .. } => None,
        }
    }
}
