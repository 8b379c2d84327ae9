//! Quiet hours: when a person does not want to be disturbed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use khidma_events::directory::QuietHours;
use khidma_kernel::Timestamp;

use crate::digest::time_of_day;

/// When the quiet hours end in which `now` lies; `None` if it lies in none. They may go over midnight. What is no time or
/// zone is no quiet hours. Where clocks are put on or back, they are rather longer than shorter: no time of day in them is
/// ever outside.
pub fn until(quiet: &QuietHours, now: Timestamp) -> Option<Timestamp> {
    let start = time_of_day(&quiet.start)?;
    let end = time_of_day(&quiet.end)?;
    let zone = TimeZone::get(&quiet.time_zone).ok()?;
    let now = jiff::Timestamp::from(now);
    let today = now.to_zoned(zone.clone()).date();
    if start == end {
        return None;
    }
    // Those that began yesterday may go on.
    [today.yesterday().ok(), Some(today)]
        .into_iter()
        .flatten()
        .filter_map(|day| {
            let last: Date = if end < start {
                day.tomorrow().ok()?
            } else {
                day
            };
            let from = zone.to_ambiguous_zoned(day.to_datetime(start));
            let until = zone.to_ambiguous_zoned(last.to_datetime(end));
            let from = from.earlier().ok()?.timestamp();
            let until = until.later().ok()?.timestamp();
            (from..until).contains(&now).then(|| until.into())
        })
        .max()
}

#[cfg(test)]
mod tests {
    use jiff::civil::Time;
    use proptest::prelude::*;

    use super::*;

    fn hours(time_zone: &str, start: &str, end: &str) -> QuietHours {
        QuietHours {
            time_zone: time_zone.into(),
            start: start.into(),
            end: end.into(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_night_goes_over_midnight() {
        let night = hours("Asia/Tehran", "22:00", "07:00");
        for (now, until_then) in [
            ("2026-03-02T18:29:59Z", None),
            ("2026-03-02T18:30:00Z", Some("2026-03-03T03:30:00Z")),
            ("2026-03-02T21:00:00Z", Some("2026-03-03T03:30:00Z")),
            ("2026-03-03T03:29:59Z", Some("2026-03-03T03:30:00Z")),
            ("2026-03-03T03:30:00Z", None),
        ] {
            assert_eq!(until(&night, at(now)), until_then.map(at), "{now}");
        }
    }

    #[test]
    fn an_hour_that_is_left_out_or_comes_twice_disturbs_nobody() {
        // In Rome 02:00 to 03:00 is left out on 29 March 2026, and comes twice on 25 October.
        let night = hours("Europe/Rome", "23:00", "02:30");
        assert_eq!(
            until(&night, at("2026-03-29T00:30:00Z")),
            Some(at("2026-03-29T01:30:00Z"))
        );
        assert_eq!(
            until(&night, at("2026-10-25T00:45:00Z")),
            Some(at("2026-10-25T01:30:00Z"))
        );
        let from_the_gap = hours("Europe/Rome", "02:30", "06:00");
        assert_eq!(
            until(&from_the_gap, at("2026-03-29T01:00:00Z")),
            Some(at("2026-03-29T04:00:00Z"))
        );
    }

    #[test]
    fn what_is_no_time_of_day_is_no_quiet_hours() {
        for (zone, start, end) in [
            ("Europe/Rome", "25:00", "07:00"),
            ("Europe/Rome", "22", "07:00"),
            ("Mars/Olympus", "22:00", "07:00"),
            ("Europe/Rome", "07:00", "07:00"),
        ] {
            assert_eq!(
                until(&hours(zone, start, end), at("2026-03-02T23:00:00Z")),
                None
            );
        }
    }

    proptest! {
        /// Whatever the zone and the hours: what is sent when they end, or when there are none, is sent at a time of day
        /// outside them.
        #[test]
        fn nothing_is_sent_at_a_quiet_time_of_day(
            zone in prop::sample::select(vec![
                "UTC", "Europe/Rome", "America/St_Johns", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia",
                "Africa/Casablanca", "Asia/Ho_Chi_Minh", "Asia/Tokyo",
            ]),
            (start, end) in (0_i8..48, 0_i8..48),
            now in 1_262_304_000_i64..1_893_456_000,
        ) {
            let text = |half: i8| format!("{:02}:{:02}", half / 2, half % 2 * 30);
            let quiet = hours(zone, &text(start), &text(end));
            let now = Timestamp::from_micros(now * 1_000_000);
            let sent = until(&quiet, now).unwrap_or(now);
            prop_assert!(sent >= now);
            let wall = jiff::Timestamp::from(sent).in_tz(zone).unwrap().time();
            let time = |half: i8| Time::new(half / 2, half % 2 * 30, 0, 0).unwrap();
            let is_quiet = if start <= end {
                time(start) <= wall && wall < time(end)
            } else {
                wall >= time(start) || wall < time(end)
            };
            prop_assert!(!is_quiet, "{} is quiet in {:?}", wall, quiet);
        }
    }
}
