//! Business time: working calendars as data, and what makes such data a calendar.
//!
//! [`CalendarSpec`] is a calendar as people write it and as events keep it. [`Calendar::compile`] checks one and turns it
//! into the form that arithmetic wants: seconds of the local day, with what crosses midnight split. Pure: no clock.

mod arithmetic;
mod calendar;
mod compile;
mod days;
mod intervals;
mod local;
mod measure;
mod problem;
mod spec;
mod timeline;
mod zone;

pub use arithmetic::{Open, OutOfReach};
pub use calendar::{Calendar, Hours, Interval, Pattern};
pub use compile::{
    MAX_DATES, MAX_INTERVALS_PER_DAY, MAX_NAME_CHARS, MAX_PATTERNS, MAX_PROBLEMS, validate,
};
pub use local::{DAY_SECONDS, LocalTime, date};
pub use problem::{Defect, Problem};
pub use spec::{CalendarSpec, DatedHours, Holiday, LocalInterval, Weekday, WeeklyPattern};
pub use zone::{time_zone, tzdb_version};
