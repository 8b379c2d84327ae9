//! A calendar that has been checked, in the form that arithmetic wants.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::measure::Measure;
use crate::{CalendarSpec, Problem, compile};

/// A stretch of one local day, in seconds of its wall clock: `[start, end)` with `start < end <= DAY_SECONDS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Its first second.
    pub start: u32,
    /// The second after its last one.
    pub end: u32,
}

/// The hours written for one day. What crosses midnight is split: its tail stands in `next_day`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// On the day itself, ascending, not overlapping.
    pub same_day: Vec<Interval>,
    /// On the local date after it, ascending, not overlapping.
    pub next_day: Vec<Interval>,
}

/// Weekly hours from a date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// First local date; `None` for always.
    pub valid_from: Option<Date>,
    /// Hours by weekday, from Monday.
    pub days: [Hours; 7],
}

/// A calendar that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its zone.
    pub time_zone: TimeZone,
    /// Weekly hours, ascending by first day.
    pub weekly: Vec<Pattern>,
    /// Dated shifts, ascending by date, each date once.
    pub shifts: Vec<(Date, Hours)>,
    /// Dated breaks, ascending by date, each date once.
    pub breaks: Vec<(Date, Hours)>,
    /// Dates without business time, ascending, each once.
    pub holidays: Vec<Date>,
    measure: Measure,
}

impl Calendar {
    /// A calendar of these parts, which have been checked.
    pub(crate) fn of(
        time_zone: TimeZone,
        weekly: Vec<Pattern>,
        shifts: Vec<(Date, Hours)>,
        breaks: Vec<(Date, Hours)>,
        holidays: Vec<Date>,
    ) -> Self {
        let mut calendar = Self {
            time_zone,
            weekly,
            shifts,
            breaks,
            holidays,
            measure: Measure::default(),
        };
        calendar.measure = Measure::of(&calendar);
        calendar
    }

    pub(crate) fn measure(&self) -> &Measure {
        &self.measure
    }

    /// Checks `spec` and brings it into this form.
    ///
    /// # Errors
    /// All that is wrong with it, at most [`crate::MAX_PROBLEMS`].
    pub fn compile(spec: &CalendarSpec) -> Result<Self, Vec<Problem>> {
        compile::compile(spec)
    }
}
