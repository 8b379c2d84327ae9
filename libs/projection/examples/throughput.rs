//! How fast a read model is built, rebuilt beside a busy reader, and kept up with live commits.
//!
//! `cargo run --release -p khidma-projection --example throughput -- 300000 32`: commits, MiB of sled's cache.
//! Six commits make one entity, whose row grows to about 500 bytes, and every other commit moves an index row.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use khidma_eventlog::{AppendError, Appended, Commits, EventLog, LogError, Proposal, Stored};
use khidma_kernel::Position;
use khidma_projection::{
    ApplyError, Hooks, Projection, ProjectionConfig, ProjectionState, Rows, Views,
};
use khidma_runtime::Tasks;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

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

/// A log whose commits follow from their positions and take no memory; its length can be raised.
struct LawfulLog(watch::Sender<u64>);

#[async_trait]
impl EventLog for LawfulLog {
    async fn append(&self, _: Proposal, _: Position) -> Result<Appended, AppendError> {
        Err(AppendError::Failed("it is only lengthened".into()))
    }

    fn follow(&self, after: Position) -> Commits {
        let payload = Bytes::from(vec![7; PAYLOAD]);
        let start = (after.0, self.0.subscribe(), payload);
        futures::stream::unfold(start, |(after, mut length, payload)| async move {
            length.wait_for(|length| *length > after).await.ok()?;
            Some((
                Ok(commit(after + 1, payload.clone())),
                (after + 1, length, payload),
            ))
        })
        .boxed()
    }

    async fn head(&self) -> Result<Position, LogError> {
        Ok(Position(*self.0.borrow()))
    }
}

fn commit(position: u64, payload: Bytes) -> Stored {
    let id = Uuid::from_u128(u128::from(position));
    Stored {
        position: Position(position),
        id,
        context: Arc::from("bench"),
        entity: entity(position),
        payload,
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
    log: Arc<LawfulLog>,
    tasks: Tasks,
    projection: Projection,
}

impl Bench {
    /// Starts on a log of so many commits, and says how long the rows took.
    async fn start(config: ProjectionConfig, log: Arc<LawfulLog>) -> Result<Self, Error> {
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

    /// Lengthens the log; answers its new end.
    fn lengthen(&self, by: u64) -> Position {
        self.log.0.send_modify(|length| *length += by);
        Position(*self.log.0.borrow())
    }

    async fn one_at_a_time(&self) -> Result<(), Error> {
        let mut latencies = Vec::new();
        for _ in 0..LIVE {
            let began = Instant::now();
            self.projection.wait_for(self.lengthen(1)).await?;
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
        let began = Instant::now();
        self.projection.wait_for(self.lengthen(commits)).await?;
        let rate = per_second(commits, began.elapsed());
        println!(
            "live burst of {commits}: {rate:.0} commits/s; {} MiB at most",
            resident()
        );
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let argument = |place| std::env::args().nth(place)?.parse::<u64>().ok();
    let commits = argument(1).unwrap_or(300_000);
    let log = Arc::new(LawfulLog(watch::Sender::new(commits)));
    let folder = tempfile::tempdir()?;
    let mut config = ProjectionConfig::in_folder(folder.path());
    config.cache_bytes = argument(2).map_or(config.cache_bytes, |mebibytes| mebibytes << 20);
    let bench = Bench::start(config.clone(), log.clone()).await?;
    bench.one_at_a_time().await?;
    bench.burst(commits / 3).await?;
    bench.rebuild().await?;
    bench.tasks.drain(Duration::from_secs(10)).await;
    drop(bench);
    Bench::start(config, log).await?;
    Ok(())
}
