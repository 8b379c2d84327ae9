//! Random calendars, in zones that are hard among others: every answer is that of the oracle, and the laws hold.

use std::cell::Cell;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, DatedHours, OutOfReach};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use crate::oracle::Oracle;
use crate::random::{calendar, interval, window};

const MINUTE: i64 = 60_000_000;

/// Runs `law` on random calendars; a failure is made smaller, but not for ever.
fn on_calendars(
    cases: u32,
    step: u32,
    law: impl Fn(&CalendarSpec, &Calendar, Timestamp, &mut Dice) -> TestCaseResult,
) {
    let config = Config {
        cases,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    };
    let ran =
        TestRunner::new(config).run(&(calendar(step), any::<u64>()), |((spec, moment), seed)| {
            let Ok(calendar) = Calendar::compile(&spec) else {
                return Err(TestCaseError::reject("it is no calendar"));
            };
            law(&spec, &calendar, moment, &mut Dice(seed))
        });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

/// Many numbers from one that proptest has drawn (splitmix64: Steele, Lea and Flood, OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) % limit.unsigned_abs()).unwrap()
    }

    /// An instant within `end`: on a whole minute, or a second, or a microsecond.
    fn instant(&mut self, end: i64) -> i64 {
        let grid = [MINUTE, MINUTE, 1_000_000, 1][usize::try_from(self.below(4)).unwrap()];
        self.below(end / grid) * grid
    }
}

/// Asks so many questions of each of so many calendars.
fn agree(calendars: u32, questions: u32, step: u32, days: i64) -> u32 {
    let asked = Cell::new(0);
    on_calendars(calendars, step, |spec, calendar, moment, dice| {
        let start = if step < 60 {
            moment - SignedDuration::from_hours(24)
        } else {
            window(moment)
        };
        let steps = usize::try_from(days * 86_400).unwrap() / step as usize;
        let oracle = Oracle::of(spec, start, step.into(), steps);
        for question in 0..questions {
            let (one, other) = (dice.instant(oracle.end()), dice.instant(oracle.end()));
            let amount = dice.instant(oracle.end() / 4);
            instants_agree(calendar, &oracle, one)?;
            amounts_agree(calendar, &oracle, one, amount)?;
            let (from, to) = (oracle.instant(one), oracle.instant(other));
            let elapsed = oracle.elapsed(one, other);
            prop_assert_eq!(calendar.elapsed(from, to), elapsed, "{} to {}", from, to);
            if question % 8 == 0 {
                let open = calendar.intervals(from, to);
                let counted = open.map(|open| open.end.duration_since(open.start));
                prop_assert_eq!(counted.sum::<SignedDuration>(), elapsed);
            }
        }
        asked.set(asked.get() + questions);
        Ok(())
    });
    asked.get()
}

fn instants_agree(calendar: &Calendar, oracle: &Oracle, at: i64) -> TestCaseResult {
    let instant = oracle.instant(at);
    prop_assert_eq!(
        calendar.is_open(instant),
        oracle.is_open(at),
        "is_open {}",
        instant
    );
    // What lies beyond what the oracle has counted, it does not know.
    if let Some(next) = oracle.next_open(at) {
        prop_assert_eq!(
            calendar.next_open(instant),
            Ok(oracle.instant(next)),
            "next_open {}",
            instant
        );
    }
    if let Some(before) = oracle.prev_open(at) {
        prop_assert_eq!(
            calendar.prev_open(instant),
            Ok(oracle.instant(before)),
            "prev_open {}",
            instant
        );
    }
    Ok(())
}

