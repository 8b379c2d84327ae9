//! Days of the calendar.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A day, in whatever zone it is lived. Written `2026-03-01`, in binary rows too. Years -9999 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day: write YYYY-MM-DD")]
pub struct InvalidDate(String);

impl Date {
    /// The day it is in UTC at `instant`.
    pub fn of(instant: Timestamp) -> Self {
        let instant = jiff::Timestamp::from(instant);
        Self(instant.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// This day and `days` more (or fewer); it stops at the ends of the supported years.
    pub fn plus_days(self, days: i32) -> Self {
        Self(
            self.0
                .saturating_add(jiff::SignedDuration::from_hours(i64::from(days) * 24)),
        )
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The quarter of the year, 1 to 4.
    pub fn quarter(self) -> i8 {
        (self.0.month() - 1) / 3 + 1
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    /// Only `YYYY-MM-DD`: what else ISO 8601 allows would be written otherwise than it was read.
    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(text.chars().take(80).collect());
        let date = Self(text.parse().map_err(|_| invalid())?);
        if date.to_string() == text {
            Ok(date)
        } else {
            Err(invalid())
        }
    }
}

impl TryFrom<String> for Date {
    type Error = InvalidDate;

    fn try_from(text: String) -> Result<Self, InvalidDate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl schemars::JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_it_is_read_and_nothing_else_is_one() {
        let day: Date = "2026-03-01".parse().unwrap();
        assert_eq!(day.to_string(), "2026-03-01");
        let json = serde_json::to_string(&day).unwrap();
        assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), day);
        for text in [
            "",
            "2026-02-30",
            "2026-3-1",
            "20260301",
            "2026-03-01T08:00:00",
            "2026-03-01 ",
            "today",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_stop_at_the_ends_of_time() {
        let day: Date = "2026-12-31".parse().unwrap();
        assert_eq!(day.plus_days(1).to_string(), "2027-01-01");
        assert_eq!(day.plus_days(-365).to_string(), "2025-12-31");
        let end: Date = "9999-12-31".parse().unwrap();
        assert_eq!(end.plus_days(i32::MAX), end);
        assert_eq!((day.year(), day.quarter()), (2026, 4));
        let quarters = ["2026-01-31", "2026-04-01", "2026-09-30"];
        let quarters = quarters.map(|day| day.parse::<Date>().unwrap().quarter());
        assert_eq!(quarters, [1, 2, 3]);
    }

    #[test]
    fn an_instant_falls_on_the_day_it_is_in_utc() {
        let instant: Timestamp = "2026-03-01T23:30:00-01:00".parse().unwrap();
        assert_eq!(Date::of(instant).to_string(), "2026-03-02");
    }
}
