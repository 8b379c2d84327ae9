//! Working days.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::OutOfReach;
use crate::calendar::{Calendar, Hours, Interval, Pattern};
use crate::measure::{DAY, Day, Measure, SECOND, day_of};

/// Counts dates that have weekly hours, are no holiday and were not skipped: the first second of each of them, as if it
/// were its hours.
pub(crate) fn working_dates(
    weekly: &[Pattern],
    holidays: &[Date],
    skipped: impl Iterator<Item = Day>,
) -> Measure {
    let counting: Vec<Pattern> = weekly.iter().map(counting).collect();
    let mut never: Vec<Date> = skipped.filter_map(date_of).collect();
    never.extend(holidays);
    Measure::of(&counting, &[], &[], &never)
}

fn counting(pattern: &Pattern) -> Pattern {
    let first_second = |day: usize| {
        // Sunday's night goes on into Monday.
        let night = &pattern.days[(day + 6) % 7].next_day;
        let works = !(pattern.days[day].same_day.is_empty() && night.is_empty());
        let same_day = works.then_some(Interval { start: 0, end: 1 });
        Hours {
            same_day: same_day.into_iter().collect(),
            next_day: Vec::new(),
        }
    };
    Pattern {
        valid_from: pattern.valid_from,
        days: std::array::from_fn(first_second),
    }
}

impl Calendar {
    /// The `count`-th next date that has weekly hours and is no holiday, at the same local time, and from there the next
    /// business instant. With 0, the next business instant.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn add_days(&self, instant: Timestamp, count: u32) -> Result<Timestamp, OutOfReach> {
        if count == 0 {
            return self.next_open(instant);
        }
        let local = self.time_zone.to_datetime(instant);
        // Not more than all but the last part of its first second.
        let measure = self.dates().at((day_of(local.date()) + 1) * DAY);
        let there = measure + i64::from(count) * SECOND - 1;
        self.next_open(self.same_time(instant, there)?)
    }

    /// The `count`-th date before that has weekly hours and is no holiday, at the same local time, and from there back to
    /// business time ([`Calendar::prev_open`]). With 0, from `instant` itself.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn sub_days(&self, instant: Timestamp, count: u32) -> Result<Timestamp, OutOfReach> {
        if count == 0 {
            return self.prev_open(instant);
        }
        let local = self.time_zone.to_datetime(instant);
        let measure = self.dates().at(day_of(local.date()) * DAY);
        let there = measure - i64::from(count) * SECOND;
        self.prev_open(self.same_time(instant, there)?)
    }

    /// The local time of `instant` on the working date before which so many microseconds of working dates lie.
    fn same_time(&self, instant: Timestamp, measure: i64) -> Result<Timestamp, OutOfReach> {
        let dates = self.dates();
        let within = dates.at(day_of(Date::MIN) * DAY)..dates.at(day_of(Date::MAX) * DAY);
        if !within.contains(&measure) {
            return Err(OutOfReach::Never);
        }
        let date = date_of(dates.last(measure).div_euclid(DAY)).ok_or(OutOfReach::Never)?;
        let time = self.time_zone.to_datetime(instant).time();
        // Where the wall clock skips that time, the time after the gap; where it shows it twice, the first.
        let there = self
            .time_zone
            .to_ambiguous_timestamp(date.to_datetime(time));
        there.compatible().map_err(|_| OutOfReach::Never)
    }

    /// Business time of a week of the weekly hours that hold on `date`, in seconds; dated exceptions aside. 0 where none
    /// hold yet.
    pub fn business_seconds_per_week(&self, date: Date) -> u32 {
        let holds = |pattern: &Pattern| pattern.valid_from.is_none_or(|first| first <= date);
        let pattern = self.weekly.iter().rposition(holds);
        let (micros, _) = pattern.map_or((0, 0), |pattern| self.timeline().measure().week(pattern));
        // A week has 604,800 seconds at the most.
        u32::try_from(micros / SECOND).unwrap_or_default()
    }

    /// How long a working day is: the mean of the weekdays that have hours, by the latest weekly hours. Zero of a
    /// calendar that has shifts only.
    pub fn typical_day(&self) -> SignedDuration {
        let latest = self.weekly.len().saturating_sub(1);
        let (micros, days) = self.timeline().measure().week(latest);
        let mean = micros.checked_div(i64::from(days)).unwrap_or_default();
        SignedDuration::from_micros(mean)
    }
}

fn date_of(day: Day) -> Option<Date> {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    let days = i32::try_from(day).ok()?;
    EPOCH.checked_add(days.days()).ok()
}
