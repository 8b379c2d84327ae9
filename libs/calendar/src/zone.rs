//! Where a zone's offset from UTC holds: between two of its changes the local wall clock runs evenly.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::measure::{Local, SECOND};

/// A stretch of time with one offset; instants in microseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Its first instant.
    pub start: i64,
    /// The first instant after it.
    pub end: i64,
    /// What the local wall clock is ahead of UTC, in microseconds.
    pub offset: i64,
}

impl Stretch {
    /// What the wall clock shows at `instant`, just before a change at its end too.
    pub(crate) fn local(&self, instant: i64) -> Local {
        instant + self.offset
    }

    /// When the wall clock shows `local` in this stretch.
    pub(crate) fn instant(&self, local: Local) -> i64 {
        local - self.offset
    }
}

/// The first and the last instant there is, in microseconds.
pub(crate) fn range() -> (i64, i64) {
    (
        Timestamp::MIN.as_microsecond(),
        Timestamp::MAX.as_microsecond(),
    )
}

/// The stretches from the one that holds at `instant` on, ascending, cut to begin at `instant`.
pub(crate) fn from(zone: &TimeZone, instant: i64) -> impl Iterator<Item = Stretch> {
    let (_, last) = range();
    let now = stamp(instant);
    let mut next = Some((instant, micros(zone.to_offset(now))));
    let mut changes = zone.following(now);
    std::iter::from_fn(move || {
        let (start, offset) = next.take()?;
        let change = changes.next();
        let end = change
            .as_ref()
            .map_or(last, |change| change.timestamp().as_microsecond());
        next = change.map(|change| (end, micros(change.offset())));
        Some(Stretch { start, end, offset })
    })
}

/// The stretches up to `instant`, descending, the first one cut to end there.
pub(crate) fn until(zone: &TimeZone, instant: i64) -> impl Iterator<Item = Stretch> {
    let (first, _) = range();
    let mut end = Some(instant);
    // Changes before `instant`; one at it does not matter for what ends there.
    let mut changes = zone.preceding(stamp(instant));
    std::iter::from_fn(move || {
        let stop = end.take()?;
        let change = changes.next();
        let start = change
            .as_ref()
            .map_or(first, |change| change.timestamp().as_microsecond());
        let offset = match &change {
            Some(change) => micros(change.offset()),
            None => micros(zone.to_offset(stamp(first))),
        };
        end = change.map(|_| start);
        Some(Stretch {
            start,
            end: stop,
            offset,
        })
    })
}

fn micros(offset: jiff::tz::Offset) -> i64 {
    i64::from(offset.seconds()) * SECOND
}

/// The instant, or the nearest there is.
pub(crate) fn stamp(instant: i64) -> Timestamp {
    let (first, last) = range();
    Timestamp::from_microsecond(instant.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH)
}
