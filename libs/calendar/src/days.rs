//! Working days.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::OutOfReach;
use crate::calendar::Calendar;
use crate::measure::{day_of, weekday};

impl Calendar {
    /// The `count`-th next date that has weekly hours and is no holiday, at the same local time, and from there the next
    /// business instant. With 0, the next business instant.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn add_days(&self, instant: Timestamp, count: u32) -> Result<Timestamp, OutOfReach> {
        self.next_open(self.day_away(instant, count, |date| date.tomorrow().ok())?)
    }

    /// The `count`-th date before that has weekly hours and is no holiday, at the same local time, and from there back to
    /// business time ([`Calendar::prev_open`]).
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn sub_days(&self, instant: Timestamp, count: u32) -> Result<Timestamp, OutOfReach> {
        self.prev_open(self.day_away(instant, count, |date| date.yesterday().ok())?)
    }

    fn day_away(
        &self,
        instant: Timestamp,
        count: u32,
        step: impl Fn(Date) -> Option<Date>,
    ) -> Result<Timestamp, OutOfReach> {
        let local = self.time_zone.to_datetime(instant);
        let (mut date, mut left) = (local.date(), count);
        while left > 0 {
            date = step(date).ok_or(OutOfReach::Never)?;
            if self.is_working_date(date) {
                left -= 1;
            }
        }
        if count == 0 {
            return Ok(instant);
        }
        // Where the wall clock skips that time, the time after the gap; where it shows it twice, the first.
        let there = self
            .time_zone
            .to_ambiguous_timestamp(date.to_datetime(local.time()));
        there.compatible().map_err(|_| OutOfReach::Never)
    }

    fn is_working_date(&self, date: Date) -> bool {
        let holds = |valid_from: Option<Date>| valid_from.is_none_or(|first| first <= date);
        let pattern = self
            .weekly
            .iter()
            .rev()
            .find(|pattern| holds(pattern.valid_from));
        let has_hours = pattern.is_some_and(|pattern| {
            let day = weekday(day_of(date));
            let night = &pattern.days[(day + 6) % 7].next_day;
            !(pattern.days[day].same_day.is_empty() && night.is_empty())
        });
        has_hours && self.holidays.binary_search(&date).is_err()
    }
}
