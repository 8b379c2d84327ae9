//! Random calendars in zones that are hard, around the weeks where they are: every answer is that of the oracle.

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp, ToSpan};
use khidma_calendar::{
    Calendar, CalendarSpec, DatedHours, Holiday, LocalInterval, OutOfReach, WeeklyPattern,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use crate::oracle::Oracle;

/// A zone, and a moment at which its wall clock does something unusual.
const HARD: [(&str, &str); 12] = [
    ("Asia/Tehran", "2021-03-21T20:30:00Z"),
    ("Asia/Tehran", "2021-09-21T19:30:00Z"),
    ("Australia/Lord_Howe", "2023-10-01T15:30:00Z"),
    ("Australia/Lord_Howe", "2024-04-06T15:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Asia/Almaty", "2024-02-29T18:00:00Z"),
    ("America/Sao_Paulo", "2017-10-15T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("Europe/Rome", "2025-03-30T01:00:00Z"),
    ("Europe/Rome", "2025-10-26T01:00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    ("UTC", "2024-02-29T00:00:00Z"),
];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes the oracle counts: two weeks before the moment and two after.
const MINUTES: usize = 28 * 24 * 60;
/// Questions asked of each calendar.
const QUESTIONS: usize = 300;
const CALENDARS: u32 = 180;

/// One to three intervals of a day that do not overlap, the last perhaps through midnight into the small hours.
fn hours() -> impl Strategy<Value = Vec<LocalInterval>> {
    let bounds = proptest::collection::btree_set(30_u32..96, 2..=6);
    (bounds, any::<bool>(), 0_u32..29).prop_map(|(bounds, night, until)| {
        let bounds: Vec<u32> = bounds.into_iter().collect();
        let mut hours: Vec<LocalInterval> = bounds
            .chunks_exact(2)
            .map(|pair| interval(pair[0], pair[1]))
            .collect();
        if night && let Some(last) = hours.last_mut() {
            last.end = interval(0, until).end;
        }
        hours
    })
}

/// An interval in quarters of an hour.
fn interval(start: u32, end: u32) -> LocalInterval {
    let text = |quarter: u32| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
    LocalInterval {
        start: text(start),
        end: text(end),
    }
}

fn week() -> impl Strategy<Value = std::collections::BTreeMap<String, Vec<LocalInterval>>> {
    btree_map(
        proptest::sample::select(&DAYS[..]).prop_map(str::to_owned),
        hours(),
        1..=7,
    )
}

/// A calendar whose exceptions lie in the month around the moment.
fn calendar() -> impl Strategy<Value = (CalendarSpec, Timestamp)> {
    let dates = || proptest::collection::btree_map(-14_i64..14, hours(), 0..=3);
    let holidays = proptest::collection::btree_set(-14_i64..14, 0..=3);
    let zones = proptest::sample::select(&HARD[..]);
    (
        zones,
        week(),
        proptest::option::of((-10_i64..10, week())),
        dates(),
        dates(),
        holidays,
    )
        .prop_map(|((zone, moment), first, later, shifts, breaks, holidays)| {
            let moment: Timestamp = moment.parse().unwrap();
            let base = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
            let date = |days: i64| base.checked_add(days.days()).unwrap().to_string();
            let dated = |entries: std::collections::BTreeMap<i64, Vec<LocalInterval>>| {
                let one = |(day, intervals)| DatedHours {
                    date: date(day),
                    intervals,
                };
                entries.into_iter().map(one).collect::<Vec<_>>()
            };
            let mut weekly = vec![WeeklyPattern {
                valid_from: None,
                days: first,
            }];
            if let Some((day, days)) = later {
                weekly.push(WeeklyPattern {
                    valid_from: Some(date(day)),
                    days,
                });
            }
            let holidays = holidays.into_iter().map(|day| Holiday {
                date: date(day),
                name: String::new(),
            });
            let spec = CalendarSpec {
                name: "Random".into(),
                time_zone: zone.into(),
                weekly,
                shifts: dated(shifts),
                breaks: dated(breaks),
                holidays: holidays.collect(),
            };
            (spec, moment)
        })
}

#[test]
fn every_answer_is_that_of_the_naive_count() {
    let asked = Cell::new(0_u32);
    let mut runner = TestRunner::new(Config {
        cases: CALENDARS,
        ..Config::default()
    });
    let questions = vec((any::<Index>(), any::<Index>(), 0_u32..3_000), QUESTIONS);
    let ran = runner.run(&(calendar(), questions), |((spec, moment), questions)| {
        let compiled = Calendar::compile(&spec)
            .map_err(|problems| TestCaseError::reject(format!("{problems:?}")))?;
        let start = moment - SignedDuration::from_hours(14 * 24);
        let oracle = Oracle::of(&spec, start, MINUTES);
        for (one, other, amount) in questions {
            agree(
                &compiled,
                &oracle,
                one.index(MINUTES),
                other.index(MINUTES),
                amount,
            )?;
            asked.set(asked.get() + 2);
        }
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
    assert!(
        asked.get() >= 100_000,
        "only {} questions were asked",
        asked.get()
    );
}

fn agree(
    calendar: &Calendar,
    oracle: &Oracle,
    one: usize,
    other: usize,
    amount: u32,
) -> Result<(), TestCaseError> {
    let (from, to) = (oracle.instant(one), oracle.instant(other));
    let minutes = SignedDuration::from_mins(amount.into());
    prop_assert_eq!(
        calendar.is_open(from),
        oracle.is_open(one),
        "is_open {}",
        from
    );
    prop_assert_eq!(
        calendar.elapsed(from, to),
        oracle.elapsed(one, other),
        "{} to {}",
        from,
        to
    );
    let counted = calendar
        .intervals(from, to)
        .map(|open| open.end.duration_since(open.start));
    prop_assert_eq!(
        counted.sum::<SignedDuration>(),
        oracle.elapsed(one, other),
        "intervals {} to {}",
        from,
        to
    );
    if let Some(minute) = oracle.reach(one, amount) {
        let reached = calendar.reach(from, minutes);
        prop_assert_eq!(
            reached,
            Ok(oracle.instant(minute)),
            "reach {} from {}",
            amount,
            from
        );
        if let Some(next) = (minute..MINUTES).find(|minute| oracle.is_open(*minute)) {
            prop_assert_eq!(calendar.reach_open(from, minutes), Ok(oracle.instant(next)));
        }
    }
    if let Some(minute) = oracle.back(one, amount) {
        prop_assert_eq!(
            calendar.back(from, minutes),
            Ok(oracle.instant(minute)),
            "back {} from {}",
            amount,
            from
        );
    }
    Ok(())
}

#[test]
fn what_is_reached_is_the_first_instant_that_has_so_much() {
    let strategy = (calendar(), 0_i64..2_000_000_000, 0_i64..40_000_000_000);
    let mut runner = TestRunner::new(Config {
        cases: 2_000,
        ..Config::default()
    });
    let ran = runner.run(&strategy, |((spec, moment), ahead, amount)| {
        let calendar = Calendar::compile(&spec)
            .map_err(|problems| TestCaseError::reject(format!("{problems:?}")))?;
        let start = moment - SignedDuration::from_micros(ahead * 600);
        let amount = SignedDuration::from_micros(amount);
        let Ok(reached) = calendar.reach(start, amount) else {
            return Ok(());
        };
        prop_assert_eq!(calendar.elapsed(start, reached), amount);
        let before = reached - SignedDuration::from_micros(1);
        prop_assert!(reached == start || calendar.elapsed(start, before) < amount);
        let back = calendar.back(reached, amount).unwrap();
        prop_assert_eq!(calendar.elapsed(back, reached), amount);
        prop_assert!(
            back >= start
                && calendar.elapsed(back + SignedDuration::from_micros(1), reached) < amount
                || amount.is_zero()
        );
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

#[test]
fn what_never_comes_is_said_and_not_looked_for_without_end() {
    let only_once = CalendarSpec {
        name: "Once".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![],
        shifts: vec![DatedHours {
            date: "2025-03-03".into(),
            intervals: vec![interval(36, 72)],
        }],
        ..CalendarSpec::default()
    };
    let calendar = Calendar::compile(&only_once).unwrap();
    let start: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let hours = SignedDuration::from_hours;
    assert_eq!(
        calendar.reach(start, hours(9)).unwrap().to_string(),
        "2025-03-03T17:00:00Z"
    );
    assert_eq!(calendar.reach(start, hours(10)), Err(OutOfReach::Never));
    assert_eq!(calendar.reach_open(start, hours(9)), Err(OutOfReach::Never));
    assert_eq!(calendar.back(start, hours(1)), Err(OutOfReach::Never));
    assert_eq!(calendar.reach(start, -hours(1)), Err(OutOfReach::Negative));
    assert_eq!(calendar.add_days(start, 1), Err(OutOfReach::Never));
}
