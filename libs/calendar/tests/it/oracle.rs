//! The oracle: whether each minute (or second) is business time, from the calendar as it is written, one at a time.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{CalendarSpec, DatedHours, LocalInterval};

/// Steps from a beginning on, each open or not. All hours begin and end on whole steps, and so do the offsets.
/// Instants are microseconds since the beginning.
pub(crate) struct Oracle {
    start: Timestamp,
    /// Microseconds of a step.
    step: i64,
    /// How many steps before each one were open.
    before: Vec<i64>,
}

const SECOND: i64 = 1_000_000;

impl Oracle {
    /// Counts `steps` of so many seconds.
    pub(crate) fn of(spec: &CalendarSpec, start: Timestamp, seconds: i64, steps: usize) -> Self {
        let zone = TimeZone::get(&spec.time_zone).unwrap();
        let step = SignedDuration::from_secs(seconds);
        let mut before = vec![0];
        let mut day: Option<Day> = None;
        let mut instant = start;
        for index in 0..steps {
            let local = zone.to_datetime(instant);
            // What is written for a date is looked up once for all of its steps.
            let day = match &mut day {
                Some(day) if day.date == local.date() => day,
                other => other.insert(Day::of(spec, local.date())),
            };
            let time = (i64::from(local.hour()) * 60 + i64::from(local.minute())) * 60
                + i64::from(local.second());
            before.push(before[index] + i64::from(day.is_open(time)));
            instant += step;
        }
        Self {
            start,
            step: seconds * SECOND,
            before,
        }
    }

    /// How far it has counted.
    pub(crate) fn end(&self) -> i64 {
        (self.before.len() as i64 - 1) * self.step
    }

    pub(crate) fn instant(&self, at: i64) -> Timestamp {
        self.start + SignedDuration::from_micros(at)
    }

    fn step_at(&self, at: i64) -> usize {
        usize::try_from(at / self.step).unwrap()
    }

    pub(crate) fn is_open(&self, at: i64) -> bool {
        let step = self.step_at(at);
        self.before[step + 1] > self.before[step]
    }

    /// Business time before `at`.
    fn counted(&self, at: i64) -> i64 {
        let part = if self.is_open(at) { at % self.step } else { 0 };
        self.before[self.step_at(at)] * self.step + part
    }

    pub(crate) fn elapsed(&self, from: i64, to: i64) -> SignedDuration {
        let micros = self.counted(to.max(from)) - self.counted(from);
        SignedDuration::from_micros(micros)
    }

    /// The first instant at which so much has passed, if it is counted.
    pub(crate) fn reach(&self, from: i64, amount: i64) -> Option<i64> {
        if amount == 0 {
            return Some(from);
        }
        let wanted = self.counted(from) + amount;
        let after = self
            .before
            .partition_point(|count| count * self.step < wanted);
        // The step before it is the one in which it comes to so much.
        self.before.get(after)?;
        Some((after as i64 - 1) * self.step + wanted - self.before[after - 1] * self.step)
    }

    /// The last instant since which so much has passed, if it is counted.
    pub(crate) fn back(&self, from: i64, amount: i64) -> Option<i64> {
        if amount == 0 {
            return Some(from);
        }
        let left = Some(self.counted(from) - amount).filter(|left| *left >= 0)?;
        let step = self
            .before
            .partition_point(|count| count * self.step <= left)
            - 1;
        Some(step as i64 * self.step + left - self.before[step] * self.step)
    }

    pub(crate) fn next_open(&self, at: i64) -> Option<i64> {
        let mut steps = self.step_at(at)..self.before.len() - 1;
        let open = |step: &usize| self.before[step + 1] > self.before[*step];
        steps.find(open).map(|step| at.max(step as i64 * self.step))
    }

    pub(crate) fn prev_open(&self, at: i64) -> Option<i64> {
        let mut steps = (0..=self.step_at(at)).rev();
        let open = |step: &usize| self.before[step + 1] > self.before[*step];
        steps
            .find(open)
            .map(|step| at.min((step as i64 + 1) * self.step))
    }
}

/// What is written for one date, in seconds of its wall clock.
struct Day {
    date: Date,
    open: Vec<(i64, i64)>,
    taken: Vec<(i64, i64)>,
}

impl Day {
    /// The definition, word for word: weekly hours, or the shifts of that date in their stead; less its breaks; nothing
    /// on a holiday. What crosses midnight is split: its tail stands on the next date.
    fn of(spec: &CalendarSpec, date: Date) -> Self {
        let yesterday = date.yesterday().unwrap();
        let pattern = spec.weekly.iter().rev().find(|pattern| {
            let first = pattern.valid_from.as_ref();
            first.is_none_or(|first| first.parse::<Date>().unwrap() <= date)
        });
        let weekly = |day: Date| pattern.and_then(|pattern| pattern.days.get(name(day.weekday())));
        let mut open = pieces(dated(&spec.shifts, date), dated(&spec.shifts, yesterday));
        if dated(&spec.shifts, date).is_none() {
            open.extend(pieces(weekly(date), weekly(yesterday)));
        }
        let written = date.to_string();
        if spec.holidays.iter().any(|holiday| holiday.date == written) {
            open.clear();
        }
        let taken = pieces(dated(&spec.breaks, date), dated(&spec.breaks, yesterday));
        Self { date, open, taken }
    }

    fn is_open(&self, second: i64) -> bool {
        let lies_in = |pieces: &[(i64, i64)]| {
            let mut pieces = pieces.iter();
            pieces.any(|(start, end)| *start <= second && second < *end)
        };
        lies_in(&self.open) && !lies_in(&self.taken)
    }
}

fn dated(list: &[DatedHours], date: Date) -> Option<&Vec<LocalInterval>> {
    let written = date.to_string();
    let entry = list.iter().find(|one| one.date == written);
    entry.map(|one| &one.intervals)
}

/// What is written for a date and for the one before it, as far as it falls on the date.
fn pieces(
    today: Option<&Vec<LocalInterval>>,
    yesterday: Option<&Vec<LocalInterval>>,
) -> Vec<(i64, i64)> {
    let both = |one: &LocalInterval| (seconds(&one.start), seconds(&one.end));
    let today = today.into_iter().flatten().map(both);
    let own = today.map(|(start, end)| (start, if end < start { 86_400 } else { end }));
    let yesterday = yesterday.into_iter().flatten().map(both);
    let nights = yesterday.filter(|(start, end)| end < start);
    own.chain(nights.map(|(_, end)| (0, end))).collect()
}

fn seconds(text: &str) -> i64 {
    let parts = text.split(':').map(|part| part.parse::<i64>().unwrap());
    let mut total = 0;
    let mut unit = 3600;
    for part in parts {
        total += part * unit;
        unit /= 60;
    }
    total
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
