//! A calendar as people write it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A working calendar as it is written down. Whether it makes sense, [`crate::validate`] says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarSpec {
    /// Its name.
    pub name: String,
    /// IANA time zone: `Europe/Rome`.
    pub time_zone: String,
    /// Weekly hours; a later pattern replaces the one before from its first day on.
    pub weekly: Vec<WeeklyPattern>,
    /// Dated shifts: they replace the weekly hours of their date.
    #[serde(default)]
    pub shifts: Vec<DatedHours>,
    /// Dated breaks: they take time away.
    #[serde(default)]
    pub breaks: Vec<DatedHours>,
    /// Dates without any business time; they beat shifts.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// Weekly hours from a date on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeeklyPattern {
    /// First local date, `YYYY-MM-DD`; `None` for always.
    #[serde(default)]
    pub valid_from: Option<String>,
    /// Hours by weekday (`mon` to `sun`). A weekday that is not named is closed.
    pub days: BTreeMap<String, Vec<LocalInterval>>,
}

/// The hours of one date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatedHours {
    /// Local date, `YYYY-MM-DD`.
    pub date: String,
    /// Its intervals; they do not overlap.
    pub intervals: Vec<LocalInterval>,
}

/// A stretch of local time, from `start` up to but not including `end`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LocalInterval {
    /// `HH:MM` or `HH:MM:SS`.
    pub start: String,
    /// `HH:MM` or `HH:MM:SS`; `24:00` is the end of the day. Before `start`: it ends on the next day.
    pub end: String,
}

/// A date without business time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Holiday {
    /// Local date, `YYYY-MM-DD`.
    pub date: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// A day of the week, in the order of ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    /// All seven, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    /// As a calendar writes it: `mon`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }

    /// The weekday that is written so, if one is.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.as_str() == text)
    }

    /// Days since Monday: 0 to 6.
    pub fn index(self) -> usize {
        self as usize
    }
}
