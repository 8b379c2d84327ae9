//! Business time on one core: a year with two intervals a day and 15 holidays, in a zone with daylight saving; beside it
//! businesstimedelta, a library of Python's, with the same calendar and the same cases.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use khidma_calendar::{
    Calendar, CalendarSpec, Holiday, LocalInterval, WeeklyPattern, tzdb_version,
};
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::table::Table;

const TIME_ZONE: &str = "Europe/Rome";
/// From the first to the second, and from the third to the fourth.
const HOURS: [&str; 4] = ["09:00", "13:00", "14:00", "18:00"];
const HOLIDAYS: [&str; 15] = [
    "2025-01-01",
    "2025-01-06",
    "2025-04-18",
    "2025-04-21",
    "2025-04-25",
    "2025-05-01",
    "2025-06-02",
    "2025-06-24",
    "2025-08-14",
    "2025-08-15",
    "2025-10-31",
    "2025-12-08",
    "2025-12-24",
    "2025-12-25",
    "2025-12-26",
];
/// 2025-01-01T00:00Z.
const START: i64 = 1_735_689_600;
/// Ten months: the peer cannot go on where no holiday is to come, so that what is reached stays within the year.
const PERIOD: i64 = 304 * 86_400;
/// Up to five weeks of business time.
const MOST: i64 = 200 * 3600;
/// How long each figure is measured.
const LONG: Duration = Duration::from_secs(2);
/// The peer, run by target/tools/bench-venv.
const PEER: &str = include_str!("calendar.py");

/// Instants and the amount in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
struct Case {
    from: i64,
    to: i64,
    amount: i64,
}

impl Case {
    /// Cases spread over the period by steps that do not divide it.
    fn of(index: usize) -> Self {
        let index = index as i64;
        let (one, other) = (
            index * 7_919_017 % PERIOD,
            (index * 15_485_863 + 7) % PERIOD,
        );
        Self {
            from: START + one.min(other),
            to: START + one.max(other),
            amount: index * 104_729 % MOST + 1,
        }
    }

    fn from(&self) -> Outcome<Timestamp> {
        Ok(Timestamp::from_second(self.from)?)
    }
}

/// What the peer is told.
#[derive(Debug, Serialize)]
struct Question {
    time_zone: &'static str,
    hours: [&'static str; 4],
    holidays: [&'static str; 15],
    cases: Vec<Case>,
}

/// What the peer answers.
#[derive(Debug, Deserialize)]
struct Peer {
    elapsed: Answers,
    reach: Answers,
}

#[derive(Debug, Deserialize)]
struct Answers {
    answers: Vec<i64>,
    seconds: f64,
}

/// What is measured: its answer in seconds.
type Operation<'a> = &'a dyn Fn(&Case) -> Outcome<i64>;

/// Measures both, as a table; the peer answers so many cases.
pub(crate) fn measure(cases: usize) -> Outcome<String> {
    let calendar = office()?;
    let elapsed = |case: &Case| -> Outcome<i64> {
        let to = Timestamp::from_second(case.to)?;
        Ok(calendar.elapsed(case.from()?, to).as_secs())
    };
    let reach = |case: &Case| -> Outcome<i64> {
        let amount = SignedDuration::from_secs(case.amount);
        Ok(calendar.reach(case.from()?, amount)?.as_second())
    };
    let cases: Vec<_> = (0..cases).map(Case::of).collect();
    let peer = ask_peer(&cases)?;
    let mut table = Table::new(["operation", "khidma", "businesstimedelta", "ratio", "equal"]);
    let rows: [(&str, Operation<'_>, &Answers); 2] = [
        ("elapsed", &elapsed, &peer.elapsed),
        ("reach", &reach, &peer.reach),
    ];
    for (name, operation, theirs) in rows {
        let ours = cases.iter().map(operation).collect::<Outcome<Vec<_>>>()?;
        let equal = ours
            .iter()
            .zip(&theirs.answers)
            .filter(|(our, their)| our == their);
        let rate = rate(operation)?;
        let their_rate = cases.len() as f64 / theirs.seconds;
        table.row([
            name.to_owned(),
            format!("{:.2} M/s", rate / 1e6),
            format!("{their_rate:.0}/s"),
            format!("{:.0} ×", rate / their_rate),
            format!("{} of {}", equal.count(), cases.len()),
        ]);
    }
    Ok(format!(
        "One core, {TIME_ZONE}, zones of {}.\n\n{table}",
        tzdb_version()
    ))
}

/// Operations a second.
fn rate(operation: Operation<'_>) -> Outcome<f64> {
    let cases: Vec<_> = (0..4096).map(Case::of).collect();
    let (began, mut done) = (Instant::now(), 0_usize);
    while began.elapsed() < LONG {
        for case in &cases {
            black_box(operation(black_box(case))?);
        }
        done += cases.len();
    }
    Ok(done as f64 / began.elapsed().as_secs_f64())
}

fn ask_peer(cases: &[Case]) -> Outcome<Peer> {
    let question = Question {
        time_zone: TIME_ZONE,
        hours: HOURS,
        holidays: HOLIDAYS,
        cases: cases.to_vec(),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut peer = Command::new(root.join("target/tools/bench-venv/bin/python"))
        .args(["-c", PEER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| {
            format!("run it by `cargo xtask bench calendar`, which installs the peer: {error}")
        })?;
    if let Some(mut input) = peer.stdin.take() {
        // Dropped at the end of the block: the peer reads until then.
        input.write_all(&serde_json::to_vec(&question)?)?;
    }
    let output = peer.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("the peer ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn office() -> Outcome<Calendar> {
    let [opening, noon, afternoon, closing] = HOURS;
    let interval = |start: &str, end: &str| LocalInterval {
        start: start.to_owned(),
        end: end.to_owned(),
    };
    let hours = vec![interval(opening, noon), interval(afternoon, closing)];
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), hours.clone()));
    let holiday = |date: &str| Holiday {
        date: date.to_owned(),
        name: String::new(),
    };
    let spec = CalendarSpec {
        name: "Office".to_owned(),
        time_zone: TIME_ZONE.to_owned(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.into(),
        }],
        holidays: HOLIDAYS.map(holiday).into(),
        ..CalendarSpec::default()
    };
    Calendar::compile(&spec).map_err(|problems| format!("{problems:?}").into())
}
