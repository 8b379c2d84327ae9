//! The clocks of a real help desk's history, every one of them compared with a count made here: from the file itself, by
//! the meaning of the mapping, day by day in Rome. Nothing of the calendars and clocks of the program is used for it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::{CalendarEvent, CalendarPut, calendar_entity};
use khidma_events::sla::{
    PolicyActivated, PolicyDrafted, PolicyEvent, PolicyValidated, policy_entity,
};
use khidma_kernel::Role;
use khidma_testkit::{Host, append, eventually};
use serde_json::json;

use crate::import::{Line, helpdesk, mapping, traces};
use crate::process::Said;
use crate::site::Site;

/// How long all of it may take on a busy machine.
const LONG: Duration = Duration::from_secs(300);

/// Where the clock of a test's host stands: 2026-03-02T09:00:00Z.
const NOW: i64 = 1_772_442_000;

const HOUR: i64 = 3600;

/// The days and hours of the help desk.
const OPENING: Time = time(9, 0, 0, 0);
const CLOSING: Time = time(18, 0, 0, 0);

/// Seconds since 1970; the file has no finer ones.
type Second = i64;

fn rome() -> TimeZone {
    TimeZone::get("Europe/Rome").unwrap()
}

fn date(at: Second, rome: &TimeZone) -> Date {
    let at = Timestamp::from_second(at).unwrap();
    at.to_zoned(rome.clone()).date()
}

/// The hours of the dates from that of `from` on, without end; what lies before `from` is cut off.
fn hours(from: Second, rome: &TimeZone) -> impl Iterator<Item = (Second, Second)> {
    let rome = rome.clone();
    let first = date(from, &rome);
    let dates = std::iter::successors(Some(first), |date| date.checked_add(1.day()).ok());
    let working = dates.filter(|date| date.weekday().to_monday_one_offset() <= 5);
    working.filter_map(move |date| {
        let at = |time| {
            let zoned = date.to_datetime(time).to_zoned(rome.clone()).unwrap();
            zoned.timestamp().as_second()
        };
        let (opening, closing) = (at(OPENING).max(from), at(CLOSING));
        (opening < closing).then_some((opening, closing))
    })
}

fn elapsed(from: Second, to: Second, rome: &TimeZone) -> i64 {
    let within = hours(from, rome).take_while(|(opening, _)| *opening < to);
    within
        .map(|(opening, closing)| closing.min(to) - opening)
        .sum()
}

/// The first second by which so much has elapsed.
fn reach(from: Second, mut left: i64, rome: &TimeZone) -> Second {
    if left == 0 {
        return from;
    }
    for (opening, closing) in hours(from, rome) {
        if left <= closing - opening {
            return opening + left;
        }
        left -= closing - opening;
    }
    unreachable!("there are always more days")
}

/// The second after which more than so much has elapsed: where that is a closing, the next opening.
fn exceed(from: Second, mut left: i64, rome: &TimeZone) -> Second {
    for (opening, closing) in hours(from, rome) {
        if left < closing - opening {
            return opening + left;
        }
        left -= closing - opening;
    }
    unreachable!("there are always more days")
}

/// What the report says of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    target: i64,
    elapsed: i64,
    outcome: String,
    due: Option<Second>,
    breached: Option<Second>,
}

/// What a clock has lived through: where it counted, up to an end or until now.
#[derive(Debug, Default)]
struct Counted {
    running: Vec<(Second, Option<Second>)>,
    ended: bool,
}

impl Counted {
    fn run(&mut self, at: Second) {
        self.running.push((at, None));
        self.ended = false;
    }

    fn stand(&mut self, at: Second) {
        if let Some((_, end @ None)) = self.running.last_mut() {
            *end = Some(at);
        }
    }

    fn end(&mut self, at: Second) {
        self.stand(at);
        self.ended = true;
    }

