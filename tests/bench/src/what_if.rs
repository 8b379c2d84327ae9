//! What-if over many requests beside a bare scan of the same rows.
//!
//! The history is put straight on an embedded log, a commit with six events a request, as if it had been taken over before
//! there was any policy; the service levels follow it as they follow any log. The draft then gives every request its clocks.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use khidma_calendar::{CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::identity::{LocalAuthority, Verifier};
use khidma_edge::server::{Context, serve};
use khidma_edge::telemetry::Meters;
use khidma_edge::{Config, Deps};
use khidma_eventlog::{EmbeddedLog, EventLog, Proposal};
use khidma_events::Event;
use khidma_events::directory::{CalendarEvent, CalendarPut, calendar_entity};
use khidma_events::requests::*;
use khidma_kernel::{Actor, Commit, Meta, Position, Recorded, Role, Timestamp, derived_id};
use khidma_projection::{Projection, ProjectionState, Row, RowError, fold_rows};
use khidma_proto::sla::simulate_response::Message;
use khidma_proto::sla::what_if_service_client::WhatIfServiceClient;
use khidma_proto::sla::{SimulateRequest, SimulateTotals};
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::append;
use tokio::net::TcpListener;

use crate::Outcome;
use crate::stage::make_known;
use crate::table::Table;

/// Appends under way at once.
const AT_ONCE: usize = 512;
/// 2012-01-02T00:00Z, in microseconds.
const BEGIN: i64 = 1_325_462_400_000_000;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

const DRAFT: &str = r#"
id = "helpdesk"
name = "Help desk"
calendar = "rome-office"
[[rules]]
name = "Everything"
[rules.targets.acknowledge]
within = "4h"
[rules.targets.resolve]
within = "40h"
"#;

/// Measures three runs and the scan beside them, and says it as a table.
pub(crate) async fn measure(requests: usize) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let (clock, tasks) = (Clock::system(), Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    make_known(&*log, "it").await?;
    put_calendar(&*log).await?;
    let lives = stream::iter(0..requests).map(|number| live(log.clone(), number));
    let lived: Outcome<Vec<()>> = lives.buffer_unordered(AT_ONCE).try_collect().await;
    lived?;
    let (connection, projection) = start(log, folder.path(), &clock, &tasks).await?;
    let mut table = Table::new([
        "",
        "requests a second",
        "seconds",
        "MiB before",
        "MiB at most",
    ]);
    let mut row = |name: &str, took: Duration, memory: (u64, u64)| {
        table.row([
            name.to_owned(),
            format!("{:.0}", requests as f64 / took.as_secs_f64()),
            format!("{:.2}", took.as_secs_f64()),
            memory.0.to_string(),
            memory.1.to_string(),
        ]);
    };
    for _ in 0..2 {
        let (began, before) = (Instant::now(), resident()?);
        scan(&projection, &tasks).await?;
        row(
            "bare scan of the rows",
            began.elapsed(),
            (before, resident()?),
        );
    }
    let mut clocks = 0;
    for _ in 0..3 {
        let (began, before) = (Instant::now(), resident()?);
        let (totals, most) = simulate(connection.clone()).await?;
        row("what-if", began.elapsed(), (before, most));
        if totals.requests != requests as u64 {
            return Err(format!("{} of {requests} requests replayed", totals.requests).into());
        }
        clocks = totals.changed;
    }
    tasks.drain(Duration::from_secs(20)).await;
    Ok(format!(
        "What-if over {requests} requests of six events, {clocks} clocks\n\n{table}"
    ))
}

/// Rows read on every core, and no more done with them than is needed to know their length.
async fn scan(projection: &Projection, tasks: &Tasks) -> Outcome<usize> {
    let threads = std::thread::available_parallelism()?.get();
    let fold = |sum: &mut usize, _: &[u8], row: &Row| {
        *sum += row.bytes().len();
        Ok::<_, RowError>(())
    };
    let sums = fold_rows(projection.reader(), tasks, b"e/", threads, fold).await?;
    Ok(sums.into_iter().sum())
}

/// Simulates once; the most memory that was seen meanwhile, in MiB.
async fn simulate(connection: Connection) -> Outcome<(SimulateTotals, u64)> {
    let request = SimulateRequest {
        policy_toml: DRAFT.into(),
        limit: Some(50),
        ..SimulateRequest::default()
    };
    let mut client = WhatIfServiceClient::new(connection);
    let mut answers = client.simulate(request).await?.into_inner();
    let mut most = resident()?;
    while let Some(answer) = answers.message().await? {
        most = most.max(resident()?);
        if let Some(Message::Totals(totals)) = answer.message {
            return Ok((totals, most));
        }
    }
    Err("no totals came".into())
}

