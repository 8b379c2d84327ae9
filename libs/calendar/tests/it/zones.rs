//! Days that are longer, shorter, or not there at all.

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, LocalInterval, WeeklyPattern};

/// Open all day, every day.
pub(crate) fn always(zone: &str) -> Calendar {
    daily(zone, "00:00", "24:00")
}

fn daily(zone: &str, start: &str, end: &str) -> Calendar {
    let hours = LocalInterval {
        start: start.into(),
        end: end.into(),
    };
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let spec = CalendarSpec {
        name: "Daily".into(),
        time_zone: zone.into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days
                .into_iter()
                .map(|day| (day.to_owned(), vec![hours.clone()]))
                .collect(),
        }],
        ..CalendarSpec::default()
    };
    Calendar::compile(&spec).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn open_all_day_counts_every_instant_in_every_zone() {
    for zone in [
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Almaty",
        "America/Sao_Paulo",
        "Europe/Rome",
    ] {
        let (from, to) = (at("2009-01-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
        assert_eq!(
            always(zone).elapsed(from, to),
            to.duration_since(from),
            "{zone}"
        );
        assert_eq!(always(zone).intervals(from, to).count(), 1, "{zone}");
    }
}

#[test]
fn an_hour_that_happens_twice_counts_twice_and_one_that_never_happens_never() {
    let night = daily("Europe/Rome", "01:00", "04:00");
    let hours = |date: &str| {
        let noon = at(&format!("{date}T12:00:00Z"));
        night.elapsed(noon - SignedDuration::from_hours(24), noon)
    };
    assert_eq!(hours("2025-03-29"), SignedDuration::from_hours(3));
    assert_eq!(hours("2025-03-30"), SignedDuration::from_hours(2));
    assert_eq!(hours("2025-10-26"), SignedDuration::from_hours(4));
    // Half an hour on Lord Howe Island; a midnight that does not happen in Tehran and Sao Paulo.
    let (from, to) = (at("2023-09-30T13:00:00Z"), at("2023-10-01T13:00:00Z"));
    let half = daily("Australia/Lord_Howe", "01:00", "03:00").elapsed(from, to);
    assert_eq!(half, SignedDuration::from_mins(90));
    let (from, to) = (at("2021-03-21T12:00:00Z"), at("2021-03-22T12:00:00Z"));
    let midnight = daily("Asia/Tehran", "00:00", "02:00").elapsed(from, to);
    assert_eq!(midnight, SignedDuration::from_hours(1));
}

#[test]
fn a_day_that_was_skipped_has_no_hours() {
    let apia = daily("Pacific/Apia", "09:00", "17:00");
    // The 30th of December 2011 did not happen: after the 29th came the 31st.
    let (from, to) = (at("2011-12-29T10:00:00Z"), at("2011-12-31T10:00:00Z"));
    assert_eq!(apia.elapsed(from, to), SignedDuration::from_hours(16));
    let closing = at("2011-12-30T03:00:00Z");
    assert_eq!(
        apia.reach_open(closing, SignedDuration::ZERO).unwrap(),
        at("2011-12-30T19:00:00Z")
    );
}

#[test]
fn far_futures_keep_their_summer_times() {
    let rome = daily("Europe/Rome", "09:00", "18:00");
    let start = at("2025-01-01T00:00:00Z");
    let due = rome
        .reach(start, SignedDuration::from_hours(9 * 365 * 500))
        .unwrap();
    assert_eq!(
        rome.elapsed(start, due),
        SignedDuration::from_hours(9 * 365 * 500)
    );
    assert_eq!(
        rome.back(due, SignedDuration::from_hours(9 * 365 * 500))
            .unwrap(),
        at("2025-01-01T08:00:00Z")
    );
}
