//! What is wrong with a calendar, and where.

use std::fmt;

/// One thing that is wrong with a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: the path within the calendar, as `weekly[0].days.mon[1].end`.
    pub path: String,
    /// What.
    pub defect: Defect,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, defect: Defect) -> Self {
        Self {
            path: path.into(),
            defect,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.defect)
    }
}

/// How a calendar can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// A name is missing.
    #[error("a name is needed")]
    NameEmpty,
    /// A name is too long.
    #[error("the name has more than {limit} characters")]
    NameTooLong {
        /// The most it may have.
        limit: usize,
    },
    /// Too many of something.
    #[error("there are more than {limit}")]
    TooMany {
        /// The most there may be.
        limit: usize,
    },
    /// No zone of that name, written just so, is in the time-zone database.
    #[error("this is no IANA time zone")]
    UnknownZone,
    /// Not one of `mon` to `sun`.
    #[error("a weekday is one of mon, tue, wed, thu, fri, sat, sun")]
    UnknownWeekday,
    /// No local time.
    #[error("a local time is written HH:MM or HH:MM:SS, from 00:00 to 24:00")]
    BadTime,
    /// No date.
    #[error("a date is written YYYY-MM-DD and must exist")]
    BadDate,
    /// An interval that begins when the day is over.
    #[error("an interval cannot start at 24:00")]
    StartsAtEndOfDay,
    /// An interval without extent.
    #[error("an interval ends after it starts; the end of the day is written 24:00")]
    EmptyInterval,
    /// Two intervals of one day share time.
    #[error("this interval overlaps the one at {other}")]
    Overlap {
        /// Where the other one is.
        other: String,
    },
    /// A date that was named before in the same list.
    #[error("this date is already named at {other}")]
    DuplicateDate {
        /// Where it was named first.
        other: String,
    },
    /// A pattern that is not later than the one before it.
    #[error(
        "patterns stand in the order of their first days, each once; only the first may hold for always"
    )]
    PatternOrder,
    /// A break without intervals takes nothing away.
    #[error("a break needs an interval")]
    EmptyBreak,
    /// Neither weekly hours nor a shift.
    #[error("the calendar has no business hours at all")]
    NoHours,
}
