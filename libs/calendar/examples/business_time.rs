//! Operations a second on one core: a year, two intervals a day, 15 holidays, a zone with daylight saving.
//!
//! `cargo run --release -p khidma-calendar --example business_time`
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is there to print figures"
)]

use std::hint::black_box;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern};

const OPERATIONS: usize = 2_000_000;

fn main() {
    let spec = office();
    let begun = Instant::now();
    let calendar = Calendar::compile(&spec).unwrap();
    println!(
        "compile       {:>10.1} µs",
        begun.elapsed().as_secs_f64() * 1e6
    );
    let start: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    // Spread over the year by a step that does not divide it.
    let at =
        |index: usize| start + SignedDuration::from_secs((index as i64 * 7_919_017) % 31_536_000);
    let pairs: Vec<_> = (0..4096)
        .map(|index| (at(index), at(index * 31 + 7)))
        .collect();
    measure("elapsed", &pairs, |(one, other)| {
        calendar.elapsed(one.min(other), other.max(one)).as_secs()
    });
    measure("reach", &pairs, |(one, other)| {
        let amount = SignedDuration::from_secs(other.as_second().rem_euclid(1_000_000));
        calendar.reach(one, amount).unwrap().as_second()
    });
    measure("back", &pairs, |(one, other)| {
        let amount = SignedDuration::from_secs(other.as_second().rem_euclid(1_000_000));
        calendar.back(one, amount).unwrap().as_second()
    });
    measure("next_open", &pairs, |(one, _)| {
        calendar.next_open(one).unwrap().as_second()
    });
    measure("add_days", &pairs, |(one, other)| {
        let days = u32::try_from(other.as_second().rem_euclid(60)).unwrap();
        calendar.add_days(one, days).unwrap().as_second()
    });
}

fn measure(
    name: &str,
    pairs: &[(Timestamp, Timestamp)],
    operation: impl Fn((Timestamp, Timestamp)) -> i64,
) {
    let begun = Instant::now();
    for pair in pairs.iter().cycle().take(OPERATIONS) {
        black_box(operation(black_box(*pair)));
    }
    let rate = OPERATIONS as f64 / begun.elapsed().as_secs_f64();
    println!("{name:<12} {:>8.2} M/s", rate / 1e6);
}

fn office() -> CalendarSpec {
    let interval = |start: &str, end: &str| LocalInterval {
        start: start.into(),
        end: end.into(),
    };
    let hours = vec![interval("09:00", "13:00"), interval("14:00", "18:00")];
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), hours.clone()));
    let holidays = [
        "01-01", "01-06", "04-18", "04-21", "04-25", "05-01", "06-02", "06-24", "08-14", "08-15",
        "10-31", "12-08", "12-24", "12-25", "12-26",
    ];
    CalendarSpec {
        name: "Office".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into(),
        }],
        holidays: holidays
            .map(|day| Holiday {
                date: format!("2025-{day}"),
                name: String::new(),
            })
            .into(),
        ..CalendarSpec::default()
    }
}
