//! Business time between instants, and instants a given business time away.
//!
//! Instants are read to the microsecond; what is finer is dropped. With G(t) as the business time before t
//! ([`crate::timeline`]) there is a last instant at which G is no more than some amount, and one microsecond later G is
//! more: from this one inverse come all the answers that are instants.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::Calendar;
use crate::intervals::hold;
use crate::measure::{DAY, Day, SECOND};
use crate::zone::{micros, stamp};

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
        hold(self.timeline().measure().hours(day), second)
    }

    /// Whether the local date of `instant` is a holiday.
    pub fn on_holiday(&self, instant: Timestamp) -> bool {
        let (day, _) = self.wall_clock(instant);
        self.timeline().measure().is_holiday(day)
    }

    /// Whether `instant` lies in a break, business time or not.
    pub fn on_break(&self, instant: Timestamp) -> bool {
        let (day, second) = self.wall_clock(instant);
        hold(self.timeline().measure().breaks(day), second)
    }

    /// The business time within `[from, to)`; zero if `to <= from`.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to <= from {
            return SignedDuration::ZERO;
        }
        SignedDuration::from_micros(self.before(to) - self.before(from))
    }

    /// The business time before `instant` since some beginning, in microseconds. It says nothing by itself: with it,
    /// many a [`Calendar::elapsed`] between few instants costs a subtraction.
    pub fn before(&self, instant: Timestamp) -> i64 {
        self.timeline().before(micros(instant))
    }

    /// The first instant `t >= start` with `elapsed(start, t) >= amount`: eight hours from the opening of an eight-hour
    /// day is its closing.
    ///
    /// # Errors
    /// See [`OutOfReach`].
    pub fn reach(&self, start: Timestamp, amount: SignedDuration) -> Result<Timestamp, OutOfReach> {
        let amount = amount_in(amount)?;
        if amount == 0 {
            return Ok(start);
        }
        let timeline = self.timeline();
        let wanted = timeline.before(micros(start)).checked_add(amount);
        // Just after the last instant at which it is not yet so much.
        let short = wanted.and_then(|wanted| timeline.last(wanted - 1));
        short.map(|short| stamp(short + 1)).ok_or(OutOfReach::Never)
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
        let amount = amount_in(amount)?;
        if amount == 0 {
            return Ok(start);
        }
        let timeline = self.timeline();
        let left = timeline.before(micros(start)) - amount;
        timeline.last(left).map(stamp).ok_or(OutOfReach::Never)
    }

    /// The first business instant at or after `instant`.
    ///
    /// # Errors
    /// [`OutOfReach::Never`].
    pub fn next_open(&self, instant: Timestamp) -> Result<Timestamp, OutOfReach> {
        if self.is_open(instant) {
            return Ok(instant);
        }
        let timeline = self.timeline();
        let opening = timeline.last(timeline.before(micros(instant)));
        opening.map(stamp).ok_or(OutOfReach::Never)
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
        let timeline = self.timeline();
        let within = timeline.last(timeline.before(micros(instant)) - 1);
        within
            .map(|within| stamp(within + 1))
            .ok_or(OutOfReach::Never)
    }

    /// The stretches of business time within `[from, to)`, ascending; such as touch are one.
    pub fn intervals(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Open> {
        let mut at = from;
        std::iter::from_fn(move || {
            let start = self.next_open(at).ok().filter(|start| *start < to)?;
            let end = self.closing_after(start, to);
            at = end;
            Some(Open { start, end })
        })
    }

    /// When the business time that holds at `open` ends, or `limit`.
    fn closing_after(&self, open: Timestamp, limit: Timestamp) -> Timestamp {
        let (mut end, last) = (micros(open), micros(limit));
        // Day by day, and over changes of the offset, as long as each begins where the one before has ended.
        while end < last {
            let Some(span) = self.timeline().span(end) else {
                break;
            };
            let local = span.local(end);
            let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
            let hours = self.timeline().measure().hours(day).iter();
            let covering = hours.map(|hours| (i64::from(hours.start), i64::from(hours.end)));
            let Some((_, closing)) = covering
                .map(|(start, end)| (start * SECOND, end * SECOND))
                .find(|(start, end)| *start <= time && time < *end)
            else {
                break;
            };
            end = span.instant(day * DAY + closing);
        }
        stamp(end).min(limit)
    }

    /// The local date in days since 1970, and the second of that day, as the wall clock shows them.
    fn wall_clock(&self, instant: Timestamp) -> (Day, u32) {
        let instant = micros(instant);
        let span = self.timeline().span(instant);
        let local = span.map_or(instant, |span| span.local(instant));
        let second = u32::try_from(local.rem_euclid(DAY) / SECOND);
        (local.div_euclid(DAY), second.unwrap_or_default())
    }
}

/// The amount in microseconds; a part of one counts as a whole.
fn amount_in(amount: SignedDuration) -> Result<i64, OutOfReach> {
    if amount.is_negative() {
        return Err(OutOfReach::Negative);
    }
    let whole = i64::try_from(amount.as_nanos().div_euclid(1000)).map_err(|_| OutOfReach::Never)?;
    let part = amount.subsec_nanos() % 1000 != 0;
    whole.checked_add(i64::from(part)).ok_or(OutOfReach::Never)
}
