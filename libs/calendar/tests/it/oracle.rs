//! The oracle: whether each minute is business time, from the calendar as it is written, one minute at a time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{CalendarSpec, LocalInterval};

/// Minutes from a beginning on, each open or not. All hours begin and end on whole minutes, and so do the offsets.
pub(crate) struct Oracle {
    pub(crate) start: Timestamp,
    /// How many minutes before each one were open.
    before: Vec<u32>,
}

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

impl Oracle {
    pub(crate) fn of(spec: &CalendarSpec, start: Timestamp, minutes: usize) -> Self {
        let zone = TimeZone::get(&spec.time_zone).unwrap();
        let mut before = vec![0];
        for minute in 0..minutes {
            let instant = start + MINUTE * i32::try_from(minute).unwrap();
            let open = is_open(spec, &zone, instant);
            before.push(before[minute] + u32::from(open));
        }
        Self { start, before }
    }

    pub(crate) fn instant(&self, minute: usize) -> Timestamp {
        self.start + MINUTE * i32::try_from(minute).unwrap()
    }

    pub(crate) fn is_open(&self, minute: usize) -> bool {
        self.before[minute + 1] > self.before[minute]
    }

    pub(crate) fn elapsed(&self, from: usize, to: usize) -> SignedDuration {
        let open = self.before[to.max(from)] - self.before[from];
        MINUTE * i32::try_from(open).unwrap()
    }

    /// The first minute at which so many open ones have passed, if it is among these.
    pub(crate) fn reach(&self, from: usize, open: u32) -> Option<usize> {
        let wanted = self.before[from] + open;
        (from..self.before.len()).find(|minute| self.before[*minute] >= wanted)
    }

    /// The last minute since which so many open ones have passed, if it is among these.
    pub(crate) fn back(&self, from: usize, open: u32) -> Option<usize> {
        let wanted = self.before[from].checked_sub(open)?;
        (0..=from)
            .rev()
            .find(|minute| self.before[*minute] <= wanted)
    }
}

/// The definition, word for word: the local wall clock lies in an interval of its local date, and in no break and on no
/// holiday.
pub(crate) fn is_open(spec: &CalendarSpec, zone: &TimeZone, instant: Timestamp) -> bool {
    let local = zone.to_datetime(instant);
    let (date, time) = (
        local.date(),
        i64::from(local.hour()) * 60 + i64::from(local.minute()),
    );
    let written = date.to_string();
    if spec.holidays.iter().any(|holiday| holiday.date == written) {
        return false;
    }
    let breaks = |date: Date| dated(&spec.breaks, date);
    let shifts = |date: Date| dated(&spec.shifts, date);
    let yesterday = date.yesterday().unwrap();
    if in_day(breaks(date), breaks(yesterday), time) {
        return false;
    }
    let shifted = in_day(shifts(date), shifts(yesterday), time);
    if shifts(date).is_some() {
        return shifted;
    }
    let pattern = spec.weekly.iter().rev().find(|pattern| {
        pattern
            .valid_from
            .as_ref()
            .is_none_or(|first| first.parse::<Date>().unwrap() <= date)
    });
    let hours = |day: Date| pattern.and_then(|pattern| pattern.days.get(name(day.weekday())));
    shifted || in_day(hours(date), hours(yesterday), time)
}

fn dated(list: &[khidma_calendar::DatedHours], date: Date) -> Option<&Vec<LocalInterval>> {
    let written = date.to_string();
    list.iter()
        .find(|one| one.date == written)
        .map(|one| &one.intervals)
}

fn in_day(
    today: Option<&Vec<LocalInterval>>,
    yesterday: Option<&Vec<LocalInterval>>,
    time: i64,
) -> bool {
    let minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':').unwrap();
        hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()
    };
    let own = today.into_iter().flatten().any(|one| {
        let (start, end) = (minutes(&one.start), minutes(&one.end));
        start <= time && (time < end || end < start)
    });
    let night = yesterday.into_iter().flatten().any(|one| {
        let (start, end) = (minutes(&one.start), minutes(&one.end));
        end < start && time < end
    });
    own || night
}

fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}
