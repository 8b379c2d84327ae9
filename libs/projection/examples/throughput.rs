//! How fast a read model is built, rebuilt beside a busy reader, and kept up with live commits.
//!
//! `cargo run --release -p khidma-projection --example throughput -- 300000`: commits; six make one entity, whose row
//! grows to about 500 bytes, and every other commit moves an index row.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use khidma_eventlog::{EventLog, MemoryLog, Proposal, Stored};
use khidma_kernel::Position;
use khidma_projection::{
    ApplyError, Hooks, Projection, ProjectionConfig, ProjectionState, Rows, Views,
};
use khidma_runtime::{Clock, Tasks};
use serde::{Deserialize, Serialize};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Bytes of a commit's payload.
const PAYLOAD: usize = 350;
/// Commits made at the same time: their entities are mixed on the log.
const ABREAST: u64 = 2000;
/// Live commits, one at a time.
const LIVE: u64 = 5000;

#[derive(Default, Serialize, Deserialize)]
struct Entity {
    commits: u32,
    history: Vec<Vec<u8>>,
}

struct Entities;

impl Views for Entities {
    fn name(&self) -> &'static str {
        "entities"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        let key = format!("e/{}", commit.entity).into_bytes();
        let mut entity: Entity = rows.get(&key)?.unwrap_or_default();
        let index = |state: u32| format!("i/{}/{}", state / 2, commit.entity).into_bytes();
        if entity.commits.is_multiple_of(2) {
            rows.delete(&index(entity.commits.saturating_sub(2)));
            rows.put(&index(entity.commits), &())?;
        }
        entity.commits += 1;
        entity
            .history
            .push(commit.payload.iter().take(80).copied().collect());
        rows.touch(&commit.entity);
        Ok(rows.put(&key, &entity)?)
    }
}

/// Ids that sort by time, six commits each, [`ABREAST`] entities at a time.
fn entity(number: u64) -> String {
    let group = number / (6 * ABREAST) * ABREAST + number % ABREAST;
    format!(
        "0190d7b2-{:04x}-7{:03x}-8000-{group:012x}",
        group >> 12,
        group & 0xfff
    )
}

async fn append(
    log: &MemoryLog,
    clock: &Clock,
    entity: String,
    expected: Position,
) -> Result<Position, Error> {
    let payload = Bytes::from(vec![7; PAYLOAD]);
    let proposal = Proposal {
        id: clock.new_id(),
        context: "bench",
        entity,
        payload,
    };
    Ok(log.append(proposal, expected).await?.position)
}

async fn live(projection: &Projection) -> Result<(), Error> {
    projection
        .watch_status()
        .wait_for(|status| status.state == ProjectionState::Live)
        .await?;
    Ok(())
}

/// Reads a row again and again; the longest time one read took.
async fn busy_reader(projection: Projection, done: Arc<AtomicBool>) -> (u64, Duration) {
    let (mut reads, mut longest) = (0, Duration::ZERO);
    while !done.load(Ordering::Relaxed) {
        let began = Instant::now();
        let row = projection
            .reader()
            .get_head::<u32>(format!("e/{}", entity(reads * 37 % 1000)).as_bytes());
        std::hint::black_box(row.is_ok());
        (reads, longest) = (reads + 1, longest.max(began.elapsed()));
        tokio::task::yield_now().await;
    }
    (reads, longest)
}

fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Resident memory in MiB, where the system tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

struct Bench {
    log: Arc<MemoryLog>,
    clock: Clock,
    tasks: Tasks,
    projection: Projection,
}

impl Bench {
    /// Starts on a log of so many commits, and says how long the rows took.
    async fn start(
        config: ProjectionConfig,
        log: Arc<MemoryLog>,
        clock: Clock,
    ) -> Result<Self, Error> {
        let commits = log.head().await?.0;
        let (began, tasks) = (Instant::now(), Tasks::new());
        let projection = Projection::start(
            config,
            Arc::new(Entities),
            log.clone(),
            &tasks,
            Hooks::default(),
        )
        .await?;
        live(&projection).await?;
        let took = began.elapsed();
        println!(
            "start to live: {took:?}, {:.0} commits/s; {} MiB at most",
            per_second(commits, took),
            resident()
        );
        Ok(Self {
            log,
            clock,
            tasks,
            projection,
        })
    }

    async fn rebuild(&self) -> Result<(), Error> {
        let commits = self.log.head().await?.0;
        let done = Arc::new(AtomicBool::new(false));
        let reading = self
            .tasks
            .spawn(busy_reader(self.projection.clone(), done.clone()));
        let began = Instant::now();
        self.projection.rebuild(|_| ()).await?;
        let took = began.elapsed();
        done.store(true, Ordering::Relaxed);
        let (reads, longest) = reading.await?;
        println!(
            "rebuilt beside a reader: {:.0} commits/s; {} MiB at most",
            per_second(commits, took),
            resident()
        );
        println!(
            "  meanwhile {:.0} reads/s, the longest {longest:?}",
            per_second(reads, took)
        );
        Ok(())
    }

    async fn one_at_a_time(&self) -> Result<(), Error> {
        let mut latencies = Vec::new();
        for number in 0..LIVE {
            let position = append(
                &self.log,
                &self.clock,
                format!("live-{number}"),
                Position::START,
            )
            .await?;
            let began = Instant::now();
            self.projection.wait_for(position).await?;
            latencies.push(began.elapsed());
        }
        latencies.sort();
        let at = |share: usize| latencies[latencies.len() * share / 1000];
        println!(
            "live, one at a time: p50 {:?}, p99 {:?}, p99.9 {:?}",
            at(500),
            at(990),
            at(999)
        );
        Ok(())
    }

    async fn burst(&self, commits: u64) -> Result<(), Error> {
        let (began, mut last) = (Instant::now(), Position::START);
        for number in 0..commits {
            last = append(
                &self.log,
                &self.clock,
                format!("burst-{number}"),
                Position::START,
            )
            .await?;
        }
        self.projection.wait_for(last).await?;
        println!(
            "live burst of {commits} new entities: {:.0} commits/s",
            per_second(commits, began.elapsed())
        );
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let commits: u64 = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(300_000);
    let (log, clock) = (Arc::new(MemoryLog::new()), Clock::system());
    let mut heads = std::collections::HashMap::new();
    for number in 0..commits {
        let head = heads.entry(entity(number)).or_default();
        *head = append(&log, &clock, entity(number), *head).await?;
    }
    println!(
        "a log of {commits} commits in memory; {} MiB at most",
        resident()
    );
    let folder = tempfile::tempdir()?;
    let config = ProjectionConfig::in_folder(folder.path());
    let bench = Bench::start(config.clone(), log.clone(), clock.clone()).await?;
    bench.rebuild().await?;
    bench.one_at_a_time().await?;
    bench.burst(commits / 3).await?;
    bench.tasks.drain(Duration::from_secs(10)).await;
    drop(bench);
    Bench::start(config, log, clock).await?;
    Ok(())
}
