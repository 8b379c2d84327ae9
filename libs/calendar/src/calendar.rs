//! A calendar that has been checked, in the form that arithmetic wants.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::days::working_dates;
use crate::measure::Measure;
use crate::timeline::Timeline;
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

/// A calendar that makes sense. It carries tables of some ten kilobytes and never changes: to have it in many places,
/// share it in an `Arc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its zone.
    pub time_zone: TimeZone,
    /// Weekly hours, ascending by first day.
    pub weekly: Vec<Pattern>,
    /// Dated shifts, ascending by date, each date once. One replaces the weekly hours of its date; what of it crosses
    /// midnight comes on top of those of the next.
    pub shifts: Vec<(Date, Hours)>,
    /// Dated breaks, ascending by date, each date once.
    pub breaks: Vec<(Date, Hours)>,
    /// Dates without business time, ascending, each once.
    pub holidays: Vec<Date>,
    timeline: Timeline,
    dates: Measure,
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
        let measure = Measure::of(&weekly, &shifts, &breaks, &holidays);
        let timeline = Timeline::of(time_zone.clone(), measure);
        Self {
            dates: working_dates(&weekly, &holidays, timeline.skipped_days()),
            timeline,
            time_zone,
            weekly,
            shifts,
            breaks,
            holidays,
        }
    }

    /// Business time up to every instant.
    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Working dates up to every date.
    pub(crate) fn dates(&self) -> &Measure {
        &self.dates
    }

    /// Checks `spec` and brings it into this form.
    ///
    /// # Errors
    /// All that is wrong with it, at most [`crate::MAX_PROBLEMS`].
    pub fn compile(spec: &CalendarSpec) -> Result<Self, Vec<Problem>> {
        compile::compile(spec)
    }
}
