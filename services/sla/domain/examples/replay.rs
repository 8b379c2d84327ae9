//! How many requests of six events are replayed a second, on one core: `cargo run --release --example replay [N]`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be made should say so and end"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use khidma_calendar::{Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_events::requests::Priority;
use khidma_events::sla::{ClockEvent, Metric, PolicySpec, Rule, Target};
use khidma_kernel::{Position, Timestamp};
use khidma_sla_domain::{
    Almanac, Book, Clock, ClockRefusal, Clocks, Deed, Fact, PolicyVersion, Profile, Revision,
    Terms, replay, replay_briefly,
};

/// Lives that differ; they are replayed again and again.
const LIVES: usize = 20_000;
/// 2012-01-02T00:00Z, a Monday, in microseconds.
const BEGIN: i64 = 1_325_462_400_000_000;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

type Replay = fn(&[Fact], Timestamp, &Terms) -> Result<(Clocks, Vec<ClockEvent>), ClockRefusal>;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let number = arguments
        .next()
        .map_or(1_000_000, |text| text.parse().unwrap());
    let terms = terms();
    let lives: Vec<Vec<Fact>> = (0..LIVES).map(life).collect();
    let until = Timestamp::from_micros(BEGIN + 1_000 * 1440 * MINUTE);
    for (name, replay) in [("full", replay as Replay), ("brief", replay_briefly)] {
        let (mut events, mut breached) = (0, 0);
        let began = Instant::now();
        for round in 0..number {
            let (clocks, told) = replay(black_box(&lives[round % LIVES]), until, &terms).unwrap();
            events += told.len();
            let broken = |clock: &&Clock| clock.breached.is_some();
            breached += clocks.clocks.iter().filter(broken).count();
        }
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{name}: {number} requests of six events in {seconds:.2} s: {:.0} requests/s, {events} events kept, {breached} breaches",
            f64::from(u32::try_from(number).unwrap()) / seconds
        );
    }
}

/// Office hours in Rome, with fifteen holidays.
fn calendar() -> Calendar {
    let day = || {
        let hours = |start: &str, end: &str| LocalInterval {
            start: start.into(),
            end: end.into(),
        };
        vec![hours("09:00", "13:00"), hours("14:00", "19:00")]
    };
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|name| (name.to_owned(), day()));
    let holidays = [
        "2012-01-06",
        "2012-04-09",
        "2012-04-25",
        "2012-05-01",
        "2012-06-29",
        "2012-08-15",
        "2012-11-01",
        "2012-12-25",
        "2012-12-26",
        "2013-01-01",
        "2013-04-01",
        "2013-04-25",
        "2013-05-01",
        "2013-08-15",
        "2013-11-01",
    ];
    Calendar::compile(&CalendarSpec {
        name: "Rome".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into_iter().collect(),
        }],
        holidays: holidays
            .map(|date| Holiday {
                date: date.into(),
                name: String::new(),
            })
            .into(),
        ..CalendarSpec::default()
    })
    .unwrap()
}

/// Acknowledged within four hours, resolved within forty, of a Roman office.
fn terms() -> Terms {
    let mut almanac = Almanac::default();
    let calendar = Arc::new(calendar());
    almanac.add(
        "rome-office".parse().unwrap(),
        Revision {
            position: Position(1),
            revision: 1,
            calendar,
        },
    );
    let within = |hours: u64| Target {
        within_seconds: hours * 3600,
        ..Target::default()
    };
    let targets = BTreeMap::from([
        (Metric::Acknowledge, within(4)),
        (Metric::Resolve, within(40)),
    ]);
    let spec = PolicySpec {
        name: "Help desk".into(),
        calendar: Some("rome-office".parse().unwrap()),
        rules: vec![Rule {
            name: "Everything".into(),
            targets,
            ..Rule::default()
        }],
        ..PolicySpec::default()
    };
    let book = Book::only(PolicyVersion {
        policy: "helpdesk".parse().unwrap(),
        version: 0,
        spec,
    });
    Terms {
        book: Arc::new(book),
        almanac: Arc::new(almanac),
    }
}

/// A request of six events, at some time of two years, quick or slow.
fn life(number: usize) -> Vec<Fact> {
    let number = i64::try_from(number).unwrap();
    // Multiplying by a prime spreads them over the time there is, and makes every life another.
    let spread = |factor: i64, upto: i64| (number * factor).rem_euclid(upto) * MINUTE;
    let submitted = BEGIN + spread(7_919, 700 * 1440);
    let profile = Profile {
        provider: "support".parse().unwrap(),
        requester: Some("sales".parse().unwrap()),
        offering: None,
        priority: Priority::Normal,
        tags: Vec::new(),
        task: false,
        concern: false,
    };
    let steps = [
        (Deed::Submitted(Box::new(profile)), 0),
        (Deed::Acknowledged { said: false }, spread(31, 900)),
        (Deed::Assigned("mei".parse().unwrap()), spread(17, 120)),
        (Deed::WaitBegan, spread(101, 3 * 1440)),
        (Deed::Resumed { said: false }, spread(203, 4 * 1440)),
        (Deed::Resolved, spread(401, 9 * 1440)),
    ];
    let mut at = submitted;
    let told = steps
        .into_iter()
        .zip(10..)
        .map(|((deed, later), position)| {
            at += later;
            Fact {
                at: Timestamp::from_micros(at),
                position: Position(position),
                index: 0,
                deed,
            }
        });
    told.collect()
}
