//! Business time between instants, and instants a given business time away.
//!
//! Instants are read to the microsecond; what is finer is dropped.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Calendar, Interval};
use crate::measure::{DAY, SECOND};
use crate::zone::{self, Stretch};

/// Why there is no such instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfReach {
    /// An amount below zero has no meaning here.
    #[error("an amount of business time cannot be negative")]
    Negative,
    /// The calendar has not so much business time between there and the end of the years -9999 to 9999.
    #[error("the calendar never comes to so much business time")]
    Never,
}

/// A stretch of business time: `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Calendar {
    /// Whether `instant` is business time.
    pub fn is_open(&self, instant: Timestamp) -> bool {
        let (day, second) = self.wall_clock(instant);
        holds(self.measure().hours(day), second)
    }

    /// Whether the local date of `instant` is a holiday.
    pub fn on_holiday(&self, instant: Timestamp) -> bool {
        self.measure().is_holiday(self.wall_clock(instant).0)
    }

    /// Whether `instant` lies in a break, business time or not.
    pub fn on_break(&self, instant: Timestamp) -> bool {
        let (day, second) = self.wall_clock(instant);
        holds(self.measure().breaks(day), second)
    }

    /// The business time within `[from, to)`; zero if `to <= from`.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let (from, to) = (from.as_microsecond(), to.as_microsecond());
        if to <= from {
            return SignedDuration::ZERO;
        }
        let stretches = zone::from(&self.time_zone, from).take_while(|stretch| stretch.start < to);
        let micros = stretches
            .map(|stretch| self.in_stretch(&stretch, stretch.start, stretch.end.min(to)))
            .sum();
        SignedDuration::from_micros(micros)
    }

    /// The first instant `t >= start` with `elapsed(start, t) >= amount`: eight hours from the opening of an eight-hour
    /// day is its closing.
    ///
    /// # Errors
    /// See [`OutOfReach`].
    pub fn reach(&self, start: Timestamp, amount: SignedDuration) -> Result<Timestamp, OutOfReach> {
        let (start, mut left) = (start.as_microsecond(), amount_in(amount)?);
        if left == 0 {
            return Ok(zone::stamp(start));
        }
        for stretch in zone::from(&self.time_zone, start) {
            let here = self.in_stretch(&stretch, stretch.start, stretch.end);
            if here >= left {
                let enough = |t: i64| self.in_stretch(&stretch, stretch.start, t) >= left;
                return Ok(zone::stamp(first(stretch.start, stretch.end, enough)));
            }
            left -= here;
        }
        Err(OutOfReach::Never)
    }

    /// The first business instant at or after [`Calendar::reach`]: the next opening, where that is a closing.
    ///
    /// # Errors
    /// See [`OutOfReach`].
    pub fn reach_open(
        &self,
        start: Timestamp,
        amount: SignedDuration,
    ) -> Result<Timestamp, OutOfReach> {
        self.next_open(self.reach(start, amount)?)
    }

    /// The last instant `t <= start` with `elapsed(t, start) >= amount`.
    ///
    /// # Errors
    /// See [`OutOfReach`].
    pub fn back(&self, start: Timestamp, amount: SignedDuration) -> Result<Timestamp, OutOfReach> {
        let (start, mut left) = (start.as_microsecond(), amount_in(amount)?);
        if left == 0 {
            return Ok(zone::stamp(start));
        }
        for stretch in zone::until(&self.time_zone, start) {
            let here = self.in_stretch(&stretch, stretch.start, stretch.end);
            if here >= left {
                // The last that has enough stands before the first that has not.
                let short = |t: i64| self.in_stretch(&stretch, t, stretch.end) < left;
                return Ok(zone::stamp(first(stretch.start, stretch.end, short) - 1));
            }
            left -= here;
        }
        Err(OutOfReach::Never)
    }

    /// The first business instant at or after `instant`.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn next_open(&self, instant: Timestamp) -> Result<Timestamp, OutOfReach> {
        // Hours begin and end on whole seconds: a microsecond of them reaches from its own beginning.
        let after = self.reach(instant, MICROSECOND)?;
        Ok(zone::stamp(after.as_microsecond() - 1))
    }

    /// The last instant at or before `instant` up to which there was business time: `instant` itself during business
    /// time, else the closing before it.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn prev_open(&self, instant: Timestamp) -> Result<Timestamp, OutOfReach> {
        if self.is_open(instant) {
            return Ok(instant);
        }
        let before = self.back(instant, MICROSECOND)?;
        Ok(zone::stamp(before.as_microsecond() + 1))
    }

    /// The stretches of business time within `[from, to)`, ascending; such as touch are one.
    pub fn intervals(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Open> {
        let (mut at, to) = (from, to);
        std::iter::from_fn(move || {
            let start = self.next_open(at).ok().filter(|start| *start < to)?;
            let end = self.closing_after(start).min(to);
            at = end;
            Some(Open { start, end })
        })
    }

    /// When the business time that holds at `open` ends.
    fn closing_after(&self, open: Timestamp) -> Timestamp {
        let mut end = open.as_microsecond();
        for stretch in zone::from(&self.time_zone, end) {
            // Day by day, as long as each begins where the one before has ended.
            while end < stretch.end {
                let local = stretch.local(end);
                let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
                let covering = self
                    .measure()
                    .hours(day)
                    .iter()
                    .find(|hours| covers(hours, time));
                let Some(hours) = covering else {
                    return zone::stamp(end);
                };
                let closing = day * DAY + i64::from(hours.end) * SECOND;
                end = stretch.instant(closing).min(stretch.end);
            }
        }
        zone::stamp(end)
    }

    fn in_stretch(&self, stretch: &Stretch, from: i64, to: i64) -> i64 {
        self.measure().at(stretch.local(to)) - self.measure().at(stretch.local(from))
    }

    /// The local date in days since 1970, and the second of that day, as the wall clock shows them.
    fn wall_clock(&self, instant: Timestamp) -> (i64, u32) {
        let offset = i64::from(self.time_zone.to_offset(instant).seconds());
        let local = instant.as_microsecond() + offset * SECOND;
        let second = local.rem_euclid(DAY) / SECOND;
        (
            local.div_euclid(DAY),
            u32::try_from(second).unwrap_or_default(),
        )
    }
}

const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

fn holds(hours: &[Interval], second: u32) -> bool {
    hours
        .iter()
        .any(|hours| hours.start <= second && second < hours.end)
}

fn covers(hours: &Interval, time: i64) -> bool {
    i64::from(hours.start) * SECOND <= time && time < i64::from(hours.end) * SECOND
}

/// The amount in microseconds.
fn amount_in(amount: SignedDuration) -> Result<i64, OutOfReach> {
    let micros = i64::try_from(amount.as_micros()).map_err(|_| OutOfReach::Never)?;
    if amount.is_negative() {
        Err(OutOfReach::Negative)
    } else {
        Ok(micros)
    }
}

/// The first number in `(low, high]` of which `holds` is true; it is true of `high`, and of all after the first.
fn first(low: i64, high: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (low, high);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