    fn row(&self, target: i64, rome: &TimeZone) -> Row {
        let (mut sum, mut due, mut breached) = (0, None, None);
        for (index, (from, to)) in self.running.iter().enumerate() {
            let counted = elapsed(*from, to.unwrap_or(NOW), rome);
            let last = index + 1 == self.running.len();
            if due.is_none() && (last || sum + counted >= target) {
                due = Some(reach(*from, target - sum, rome));
            }
            if breached.is_none() && sum + counted > target {
                breached = Some(exceed(*from, target - sum, rome));
            }
            sum += counted;
        }
        let runs = self.running.last().is_some_and(|(_, to)| to.is_none());
        let outcome = match (breached, self.ended, runs) {
            (Some(_), _, _) => "breached",
            (None, true, _) => "met",
            (None, false, true) => "running",
            (None, false, false) => "paused",
        };
        Row {
            target,
            elapsed: sum,
            outcome: outcome.to_owned(),
            due,
            breached,
        }
    }
}

/// A ticket, as the mapping reads it.
#[derive(Debug, Default)]
struct Ticket {
    state: State,
    seen: bool,
    acknowledge: Counted,
    resolve: Counted,
}

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
enum State {
    #[default]
    Open,
    Waiting,
    Resolved,
    Confirmed,
}

impl Ticket {
    fn of(events: &[Line]) -> Self {
        let time = |event: &Line| {
            let at: Timestamp = event["time:timestamp"].parse().unwrap();
            assert_eq!(at.subsec_nanosecond(), 0, "the file has whole seconds only");
            at.as_second()
        };
        let mut ticket = Self::default();
        let submitted = time(&events[0]);
        ticket.acknowledge.run(submitted);
        ticket.resolve.run(submitted);
        for event in events {
            ticket.event(&event["concept:name"], time(event));
        }
        ticket
    }

    fn event(&mut self, activity: &str, at: Second) {
        match activity {
            "Take in charge ticket" => {
                self.reopen(at);
                self.resume(at);
                self.see(at);
            }
            "Wait" => {
                self.reopen(at);
                if self.state == State::Open {
                    self.resolve.stand(at);
                    self.state = State::Waiting;
                }
            }
            "Resolve ticket" => self.resolved(at),
            "Closed" => {
                self.resolved(at);
                self.state = State::Confirmed;
            }
            _ => {}
        }
    }

    fn reopen(&mut self, at: Second) {
        if matches!(self.state, State::Resolved | State::Confirmed) {
            self.resolve.run(at);
            self.state = State::Open;
        }
    }

    fn resume(&mut self, at: Second) {
        if self.state == State::Waiting {
            self.resolve.run(at);
            self.state = State::Open;
        }
    }

    fn resolved(&mut self, at: Second) {
        self.resume(at);
        if self.state == State::Open {
            self.resolve.end(at);
            // Resolving unacknowledged stops the other clock too.
            self.see(at);
            self.state = State::Resolved;
        }
    }

    fn see(&mut self, at: Second) {
        if !self.seen {
            self.acknowledge.end(at);
            self.seen = true;
        }
    }
}

type Rows = BTreeMap<(String, String), Row>;

/// What every clock has to show.
fn expected(traces: &[(String, Vec<Line>)], targets: (i64, i64)) -> Rows {
    let rome = rome();
    let rows = traces.iter().flat_map(|(case, events)| {
        let ticket = Ticket::of(events);
        [
            ("acknowledge", ticket.acknowledge.row(targets.0, &rome)),
            ("resolve", ticket.resolve.row(targets.1, &rome)),
        ]
        .map(|(metric, row)| ((case.clone(), metric.to_owned()), row))
    });
    rows.collect()
}

