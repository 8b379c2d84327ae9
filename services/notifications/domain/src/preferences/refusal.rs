//! Why preferences are not set.

use khidma_events::notifications::MessageKind;
use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PreferencesRefusal {
    #[error("what a person wants to hear is for them and for admins to say")]
    NotAllowed,
    #[error("{field}: there is nobody here with this id")]
    UnknownPerson { field: &'static str },
    #[error("messages of the kind {} cannot be muted: they come to the inbox at least", kind.as_str())]
    CannotBeMuted { kind: MessageKind },
    #[error("a digest does not wait for the next digest")]
    DigestOfDigests,
    #[error("the time of a digest is written HH:MM, from 00:00 to 23:59")]
    InvalidTime,
    #[error("there is no time zone with this name; it is written as IANA does, Asia/Tokyo")]
    UnknownTimeZone,
    #[error("days of the week are 1 for Monday to 7 for Sunday")]
    InvalidWeekday,
    #[error("nobody stands in for themself")]
    StandInForOneself,
    #[error("who would stand in is stood in for by this person, by way of others or directly")]
    StandInCircle,
    #[error("the time for which somebody stands in must end in the future")]
    EmptyPeriod,
    #[error("somebody stands in for at most {days} days at a time")]
    PeriodTooLong { days: i64 },
}

impl Refusal for PreferencesRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownPerson { .. } => "UNKNOWN_PERSON",
            Self::CannotBeMuted { .. } => "CANNOT_BE_MUTED",
            Self::DigestOfDigests => "DIGEST_OF_DIGESTS",
            Self::InvalidTime => "INVALID_TIME",
            Self::UnknownTimeZone => "UNKNOWN_TIME_ZONE",
            Self::InvalidWeekday => "INVALID_WEEKDAY",
            Self::StandInForOneself => "STAND_IN_FOR_ONESELF",
            Self::StandInCircle => "STAND_IN_CIRCLE",
            Self::EmptyPeriod => "EMPTY_PERIOD",
            Self::PeriodTooLong { .. } => "PERIOD_TOO_LONG",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed => None,
            Self::UnknownPerson { field } => Some(field),
            Self::CannotBeMuted { .. } | Self::DigestOfDigests => Some("preferences.kinds"),
            Self::InvalidTime => Some("preferences.digest_at"),
            Self::UnknownTimeZone => Some("preferences.digest_time_zone"),
            Self::InvalidWeekday => Some("preferences.digest_weekdays"),
            Self::StandInForOneself | Self::StandInCircle => Some("preferences.stand_in_id"),
            Self::EmptyPeriod | Self::PeriodTooLong { .. } => Some("preferences.stand_in_until"),
        }
    }
}