fn amounts_agree(calendar: &Calendar, oracle: &Oracle, at: i64, amount: i64) -> TestCaseResult {
    let (instant, time) = (oracle.instant(at), SignedDuration::from_micros(amount));
    if let Some(reached) = oracle.reach(at, amount) {
        prop_assert_eq!(
            calendar.reach(instant, time),
            Ok(oracle.instant(reached)),
            "reach {} {}",
            instant,
            time
        );
        if let Some(next) = Some(reached)
            .filter(|at| *at < oracle.end())
            .and_then(|at| oracle.next_open(at))
        {
            prop_assert_eq!(calendar.reach_open(instant, time), Ok(oracle.instant(next)));
        }
    }
    if let Some(left) = oracle.back(at, amount) {
        prop_assert_eq!(
            calendar.back(instant, time),
            Ok(oracle.instant(left)),
            "back {} {}",
            instant,
            time
        );
    }
    Ok(())
}

#[test]
fn every_answer_is_that_of_the_naive_count() {
    let by_minutes = agree(75, 1400, 60, 28);
    let by_seconds = agree(12, 500, 1, 2);
    let asked = by_minutes + by_seconds;
    println!("{asked} questions asked, {by_seconds} of them of hours with seconds: all agree");
    assert!(asked >= 100_000, "only {asked} questions were asked");
}

#[test]
fn the_laws_hold_to_the_microsecond_and_over_years() {
    let held = Cell::new(0);
    on_calendars(200, 1, |_, calendar, moment, dice| {
        for _ in 0..100 {
            // Up to two years around it, to the microsecond.
            let mut near = || {
                moment
                    + SignedDuration::from_micros(
                        dice.below(63_000_000_000_000) - 31_500_000_000_000,
                    )
            };
            let mut three = [near(), near(), near()];
            three.sort_unstable();
            let [a, b, c] = three;
            let amount = SignedDuration::from_micros(dice.below(4_000_000_000_000));
            // Time adds up.
            prop_assert_eq!(
                calendar.elapsed(a, b) + calendar.elapsed(b, c),
                calendar.elapsed(a, c)
            );
            prop_assert_eq!(calendar.elapsed(b, a), SignedDuration::ZERO);
            reaching(calendar, a, b, amount)?;
            held.set(held.get() + 1);
        }
        Ok(())
    });
    println!("{} laws held", held.get());
    assert!(held.get() >= 20_000);
}

/// `reach` and `elapsed` are a Galois connection: `reach(a, n) <= b` just where `n <= elapsed(a, b)`; `back` is its dual.
fn reaching(
    calendar: &Calendar,
    a: Timestamp,
    b: Timestamp,
    amount: SignedDuration,
) -> TestCaseResult {
    let elapsed = calendar.elapsed(a, b);
    match calendar.reach(a, amount) {
        Ok(reached) => {
            prop_assert_eq!(reached <= b, amount <= elapsed, "{} {} {}", a, b, amount);
            prop_assert_eq!(calendar.elapsed(a, reached), amount);
            let open = calendar.reach_open(a, amount);
            if let Ok(open) = open {
                prop_assert!(calendar.is_open(open) && open >= reached);
                prop_assert_eq!(calendar.elapsed(a, open), amount);
            }
            let more = calendar
                .reach(a, amount + SignedDuration::from_micros(1))
                .ok();
            prop_assert!(more.is_none_or(|more| more > reached));
        }
        Err(_) => prop_assert!(amount > elapsed),
    }
    match calendar.back(b, amount) {
        Ok(left) => {
            prop_assert_eq!(left >= a, amount <= elapsed, "{} {} {}", a, b, amount);
            prop_assert_eq!(calendar.elapsed(left, b), amount);
        }
        Err(_) => prop_assert!(amount > elapsed),
    }
    Ok(())
}

