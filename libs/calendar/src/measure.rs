//! How much business time the local wall clock has shown up to a local time: one function that never falls.
//!
//! Whether an instant is business time depends on what the local wall clock shows, and on nothing else. So business time
//! between two instants without a change of the zone's offset is the difference of two values of this function; zones
//! come in only where their offset changes ([`crate::zone`]). Whole weeks are multiplied, not walked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::calendar::{Calendar, Hours, Interval, Pattern};

/// A local time in microseconds since 1970-01-01T00:00 on the wall clock.
pub(crate) type Local = i64;
/// A local date in days since 1970-01-01.
pub(crate) type Day = i64;

/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;
/// Microseconds of a local day.
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// The days since 1970-01-01.
pub(crate) fn day_of(date: Date) -> Day {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    date.duration_since(EPOCH).as_secs().div_euclid(86_400)
}

/// Days since Monday; 1970-01-01 was a Thursday.
pub(crate) fn weekday(day: Day) -> usize {
    // Within 0 to 6.
    (day + 3).rem_euclid(7) as usize
}

/// Weekly hours that hold from some date on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Week {
    days: [Vec<Interval>; 7],
    /// Business time of the week before each weekday, and at the end that of the whole week; microseconds.
    before: [i64; 8],
}

impl Week {
    fn of(pattern: &Pattern) -> Self {
        let mut week = Self::default();
        for day in 0..7 {
            // Sunday's night goes on into Monday.
            let night = &pattern.days[(day + 6) % 7].next_day;
            week.days[day] = union(&pattern.days[day].same_day, night);
            week.before[day + 1] = week.before[day] + within(&week.days[day], DAY);
        }
        week
    }

    /// Business time from the Monday before 1970 up to `local`.
    fn measure(&self, local: Local) -> i64 {
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let weeks = (day + 3).div_euclid(7);
        let weekday = weekday(day);
        weeks * self.before[7] + self.before[weekday] + within(&self.days[weekday], time)
    }
}

/// From its first day on, until the next piece begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    first: Day,
    /// What the measure is at its beginning, less what its hours make of that moment.
    base: i64,
    hours: PieceHours,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PieceHours {
    /// The pattern of that number.
    Weekly(usize),
    /// Of one day.
    Dated(Vec<Interval>),
    /// No pattern holds yet.
    None,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    weeks: Vec<Week>,
    pieces: Vec<Piece>,
    holidays: BTreeSet<Day>,
    breaks: BTreeMap<Day, Vec<Interval>>,
}

impl Measure {
    pub(crate) fn of(calendar: &Calendar) -> Self {
        let weeks = calendar.weekly.iter().map(Week::of).collect();
        let mut measure = Self {
            weeks,
            pieces: Vec::new(),
            holidays: calendar.holidays.iter().map(|date| day_of(*date)).collect(),
            breaks: by_day(&calendar.breaks),
        };
        let dated = Dated {
            own: calendar
                .shifts
                .iter()
                .map(|(date, _)| day_of(*date))
                .collect(),
            shifts: by_day(&calendar.shifts),
        };
        let starts = pattern_starts(calendar);
        let exceptions: BTreeSet<Day> = dated
            .shifts
            .keys()
            .chain(&dated.own)
            .chain(measure.breaks.keys())
            .chain(&measure.holidays)
            .copied()
            .collect();
        // The weekly hours go on after each exceptional day.
        let mut firsts: BTreeSet<Day> = exceptions.iter().map(|day| day + 1).collect();
        firsts.extend(&exceptions);
        firsts.extend(starts.keys());
        for first in std::iter::once(BEFORE_ALL).chain(firsts) {
            let pattern = starts.range(..=first).next_back().map(|(_, index)| *index);
            let hours = match (exceptions.contains(&first), pattern) {
                (true, pattern) => PieceHours::Dated(measure.hours_on(first, pattern, &dated)),
                (false, Some(index)) => PieceHours::Weekly(index),
                (false, None) => PieceHours::None,
            };
            measure.push(first, hours);
        }
        measure
    }

    fn push(&mut self, first: Day, hours: PieceHours) {
        let mut piece = Piece {
            first,
            base: 0,
            hours,
        };
        if let Some(last) = self.pieces.last() {
            let start = first * DAY;
            piece.base = self.within_piece(last, start) - self.within_piece(&piece, start);
        }
        self.pieces.push(piece);
    }

