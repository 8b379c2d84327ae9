//! How much business time the local wall clock has shown up to a local time: one function that never falls, and its
//! inverse.
//!
//! Whether an instant is business time depends on what the local wall clock shows, and on nothing else. So business time
//! between two instants without a change of the zone's offset is the difference of two values of this function; zones
//! come in only where their offset changes ([`crate::zone`]). Whole weeks are multiplied, not walked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::calendar::{Hours, Interval, Pattern};
use crate::intervals::{last, less, union, within};

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

    /// The last local time at which the measure is no more than `measure`; `None` of a week without hours.
    fn last(&self, measure: i64) -> Option<Local> {
        let whole = Some(self.before[7]).filter(|whole| *whole > 0)?;
        let (weeks, rest) = (measure.div_euclid(whole), measure.rem_euclid(whole));
        // `rest` is less than the whole week, and no less than what is before Monday.
        let weekday = self.before.partition_point(|before| *before <= rest).max(1) - 1;
        let time = last(&self.days[weekday], rest - self.before[weekday]);
        // Within 0 to 6; 1970-01-01 was a Thursday.
        Some((weeks * 7 + weekday as i64 - 3) * DAY + time)
    }

    /// The days that have hours.
    fn days_with_hours(&self) -> u32 {
        let days = self.days.iter().filter(|day| !day.is_empty());
        days.map(|_| 1).sum()
    }
}

/// From its first day on, until the next piece begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    first: Day,
    /// What the measure is at its beginning.
    before: i64,
    /// The same, less what its hours make of that moment.
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
    /// Of what has been checked; shifts, breaks and holidays by date.
    pub(crate) fn of(
        weekly: &[Pattern],
        shifts: &[(Date, Hours)],
        breaks: &[(Date, Hours)],
        holidays: &[Date],
    ) -> Self {
        let mut measure = Self {
            weeks: weekly.iter().map(Week::of).collect(),
            pieces: Vec::new(),
            holidays: holidays.iter().map(|date| day_of(*date)).collect(),
            breaks: by_day(breaks),
        };
        let dated = Dated {
            own: shifts.iter().map(|(date, _)| day_of(*date)).collect(),
            shifts: by_day(shifts),
        };
        let starts = pattern_starts(weekly);
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
            before: 0,
            base: 0,
            hours,
        };
        let start = first * DAY;
        if let Some(last) = self.pieces.last() {
            piece.before = self.within_piece(last, start);
        }
        piece.base = piece.before - self.within_piece(&piece, start);
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

    /// The last piece of which `is_before` is true. The first piece begins before all.
    fn piece(&self, is_before: impl Fn(&Piece) -> bool) -> Option<&Piece> {
        let after = self.pieces.partition_point(is_before);
        self.pieces.get(after.saturating_sub(1))
    }

    /// Business time up to `local`, in microseconds from some beginning.
    pub(crate) fn at(&self, local: Local) -> i64 {
        let day = local.div_euclid(DAY);
        self.piece(|piece| piece.first <= day)
            .map_or(0, |piece| self.within_piece(piece, local))
    }

    /// The last local time at which business time has come to no more than `measure`. It must come to more some time:
    /// the answer means nothing otherwise.
    pub(crate) fn last(&self, measure: i64) -> Local {
        let Some(piece) = self.piece(|piece| piece.before <= measure) else {
            return 0;
        };
        let (start, left) = (piece.first * DAY, measure - piece.base);
        match &piece.hours {
            PieceHours::Weekly(index) => self.weeks[*index].last(left).unwrap_or(start),
            PieceHours::Dated(intervals) => start + last(intervals, left),
            PieceHours::None => start,
        }
    }

    /// Whether there is business time on `day` or later.
    pub(crate) fn goes_on(&self, day: Day) -> bool {
        let ends = self.pieces.iter().skip(1).map(|next| next.first);
        let ends = ends.chain([Day::MAX]);
        let later = self.pieces.iter().zip(ends).filter(|(_, end)| *end > day);
        later.into_iter().any(|(piece, _)| match &piece.hours {
            PieceHours::Weekly(index) => self.week(*index).0 > 0,
            PieceHours::Dated(intervals) => !intervals.is_empty(),
            PieceHours::None => false,
        })
    }

    /// The hours of a day, in seconds of its wall clock.
    pub(crate) fn hours(&self, day: Day) -> &[Interval] {
        let piece = self.piece(|piece| piece.first <= day);
        match piece.map(|piece| &piece.hours) {
            Some(PieceHours::Weekly(index)) => &self.weeks[*index].days[weekday(day)],
            Some(PieceHours::Dated(intervals)) => intervals,
            Some(PieceHours::None) | None => &[],
        }
    }

    /// Business time of a week under that pattern, in microseconds, and on how many of its days there is some.
    pub(crate) fn week(&self, pattern: usize) -> (i64, u32) {
        let week = self.weeks.get(pattern);
        week.map_or((0, 0), |week| (week.before[7], week.days_with_hours()))
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

fn pattern_starts(weekly: &[Pattern]) -> BTreeMap<Day, usize> {
    let start = |pattern: &Pattern| pattern.valid_from.map_or(BEFORE_ALL, day_of);
    weekly.iter().map(start).zip(0..).collect()
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