#[test]
fn working_days_are_those_that_one_counts() {
    on_calendars(60, 60, |spec, calendar, moment, dice| {
        let zone = calendar.time_zone.clone();
        for _ in 0..20 {
            let start =
                window(moment) + SignedDuration::from_micros(dice.below(28 * 1440) * MINUTE);
            let count = u32::try_from(dice.below(25)).unwrap() + 1;
            let local = zone.to_datetime(start);
            let mut left = count;
            let mut date = local.date();
            // Where there are no weekly hours for good, there is nothing to count to.
            for _ in 0..400 {
                if left == 0 {
                    break;
                }
                date = date.tomorrow().unwrap();
                left -= u32::from(is_working(spec, &zone, date));
            }
            if left > 0 {
                continue;
            }
            let there = zone.to_ambiguous_timestamp(date.to_datetime(local.time()));
            let wanted = there.compatible().unwrap();
            prop_assert_eq!(calendar.add_days(start, count), calendar.next_open(wanted));
            if is_working(spec, &zone, local.date())
                && !zone.to_ambiguous_timestamp(local).is_ambiguous()
                && zone.to_datetime(wanted) == date.to_datetime(local.time())
            {
                // The same way back leads to the same date.
                prop_assert_eq!(calendar.sub_days(wanted, count), calendar.prev_open(start));
            }
        }
        Ok(())
    });
}

fn is_working(spec: &CalendarSpec, zone: &TimeZone, date: Date) -> bool {
    // A date that was skipped is none.
    let shown = |time: Time| {
        let there = zone.to_ambiguous_timestamp(date.to_datetime(time));
        zone.to_datetime(there.compatible().unwrap()).date() == date
    };
    if !shown(Time::midnight()) && !shown(Time::constant(23, 59, 59, 0)) {
        return false;
    }
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
    let written = date.to_string();
    let valid = |from: &Option<String>| from.as_ref().is_none_or(|from| *from <= written);
    let pattern = spec.weekly.iter().rev().find(|one| valid(&one.valid_from));
    let hours = |day: usize| pattern.and_then(|pattern| pattern.days.get(DAYS[day]));
    let own = hours(weekday).is_some_and(|hours| !hours.is_empty());
    let night = hours((weekday + 6) % 7).is_some_and(|hours| {
        hours
            .iter()
            .any(|one| one.end < one.start && one.end != "00:00")
    });
    (own || night) && spec.holidays.iter().all(|holiday| holiday.date != written)
}

#[test]
fn what_never_comes_is_said_and_not_looked_for_without_end() {
    let only_once = CalendarSpec {
        name: "Once".into(),
        time_zone: "Europe/Rome".into(),
        shifts: vec![DatedHours {
            date: "2025-03-03".into(),
            intervals: vec![interval(9 * 3600, 18 * 3600)],
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
    assert_eq!(calendar.prev_open(start), Err(OutOfReach::Never));
    assert_eq!(calendar.reach(start, -hours(1)), Err(OutOfReach::Negative));
    assert_eq!(
        calendar.reach(start, SignedDuration::MAX),
        Err(OutOfReach::Never)
    );
    assert_eq!(calendar.add_days(start, 1), Err(OutOfReach::Never));
    assert_eq!(calendar.sub_days(start, u32::MAX), Err(OutOfReach::Never));
    assert_eq!(calendar.typical_day(), SignedDuration::ZERO);
}

#[test]
fn the_ends_of_time_are_instants_like_others() {
    let (calendar, all) = (
        crate::zones::always("Europe/Rome"),
        (Timestamp::MIN, Timestamp::MAX),
    );
    let whole = calendar.elapsed(all.0, all.1);
    assert_eq!(
        calendar.reach(all.0, whole).unwrap().as_microsecond(),
        all.1.as_microsecond()
    );
    assert_eq!(
        calendar.back(all.1, whole).unwrap().as_microsecond(),
        all.0.as_microsecond()
    );
    assert!(calendar.is_open(all.0) && calendar.is_open(all.1));
    assert_eq!(
        calendar.reach(all.1, SignedDuration::from_secs(1)),
        Err(OutOfReach::Never)
    );
    assert_eq!(calendar.add_days(all.1, 3), Err(OutOfReach::Never));
    assert_eq!(calendar.intervals(all.1, all.0).count(), 0);
    // A part of a microsecond is not lost where it would come out as too early.
    let nano = SignedDuration::from_nanos(1);
    let start = Timestamp::UNIX_EPOCH;
    assert!(calendar.reach(start, nano).unwrap() > start);
}
