//! Instants as people say them.

use jiff::tz::TimeZone;
use khidma_kernel::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// To the microsecond, as everywhere in Khidma.
fn instant(time: prost_types::Timestamp) -> Timestamp {
    Timestamp::from_micros(
        time.seconds
            .saturating_mul(1_000_000)
            .saturating_add(i64::from(time.nanos / 1000)),
    )
}

/// As RFC 3339 has it, to the microsecond.
pub(crate) fn rfc3339(time: prost_types::Timestamp) -> String {
    instant(time).to_string()
}

/// `22 Nov 2026 10:31`, in `zone`; empty for none.
pub(super) fn absolute(time: Option<prost_types::Timestamp>, zone: &TimeZone) -> String {
    time.map(|time| absolute_at(instant(time), zone))
        .unwrap_or_default()
}

/// `22 Nov 2026 10:31`, in `zone`.
pub(super) fn absolute_at(time: Timestamp, zone: &TimeZone) -> String {
    formatted(time, zone, "%-d %b %Y %H:%M")
}

/// `22 Nov 2026 10:31:07`, in `zone`.
pub(super) fn to_the_second(time: Timestamp, zone: &TimeZone) -> String {
    formatted(time, zone, "%-d %b %Y %H:%M:%S")
}

/// `22 Nov 2026 10:31:07`, in `zone`; empty for none.
pub(super) fn exact(time: Option<prost_types::Timestamp>, zone: &TimeZone) -> String {
    time.map(|time| to_the_second(instant(time), zone))
        .unwrap_or_default()
}

/// `10:31:07`, in `zone`; empty for none.
pub(super) fn time_of_day(time: Option<prost_types::Timestamp>, zone: &TimeZone) -> String {
    time.map(|time| formatted(instant(time), zone, "%H:%M:%S"))
        .unwrap_or_default()
}

/// The time of day of what was today, `now` being now; of what was on another day, the day too.
pub(super) fn time_or_day(
    time: Option<prost_types::Timestamp>,
    now: Timestamp,
    zone: &TimeZone,
) -> String {
    let day = |time: Timestamp| formatted(time, zone, "%F");
    match time.map(instant) {
        Some(at) if day(at) != day(now) => absolute(time, zone),
        _ => time_of_day(time, zone),
    }
}

fn formatted(time: Timestamp, zone: &TimeZone, format: &str) -> String {
    jiff::Timestamp::from(time)
        .to_zoned(zone.clone())
        .strftime(format)
        .to_string()
}

/// `just now`, `3 min ago`, `in 2 h`; empty for none.
pub(super) fn relative(time: Option<prost_types::Timestamp>, now: Timestamp) -> String {
    let Some(time) = time else {
        return String::new();
    };
    let seconds = now.as_seconds() - instant(time).as_seconds();
    let length = match seconds.abs() {
        0..5 => return "just now".to_owned(),
        length @ 5..MINUTE => format!("{length} s"),
        length @ MINUTE..HOUR => format!("{} min", length / MINUTE),
        length @ HOUR..DAY => format!("{} h", length / HOUR),
        length => format!("{} d", length / DAY),
    };
    if seconds < 0 {
        format!("in {length}")
    } else {
        format!("{length} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<prost_types::Timestamp> {
        Some(prost_types::Timestamp { seconds, nanos: 0 })
    }

    #[test]
    fn times_are_local() {
        let rome = TimeZone::get("Europe/Rome").unwrap();
        assert_eq!(absolute(at(1_700_000_000), &rome), "14 Nov 2023 23:13");
        assert_eq!(time_of_day(at(1_700_000_000), &TimeZone::UTC), "22:13:20");
        assert_eq!(absolute(None, &rome), "");
    }

    #[test]
    fn the_day_is_told_of_what_was_on_another() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let told = |seconds| time_or_day(at(seconds), now, &TimeZone::UTC);
        assert_eq!(told(1_699_999_999), "22:13:19");
        assert_eq!(
            told(1_699_900_000),
            absolute(at(1_699_900_000), &TimeZone::UTC)
        );
        assert_eq!(time_or_day(None, now, &TimeZone::UTC), "");
    }

    #[test]
    fn distances_are_in_the_largest_fitting_unit() {
        let now = Timestamp::EPOCH.plus_seconds(1_000_000);
        let said = |ago: i64| relative(at(1_000_000 - ago), now);
        assert_eq!(said(0), "just now");
        assert_eq!(said(59), "59 s ago");
        assert_eq!(said(60), "1 min ago");
        assert_eq!(said(7200), "2 h ago");
        assert_eq!(said(3 * DAY), "3 d ago");
        assert_eq!(said(-7 * DAY), "in 7 d");
    }
}
