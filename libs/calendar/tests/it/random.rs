//! Random calendars around moments at which wall clocks do something unusual.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan};
use khidma_calendar::{CalendarSpec, DatedHours, Holiday, LocalInterval, WeeklyPattern};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

/// A zone, and a moment at which its wall clock does something unusual.
const HARD: [(&str, &str); 14] = [
    ("Asia/Tehran", "2021-03-21T20:30:00Z"),
    ("Asia/Tehran", "2021-09-21T19:30:00Z"),
    ("Australia/Lord_Howe", "2023-10-01T15:30:00Z"),
    ("Australia/Lord_Howe", "2024-04-06T15:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Asia/Almaty", "2024-02-29T19:00:00Z"),
    ("America/Sao_Paulo", "2017-10-15T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("Europe/Rome", "2025-03-30T01:00:00Z"),
    ("Europe/Rome", "2025-10-26T01:00:00Z"),
    ("Europe/Rome", "2107-03-27T01:00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    ("Africa/Casablanca", "2026-02-15T02:00:00Z"),
    ("UTC", "2024-02-29T00:00:00Z"),
];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A hard zone at its moment, or any zone at any moment since offsets are whole minutes.
fn places() -> impl Strategy<Value = (String, Timestamp)> {
    let hard = proptest::sample::select(&HARD[..])
        .prop_map(|(zone, moment)| (zone.to_owned(), moment.parse().unwrap()));
    let names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| khidma_calendar::time_zone(name).is_some())
        .collect();
    let any = (proptest::sample::select(names), 1_300_000..70_000_000_i64)
        .prop_map(|(zone, minute)| (zone, Timestamp::from_second(minute * 60).unwrap()));
    prop_oneof![2 => hard, 1 => any]
}

/// One to three intervals of a day that do not overlap, on whole `step`s of seconds. With `nights` they begin after
/// 07:30, and the last may go through midnight until before that.
fn hours(step: u32, nights: bool) -> impl Strategy<Value = Vec<LocalInterval>> {
    let earliest = if nights { 27_000 } else { 0 };
    let bounds = btree_set(earliest / step..=86_400 / step, 2..=6);
    let until = 0..27_000 / step;
    (bounds, any::<bool>(), until).prop_map(move |(bounds, night, until)| {
        let bounds: Vec<u32> = bounds.into_iter().collect();
        let pairs = bounds.chunks_exact(2);
        let mut hours: Vec<_> = pairs
            .map(|pair| interval(pair[0] * step, pair[1] * step))
            .collect();
        if nights
            && night
            && let Some(last) = hours.last_mut()
        {
            last.end = interval(0, until * step).end;
        }
        hours
    })
}

/// An interval in seconds of the day.
pub(crate) fn interval(start: u32, end: u32) -> LocalInterval {
    let text = |time: u32| {
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        match second {
            0 => format!("{hour:02}:{minute:02}"),
            second => format!("{hour:02}:{minute:02}:{second:02}"),
        }
    };
    LocalInterval {
        start: text(start),
        end: text(end),
    }
}

type Days = BTreeMap<i64, Vec<LocalInterval>>;
type Week = BTreeMap<String, Vec<LocalInterval>>;

fn week(step: u32, nights: bool) -> impl Strategy<Value = Week> {
    let days = proptest::sample::select(&DAYS[..]).prop_map(str::to_owned);
    btree_map(days, hours(step, nights), 1..=7)
}

/// A calendar with up to three patterns, up to three shifts, breaks and holidays each, all within two weeks of the
/// moment; and the moment.
pub(crate) fn calendar(step: u32) -> impl Strategy<Value = (CalendarSpec, Timestamp)> {
    any::<bool>().prop_flat_map(move |nights| {
        let dates = || btree_map(-14_i64..14, hours(step, nights), 0..=3);
        let later = btree_map(-10_i64..10, week(step, nights), 0..=2);
        let holidays = vec(-14_i64..14, 0..=3);
        let weekly = (prop::option::weighted(0.9, week(step, nights)), later);
        (places(), weekly, dates(), dates(), holidays).prop_map(written)
    })
}

type Parts = (
    (String, Timestamp),
    (Option<Week>, BTreeMap<i64, Week>),
    Days,
    Days,
    Vec<i64>,
);

fn written(parts: Parts) -> (CalendarSpec, Timestamp) {
    let ((time_zone, moment), (first, later), shifts, breaks, mut holidays) = parts;
    let base = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = |days: i64| base.checked_add(days.days()).unwrap().to_string();
    let dated = |entries: Days| {
        let one = |(day, intervals)| DatedHours {
            date: date(day),
            intervals,
        };
        entries.into_iter().map(one).collect::<Vec<_>>()
    };
    let always = first.map(|days| WeeklyPattern {
        valid_from: None,
        days,
    });
    let later = later.into_iter().map(|(day, days)| WeeklyPattern {
        valid_from: Some(date(day)),
        days,
    });
    holidays.sort_unstable();
    holidays.dedup();
    let holidays = holidays.into_iter().map(|day| Holiday {
        date: date(day),
        name: String::new(),
    });
    let spec = CalendarSpec {
        name: "Random".into(),
        time_zone,
        weekly: always.into_iter().chain(later).collect(),
        shifts: dated(shifts),
        breaks: dated(breaks),
        holidays: holidays.collect(),
    };
    (spec, moment)
}

/// Two weeks before the moment, on a whole minute.
pub(crate) fn window(moment: Timestamp) -> Timestamp {
    moment - SignedDuration::from_hours(14 * 24)
}
