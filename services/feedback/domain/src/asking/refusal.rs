//! Why a rule is not set.

use khidma_kernel::Refusal;

use super::{MOST_DAYS_OF_PEACE, MOST_DAYS_OPEN};

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AskingRefusal {
    #[error(
        "after which of its requests a department asks is for those who lead it and for admins to say"
    )]
    NotAllowed,
    #[error("there is no open department with this id")]
    UnknownDepartment,
    #[error("a sample is 1 to 99 of a hundred; to ask always or never, say so")]
    NoSample,
    #[error("a person is left in peace for 1 to {MOST_DAYS_OF_PEACE} days")]
    PeaceOutOfRange,
    #[error("a question expires after 1 to {MOST_DAYS_OPEN} days")]
    ExpiryOutOfRange,
    #[error("a reminder comes after 1 day at the earliest, and before the question expires")]
    ReminderOutOfRange,
}

impl Refusal for AskingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::NoSample => "NO_SAMPLE",
            Self::PeaceOutOfRange => "PEACE_OUT_OF_RANGE",
            Self::ExpiryOutOfRange => "EXPIRY_OUT_OF_RANGE",
            Self::ReminderOutOfRange => "REMINDER_OUT_OF_RANGE",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed => None,
            Self::UnknownDepartment => Some("department_id"),
            Self::NoSample => Some("rule.sampled_percent"),
            Self::PeaceOutOfRange => Some("rule.at_most_every_days"),
            Self::ExpiryOutOfRange => Some("rule.expires_after_days"),
            Self::ReminderOutOfRange => Some("rule.remind_after_days"),
        }
    }
}
