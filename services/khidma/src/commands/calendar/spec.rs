//! Calendars as the protocol writes them.

use std::collections::BTreeMap;

use khidma_calendar::{CalendarSpec, DatedHours, Holiday, LocalInterval, WeeklyPattern};
use khidma_proto::directory as pb;

/// The calendar that the directory, or a file with the fields of its Calendar, writes so.
pub(super) fn spec_of(calendar: pb::Calendar) -> CalendarSpec {
    let holiday = |day: pb::Holiday| Holiday {
        date: day.date,
        name: day.name,
    };
    CalendarSpec {
        // A file of hours makes sense without one.
        name: Some(calendar.name)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "Unnamed".to_owned()),
        time_zone: calendar.time_zone,
        weekly: calendar.weekly.into_iter().map(pattern).collect(),
        shifts: calendar.shifts.into_iter().map(dated).collect(),
        breaks: calendar.breaks.into_iter().map(dated).collect(),
        holidays: calendar.holidays.into_iter().map(holiday).collect(),
    }
}

fn pattern(pattern: pb::WeeklyPattern) -> WeeklyPattern {
    let mut days: BTreeMap<String, Vec<LocalInterval>> = BTreeMap::new();
    for day in pattern.days {
        let intervals = day.intervals.into_iter().map(interval);
        days.entry(day.weekday).or_default().extend(intervals);
    }
    let valid_from = Some(pattern.valid_from).filter(|date| !date.is_empty());
    WeeklyPattern { valid_from, days }
}

fn dated(dated: pb::DatedHours) -> DatedHours {
    DatedHours {
        date: dated.date,
        intervals: dated.intervals.into_iter().map(interval).collect(),
    }
}

fn interval(interval: pb::LocalInterval) -> LocalInterval {
    LocalInterval {
        start: interval.start,
        end: interval.end,
    }
}
