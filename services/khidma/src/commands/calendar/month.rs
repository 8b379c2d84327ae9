//! A month of business time, day by day.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, tzdb_version};
use serde_json::{Value, json};

use crate::cli::Month;

/// What is to be said of a month.
pub(super) struct Overview {
    pub(super) days: Vec<Day>,
}

/// What is to be said of a day.
pub(super) struct Day {
    pub(super) date: Date,
    /// Its business time.
    pub(super) hours: SignedDuration,
    /// What is not as on other days of its weekday.
    pub(super) marks: Vec<Mark>,
}

/// What is not as usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A holiday of that name, which may be empty.
    Holiday(String),
    /// Hours of its own.
    Shift,
    /// A break.
    Break,
}

impl Mark {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Holiday(_) => "holiday",
            Self::Shift => "shift",
            Self::Break => "break",
        }
    }
}

impl Overview {
    pub(super) fn of(spec: &CalendarSpec, calendar: &Calendar, month: Month) -> Self {
        let day = |date: Date| {
            let end = date
                .tomorrow()
                .map_or(Timestamp::MAX, |next| midnight(calendar, next));
            Day {
                date,
                hours: calendar.elapsed(midnight(calendar, date), end),
                marks: marks(spec, date),
            }
        };
        Self {
            days: month.days().map(day).collect(),
        }
    }

    /// The business time of all its days.
    pub(super) fn hours(&self) -> SignedDuration {
        self.days.iter().map(|day| day.hours).sum()
    }

    /// How many days have business time.
    pub(super) fn open_days(&self) -> usize {
        self.days.iter().filter(|day| !day.hours.is_zero()).count()
    }

    /// The whole of it for scripts.
    pub(super) fn value(&self, name: &str, calendar: &Calendar, month: Month) -> Value {
        let day = |day: &Day| {
            let holiday = day.marks.iter().find_map(|mark| match mark {
                Mark::Holiday(name) => Some(name.as_str()),
                Mark::Shift | Mark::Break => None,
            });
            json!({
                "date": day.date.to_string(),
                "seconds": day.hours.as_secs(),
                "holiday": holiday,
                "shift": day.marks.contains(&Mark::Shift),
                "break": day.marks.contains(&Mark::Break),
            })
        };
        json!({
            "name": name,
            "time_zone": calendar.time_zone.iana_name(),
            "tzdb_version": tzdb_version(),
            "month": month.first().strftime("%Y-%m").to_string(),
            "days": self.days.iter().map(day).collect::<Vec<_>>(),
            "open_days": self.open_days(),
            "seconds": self.hours().as_secs(),
        })
    }
}

/// When the date begins; where its midnight is skipped, when the wall clock goes on.
fn midnight(calendar: &Calendar, date: Date) -> Timestamp {
    let there = calendar
        .time_zone
        .to_ambiguous_timestamp(date.to_datetime(Time::midnight()));
    // Beyond the first and the last instant there is nothing to count.
    there.compatible().unwrap_or(Timestamp::MAX)
}

fn marks(spec: &CalendarSpec, date: Date) -> Vec<Mark> {
    let date = date.to_string();
    let holiday = spec.holidays.iter().find(|day| day.date == date);
    let has = |dated: &[khidma_calendar::DatedHours]| dated.iter().any(|day| day.date == date);
    let holiday = holiday.map(|day| Mark::Holiday(day.name.clone()));
    let shift = has(&spec.shifts).then_some(Mark::Shift);
    let taken = has(&spec.breaks).then_some(Mark::Break);
    [holiday, shift, taken].into_iter().flatten().collect()
}

/// `8h`, `7h30m`, `45m`; a dash for none.
pub(super) fn hours_text(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    let parts = [
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let said: String = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    if said.is_empty() {
        "–".to_owned()
    } else {
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_as_people_do() {
        let said = [
            (0, "–"),
            (28_800, "8h"),
            (27_000, "7h30m"),
            (2_700, "45m"),
            (30_615, "8h30m15s"),
        ];
        for (seconds, text) in said {
            assert_eq!(hours_text(SignedDuration::from_secs(seconds)), text);
        }
    }
}
