//! A million open clocks: what one takes, how long a start takes, and how late the breaches are of thousands that fall due
//! in the same second.

mod fill;
pub(crate) mod following;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_edge::{Config, Deps};
use khidma_eventlog::{EmbeddedLog, EventLog, Stored};
use khidma_events::Event;
use khidma_events::sla::{ClockEvent, Metric};
use khidma_kernel::{Position, Timestamp};
use khidma_projection::{Projection, ProjectionState};
use khidma_runtime::{Clock, Tasks};

use crate::Outcome;
use crate::table::Table;
use fill::{Promise, ask, promise};

/// What is promised of each of the many requests; within 30 days, so that nothing falls due meanwhile.
const PROMISED: [Metric; 4] = [
    Metric::Acknowledge,
    Metric::FirstResponse,
    Metric::Resolve,
    Metric::Confirm,
];
/// After how many seconds those fall due that do at once; they have to be known before.
const SOON: i64 = 30;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// The service on an embedded log, without a server.
struct Life {
    log: Arc<dyn EventLog>,
    tasks: Tasks,
    rows: Projection,
    /// Until its read model showed all there was.
    live: Duration,
    began: Instant,
    /// Where the last commit stood before it began.
    asked: Position,
}

impl Life {
    async fn begin(folder: &Path) -> Outcome<Self> {
        let (began, tasks) = (Instant::now(), Tasks::new());
        let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.join("log"), &tasks)?);
        let asked = log.head().await?;
        let config = Arc::new(Config::in_folder(folder));
        let deps = Deps::new(config, log.clone(), Clock::system(), tasks.clone());
        let started = khidma_sla::start(&deps).await?;
        let mut status = started.projection.watch_status();
        status
            .wait_for(|status| status.state == ProjectionState::Live)
            .await?;
        Ok(Self {
            log,
            tasks,
            rows: started.projection,
            live: began.elapsed(),
            began,
            asked,
        })
    }

    /// Waits until its read model shows all there is on the log.
    async fn caught_up(&self) -> Outcome {
        Ok(self.rows.wait_for(self.log.head().await?).await?)
    }

    async fn end(self) {
        self.tasks.drain(Duration::from_secs(60)).await;
    }
}

/// Opens the clocks; the rest is measured by a process of its own.
pub(crate) async fn measure(clocks: usize, due: usize) -> Outcome {
    let folder = tempfile::tempdir()?;
    let life = Life::begin(folder.path()).await?;
    let empty = memory()?;
    let requests = clocks / PROMISED.len();
    promises(&*life.log).await?;
    let (began, head) = (Instant::now(), life.log.head().await?);
    ask(&life.log, "it", requests, |_| Clock::system().now()).await?;
    let asked = began.elapsed();
    told(&life.log, head, requests, |_, event| started(event)).await?;
    let started = began.elapsed();
    life.caught_up().await?;
    let seen = began.elapsed();
    life.end().await;

    let tasks = Tasks::new();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let past = Clock::system().now().plus_seconds(-3600);
    ask(&log, "desk", 1, |_| past).await?;
    tasks.drain(Duration::from_secs(20)).await;
    drop(log);
    let mut table = Table::new(["", ""]);
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    row("clocks opened, four a request", clocks.to_string());
    row("their requests written to the log, s", seconds(asked));
    row("until the last clock was on the log, s", seconds(started));
    row("until its row showed it, s", seconds(seen));
    let rate = clocks as f64 / started.as_secs_f64();
    row("clocks opened a second", format!("{rate:.0}"));
    println!("{table}");
    let mut rest = std::process::Command::new(std::env::current_exe()?);
    rest.arg("sla-restart").arg(folder.path());
    rest.args([clocks.to_string(), due.to_string(), empty.to_string()]);
    let ended = tokio::task::spawn_blocking(move || rest.status()).await??;
    if ended.success() {
        Ok(())
    } else {
        Err("the second half failed".into())
    }
}

/// What the many are promised, and what those are promised that fall due.
async fn promises(log: &dyn EventLog) -> Outcome {
    let lasting = Promise {
        policy: "lasting",
        provider: "it",
        metrics: &PROMISED,
        within: 30 * 24 * 3600,
    };
    promise(log, lasting).await?;
    let soon = Promise {
        policy: "soon",
        provider: "desk",
        metrics: &[Metric::Acknowledge],
        within: SOON.unsigned_abs(),
    };
    promise(log, soon).await
}