/// What the program printed.
fn printed(csv: &str) -> Rows {
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some("request,external_id,metric,target_s,elapsed_s,outcome,due,breached_at")
    );
    let mut rows = Rows::new();
    let mut before = (String::new(), String::new());
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let [
            request,
            external,
            metric,
            target,
            elapsed,
            outcome,
            due,
            breached,
        ] = cells[..]
        else {
            panic!("{line}");
        };
        let here = (request.to_owned(), metric.to_owned());
        assert!(before < here, "{line} is out of order");
        before = here;
        let instant = |text: &str| {
            let instant: Option<Timestamp> = (!text.is_empty()).then(|| text.parse().unwrap());
            instant.map(Timestamp::as_second)
        };
        let row = Row {
            target: target.parse().unwrap(),
            elapsed: elapsed.parse().unwrap(),
            outcome: outcome.to_owned(),
            due: instant(due),
            breached: instant(breached),
        };
        let twice = rows.insert((external.to_owned(), metric.to_owned()), row);
        assert!(twice.is_none(), "{line} is there twice");
    }
    rows
}

/// What the help desk promises: acknowledged within 4 h, resolved within 40 h of its business time.
async fn promise(log: &dyn EventLog) {
    let hours = json!([{ "start": "09:00", "end": "18:00" }]);
    let days = json!({ "mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours });
    let calendar: CalendarPut = serde_json::from_value(json!({
        "calendar": "rome-office",
        "revision": 1,
        "spec": { "name": "Rome office", "time_zone": "Europe/Rome", "weekly": [{ "days": days }] },
    }))
    .unwrap();
    let entity = calendar_entity(&calendar.calendar);
    append::<CalendarEvent>(log, entity, vec![calendar.into()]).await;
    let policy = json!({
        "version": 1,
        "attach": "all",
        "spec": {
            "name": "Help desk",
            "providers": ["support"],
            "calendar": "rome-office",
            "rules": [{
                "name": "Everything",
                "targets": {
                    "acknowledge": { "within_seconds": 4 * HOUR },
                    "resolve": { "within_seconds": 40 * HOUR, "pauses": ["waiting"] },
                },
            }],
        },
    });
    let drafted: PolicyDrafted = serde_json::from_value(policy.clone()).unwrap();
    let validated: PolicyValidated = serde_json::from_value(policy.clone()).unwrap();
    let activated: PolicyActivated = serde_json::from_value(policy).unwrap();
    let entity = policy_entity(&"helpdesk".parse().unwrap());
    let events = vec![drafted.into(), validated.into(), activated.into()];
    append::<PolicyEvent>(log, entity, events).await;
}

async fn host() -> Host {
    Host::on(std::sync::Arc::new(MemoryLog::new()), |deps| async move {
        Ok(vec![
            khidma_directory::start(&deps).await?,
            khidma_requests::start(&deps).await?,
            khidma_sla::start(&deps).await?,
        ])
    })
    .await
}

/// The program, asked by an admin who may take over history.
async fn khidma(site: &Site, host: &Host, arguments: &[&str]) -> Said {
    let mut command = site.command("client", arguments);
    let roles = [Role::Admin, Role::Import];
    command.env("KHIDMA_TOKEN", host.token("admin", "company", &roles));
    command.env("KHIDMA_SERVER", host.address());
    let said = site.run("client", command).ended(LONG).await;
    assert_eq!(said.exit, Some(0), "{said:?}");
    said
}

/// Waits until the clocks have reacted to everything, and said all that they have to say by now.
async fn quiet(host: &Host) {
    let now = khidma_kernel::Timestamp::from_micros(NOW * 1_000_000);
    let quiet = eventually(LONG, || async {
        host.caught_up().await;
        let sla = host.projections[2].reader();
        sla.next_due().unwrap().is_none_or(|due| due > now)
    });
    assert!(quiet.await, "the clocks are not done");
}

/// Compares every clock, and says how it went.
fn compare(printed: &Rows, expected: &Rows) {
    let mut totals = BTreeMap::<(&str, &str), u64>::new();
    for ((case, metric), row) in expected {
        let shown = printed.get(&(case.clone(), metric.clone()));
        assert_eq!(shown, Some(row), "{metric} of {case}");
        *totals
            .entry((metric.as_str(), row.outcome.as_str()))
            .or_default() += 1;
    }
    assert_eq!(printed.len(), expected.len(), "no clock is left uncompared");
    println!("{} clocks compared: {totals:?}", printed.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_clock_of_a_help_desks_history_is_as_counted_by_hand() {
    let Some(file) = helpdesk() else { return };
    let expected = expected(&traces(&file), (4 * HOUR, 40 * HOUR));
    let (site, host) = (Site::new(), host().await);
    promise(&*host.log).await;
    let (file, mapping) = (file.display().to_string(), mapping());
    let import = ["import", "xes", &file, "--mapping", &mapping, "--json"];
    khidma(&site, &host, &import).await;
    quiet(&host).await;

    let csv = khidma(&site, &host, &["sla", "report", "--csv", "--timeout", "2m"]).await;
    compare(&printed(&csv.stdout), &expected);

    let report = [
        "sla",
        "report",
        "--by",
        "metric",
        "--json",
        "--timeout",
        "2m",
    ];
    let report = khidma(&site, &host, &report).await;
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    for row in report["rows"].as_array().unwrap() {
        let metric = row["group"][0].as_str().unwrap();
        let of = |outcome: &str| {
            let mine = expected.iter().filter(|((_, of), _)| of == metric);
            mine.filter(|(_, row)| row.outcome == outcome).count()
        };
        assert_eq!(
            (&row["met"], &row["breached"]),
            (&of("met").into(), &of("breached").into())
        );
    }

    // The one that was least late, as a person is told why.
    let late = csv.stdout.lines().filter(|line| line.contains(",resolve,"));
    let late = late.filter(|line| line.contains(",breached,"));
    let elapsed = |line: &&str| line.split(',').nth(4).unwrap().parse::<i64>().unwrap();
    let late = late.min_by_key(elapsed).unwrap();
    let id = late.split(',').next().unwrap();
    let told = khidma(&site, &host, &["sla", "explain", id, "resolve"]).await;
    println!("{}", told.stdout);
    let told = khidma(&site, &host, &["sla", "explain", id, "resolve", "--json"]).await;
    let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["adds_up"], true);
    let intervals = told["intervals"].as_array().unwrap();
    let micros = |value: &serde_json::Value| value.as_i64().unwrap();
    let sum: i64 = intervals.iter().map(|one| micros(&one["micros"])).sum();
    assert_eq!(sum, elapsed(&late) * 1_000_000);

    let period = ["sla", "recompute", "--json", "--timeout", "2m"];
    let recomputed = khidma(&site, &host, &period).await;
    let last = recomputed.stdout.lines().last().unwrap();
    let summary: serde_json::Value = serde_json::from_str(last).unwrap();
    let summary = &summary["summary"];
    assert_eq!(
        (&summary["clocks"], &summary["differing"]),
        (&expected.len().into(), &0.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_made_afterwards_to_all_comes_to_the_same() {
    let Some(file) = helpdesk() else { return };
    let expected = expected(&traces(&file), (4 * HOUR, 40 * HOUR));
    let (site, host) = (Site::new(), host().await);
    let (file, mapping) = (file.display().to_string(), mapping());
    let import = ["import", "xes", &file, "--mapping", &mapping, "--json"];
    khidma(&site, &host, &import).await;
    quiet(&host).await;
    promise(&*host.log).await;
    quiet(&host).await;
    let csv = khidma(&site, &host, &["sla", "report", "--csv", "--timeout", "2m"]).await;
    compare(&printed(&csv.stdout), &expected);
    let period = ["sla", "recompute", "--json", "--timeout", "2m"];
    let recomputed = khidma(&site, &host, &period).await;
    let last = recomputed.stdout.lines().last().unwrap();
    let summary: serde_json::Value = serde_json::from_str(last).unwrap();
    let summary = &summary["summary"];
    assert_eq!(
        (&summary["clocks"], &summary["differing"]),
        (&expected.len().into(), &0.into())
    );
}