    fn within_piece(&self, piece: &Piece, local: Local) -> i64 {
        piece.base
            + match &piece.hours {
                PieceHours::Weekly(index) => self.weeks[*index].measure(local),
                PieceHours::Dated(intervals) => within(intervals, local - piece.first * DAY),
                PieceHours::None => 0,
            }
    }

    /// The hours of a day that is not as its weekday usually is.
    fn hours_on(&self, day: Day, pattern: Option<usize>, dated: &Dated) -> Vec<Interval> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let shift = dated.shifts.get(&day).map_or(&[][..], Vec::as_slice);
        let open = match pattern {
            Some(index) if !dated.own.contains(&day) => {
                union(&self.weeks[index].days[weekday(day)], shift)
            }
            _ => shift.to_vec(),
        };
        match self.breaks.get(&day) {
            Some(breaks) => less(&open, breaks),
            None => open,
        }
    }

    /// Business time up to `local`, in microseconds from some beginning.
    pub(crate) fn at(&self, local: Local) -> i64 {
        let day = local.div_euclid(DAY);
        let after = self.pieces.partition_point(|piece| piece.first <= day);
        // The first piece begins before all.
        self.within_piece(&self.pieces[after.saturating_sub(1)], local)
    }

    /// The hours of a day, in seconds of its wall clock.
    pub(crate) fn hours(&self, day: Day) -> &[Interval] {
        let after = self.pieces.partition_point(|piece| piece.first <= day);
        match &self.pieces[after.saturating_sub(1)].hours {
            PieceHours::Weekly(index) => &self.weeks[*index].days[weekday(day)],
            PieceHours::Dated(intervals) => intervals,
            PieceHours::None => &[],
        }
    }

    pub(crate) fn is_holiday(&self, day: Day) -> bool {
        self.holidays.contains(&day)
    }

    /// The breaks of a day, what goes on from the night before among them.
    pub(crate) fn breaks(&self, day: Day) -> &[Interval] {
        self.breaks.get(&day).map_or(&[], Vec::as_slice)
    }
}

/// Earlier than any date, and small enough to be multiplied.
const BEFORE_ALL: Day = -10_000_000;

/// The dated shifts.
struct Dated {
    /// Days with a shift of their own, which replaces their weekly hours.
    own: BTreeSet<Day>,
    /// What shifts there are on a day, also such as go on from the night before.
    shifts: BTreeMap<Day, Vec<Interval>>,
}

fn pattern_starts(calendar: &Calendar) -> BTreeMap<Day, usize> {
    let start = |pattern: &Pattern| pattern.valid_from.map_or(BEFORE_ALL, day_of);
    calendar.weekly.iter().map(start).zip(0..).collect()
}

fn by_day(dated: &[(Date, Hours)]) -> BTreeMap<Day, Vec<Interval>> {
    let mut days: BTreeMap<Day, Vec<Interval>> = BTreeMap::new();
    for (date, hours) in dated {
        let day = day_of(*date);
        for (day, intervals) in [(day, &hours.same_day), (day + 1, &hours.next_day)] {
            if !intervals.is_empty() {
                let there = days.entry(day).or_default();
                *there = union(there, intervals);
            }
        }
    }
    days
}

/// How much of the intervals lies before `time`, microseconds of the day.
fn within(intervals: &[Interval], time: i64) -> i64 {
    intervals
        .iter()
        .map(|interval| {
            let (start, end) = (
                i64::from(interval.start) * SECOND,
                i64::from(interval.end) * SECOND,
            );
            (time.min(end) - start).max(0)
        })
        .sum()
}

/// What lies in one of them, ascending, without overlap.
fn union(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let mut all: Vec<Interval> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(all.len());
    for interval in all {
        match merged.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => merged.push(interval),
        }
    }
    merged
}

/// What lies in `open` and in none of `breaks`; both ascending, without overlap.
fn less(open: &[Interval], breaks: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    for interval in open {
        let mut start = interval.start;
        for one in breaks
            .iter()
            .filter(|one| one.end > interval.start && one.start < interval.end)
        {
            if start < one.start {
                left.push(Interval {
                    start,
                    end: one.start,
                });
            }
            start = one.end;
        }
        if start < interval.end {
            left.push(Interval {
                start,
                end: interval.end,
            });
        }
    }
    left
}