/// Measures a start with `clocks` open ones, and then `due` that fall due in the same second, and says it as a table.
/// `empty` is what the process would have without any, in MiB.
pub(crate) async fn restarted(
    folder: &Path,
    clocks: usize,
    due: usize,
    empty: u64,
) -> Outcome<String> {
    let life = Life::begin(folder).await?;
    // The probe is the last request on the log: what its clock says comes after it.
    let before = Position(life.asked.0.saturating_sub(1));
    told(&life.log, before, 1, |_, event| breached(event)).await?;
    let (fired, full) = (life.began.elapsed(), memory()?);
    let late = lateness(&life, due).await?;
    let after = memory()?;
    let bare = appends(&life.log, due).await?;
    let mut table = Table::new(["", ""]);
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let each = |bytes: u64| (bytes / clocks.max(1) as u64).to_string();
    row("start: until ready, s", seconds(life.live));
    row(
        "start: until a late breach was on the log, s",
        seconds(fired),
    );
    row("resident without clocks, MiB", empty.to_string());
    row("resident after the start, MiB", full.to_string());
    row(
        "bytes of memory a clock",
        each(full.saturating_sub(empty) << 20),
    );
    let rows = size(&folder.join("views"))?;
    row("bytes of disk a clock, read model", each(rows));
    row("due in the same second", late.len().to_string());
    for (name, share) in [("p50", 0.5), ("p99", 0.99), ("most", 1.0)] {
        let name = format!("breach on the log after it was due, {name}, ms");
        row(&name, millis(&late, share));
    }
    row(
        "bare appends of the same number, a second",
        format!("{bare:.0}"),
    );
    row("resident at the end, MiB", after.to_string());
    life.end().await;
    Ok(table.to_string())
}

fn started(event: &ClockEvent) -> bool {
    matches!(event, ClockEvent::ClockStarted(start) if start.clock.metric == Metric::Acknowledge)
}

fn breached(event: &ClockEvent) -> bool {
    matches!(event, ClockEvent::ClockBreached(_))
}

/// How late each of `count` breaches was on the log that were due in the same second, in microseconds, ascending.
async fn lateness(life: &Life, count: usize) -> Outcome<Vec<i64>> {
    let (head, clock) = (life.log.head().await?, Clock::system());
    let begin = clock.now();
    let within = |number: usize| {
        let micros = 1_000_000 * number / count;
        Timestamp::from_micros(begin.as_micros() - 1_000_000 + micros as i64)
    };
    let mut late = Vec::with_capacity(count);
    let asking = ask(&life.log, "desk", count, within);
    let telling = told(&life.log, head, count, |now, event| match event {
        ClockEvent::ClockBreached(event) => {
            late.push(now.micros_since(event.at));
            true
        }
        _ => false,
    });
    let (asked, told) = tokio::join!(asking, telling);
    asked?;
    told?;
    late.sort_unstable();
    Ok(late)
}

/// Follows the log after `from` until `wanted` was true of `count` events of clocks; it hears when each was on the log.
async fn told(
    log: &Arc<dyn EventLog>,
    from: Position,
    count: usize,
    mut wanted: impl FnMut(Timestamp, &ClockEvent) -> bool,
) -> Outcome {
    let (clock, mut commits, mut found) = (Clock::system(), log.follow(from), 0);
    while found < count {
        let next = tokio::time::timeout(PATIENCE, commits.next()).await;
        let commit = next.map_err(|_| "clocks do not tell what they should")?;
        let commit = commit.ok_or("the log ended")??;
        let now = clock.now();
        for event in clock_events(&commit)? {
            found += usize::from(wanted(now, &event));
        }
    }
    Ok(())
}

/// What clocks say in a commit; nothing where it is another's.
fn clock_events(commit: &Stored) -> Outcome<Vec<ClockEvent>> {
    if &*commit.context != ClockEvent::CONTEXT || commit.entity.starts_with("policy-") {
        return Ok(Vec::new());
    }
    let decoded = khidma_events::decode::<ClockEvent>(&commit.payload)?;
    Ok(decoded.events.into_iter().map(|one| one.event).collect())
}

/// The same number of appends, a commit of a breach's size each, 256 under way at once; how many a second.
async fn appends(log: &Arc<dyn EventLog>, count: usize) -> Outcome<f64> {
    let began = Instant::now();
    ask(log, "nobody", count, |_| Timestamp::EPOCH).await?;
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

fn seconds(took: Duration) -> String {
    format!("{:.2}", took.as_secs_f64())
}

/// The value below which `share` of the ascending microseconds lie, in milliseconds.
fn millis(sorted: &[i64], share: f64) -> String {
    let place = (sorted.len().saturating_sub(1)) as f64 * share;
    let micros = sorted.get(place as usize).copied().unwrap_or_default();
    format!("{:.1}", micros as f64 / 1000.0)
}

/// Resident memory of this process, in MiB.
fn memory() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kib: u64 = line.split_whitespace().next().ok_or("no figure")?.parse()?;
    Ok(kib / 1024)
}

/// Bytes of all files below `folder`.
fn size(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            size(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(bytes)
}