async fn start(
    log: Arc<dyn EventLog>,
    folder: &Path,
    clock: &Clock,
    tasks: &Tasks,
) -> Outcome<(Connection, Projection)> {
    let config = Config::in_folder(folder);
    let authority = LocalAuthority::open_or_create(&folder.join("identity"), &config.identity)?;
    let verifier =
        Verifier::from_jwks_file(authority.jwks_file(), &config.identity, clock.clone())?;
    let (roles, day) = ([Role::Admin].into(), Duration::from_secs(24 * 3600));
    let token = authority.issue(&"amina".parse()?, &"hr".parse()?, &roles, day, clock.now())?;
    let limits = config.limits.clone();
    let deps = Deps::new(Arc::new(config), log, clock.clone(), tasks.clone());
    let started = khidma_sla::start(&deps).await?;
    let projection = started.projection.clone();
    let mut status = projection.watch_status();
    status
        .wait_for(|status| status.state == ProjectionState::Live)
        .await?;
    let context = Context {
        limits,
        tls: None,
        verifier: Arc::new(verifier),
        tasks: tasks.clone(),
        meters: Meters::none(),
        descriptors: vec![khidma_proto::DESCRIPTORS],
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let running = serve(listener, vec![started.service], context).await?;
    let address = format!("http://{}", running.address());
    let connection = connect(&Target::new(&address), Some(&token)).await?;
    Ok((connection, projection))
}

/// Office hours in Rome, with fifteen holidays.
async fn put_calendar(log: &dyn EventLog) -> Outcome {
    let hours = |start: &str, end: &str| LocalInterval {
        start: start.into(),
        end: end.into(),
    };
    let day = || vec![hours("09:00", "13:00"), hours("14:00", "19:00")];
    let days = ["mon", "tue", "wed", "thu", "fri"].map(|name| (name.to_owned(), day()));
    let dates = "2012-01-06 2012-04-09 2012-04-25 2012-05-01 2012-06-29 2012-08-15 2012-11-01 2012-12-25 \
        2012-12-26 2013-01-01 2013-04-01 2013-04-25 2013-05-01 2013-08-15 2013-11-01";
    let holidays = dates.split_whitespace().map(|date| Holiday {
        date: date.into(),
        name: String::new(),
    });
    let put = CalendarPut {
        calendar: "rome-office".parse()?,
        revision: 1,
        spec: CalendarSpec {
            name: "Rome".into(),
            time_zone: "Europe/Rome".into(),
            weekly: vec![WeeklyPattern {
                valid_from: None,
                days: days.into_iter().collect(),
            }],
            holidays: holidays.collect(),
            ..CalendarSpec::default()
        },
    };
    let entity = calendar_entity(&put.calendar);
    append::<CalendarEvent>(log, entity, vec![put.into()]).await;
    Ok(())
}

/// Lives a request: submitted, acknowledged, assigned, waiting, resumed, resolved.
async fn live(log: Arc<dyn EventLog>, number: usize) -> Outcome {
    let id = derived_id(&[b"what-if", &number.to_be_bytes()]);
    let number = i64::try_from(number)?;
    // Multiplying by a prime spreads them over the time there is, and makes every life another.
    let spread = |factor: i64, upto: i64| (number * factor).rem_euclid(upto) * MINUTE;
    let submitted = Submitted::plain("it".parse()?, "amina".parse()?, "hr".parse()?, "A laptop");
    let assigned = Assigned {
        assignee: "mei".parse()?,
        from: None,
    };
    let resolved = Resolved {
        outcome: "It is on the desk".into(),
        auto_close_at: None,
    };
    let question = "Which one?".into();
    let steps: [(RequestEvent, i64); 6] = [
        (submitted.into(), spread(7_919, 700 * 1440)),
        (Acknowledged { note: None }.into(), spread(31, 900)),
        (assigned.into(), spread(17, 120)),
        (WaitBegan { question }.into(), spread(101, 3 * 1440)),
        (Resumed { note: None }.into(), spread(203, 4 * 1440)),
        (resolved.into(), spread(401, 9 * 1440)),
    ];
    let by = Actor::Person("mei".parse()?);
    let mut at = BEGIN;
    let events = steps.into_iter().map(|(event, later)| {
        at += later;
        Recorded {
            id,
            at: Timestamp::from_micros(at),
            by: by.clone(),
            event,
        }
    });
    let meta = Meta {
        correlation: id,
        causation: None,
        traceparent: None,
        audience: Default::default(),
        once: None,
    };
    let commit = Commit {
        entity: id.to_string(),
        meta,
        events: events.collect(),
    };
    let proposal = Proposal {
        id,
        context: RequestEvent::CONTEXT,
        entity: id.to_string(),
        payload: khidma_events::encode(&commit)?.into(),
    };
    log.append(proposal, Position::START).await?;
    Ok(())
}

/// Resident memory of this process in MiB.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kib: u64 = line.split_whitespace().next().ok_or("no figure")?.parse()?;
    Ok(kib / 1024)
}
