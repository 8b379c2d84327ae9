//! A million clocks: how long a start takes with that many on the agenda, how late ten thousand are that fall due at
//! once, how far behind reactions are, and how fast all rows are read.
//!
//! `nice cargo run --release -p khidma-engine --example agenda -- 1000000 10000 3000 256 32`: clocks, how many of them
//! fall due at once, facts a second to react to, items fired at once, MiB of sled's cache. On the embedded log; each fire is one command of the engine, flushed to the disk.
#![expect(clippy::print_stdout, reason = "it is there to print figures")]

#[path = "agenda/domain.rs"]
mod domain;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_engine::{Ask, Engine};
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_kernel::{OnceKey, Position, Timestamp, derived_id};
use khidma_projection::{
    AgendaConfig, AgendaError, Hooks, Projection, ProjectionConfig, ProjectionState, RowError,
    fold_rows, run_agenda_with,
};
use khidma_runtime::{Clock, Tasks};
use tokio::sync::mpsc;

use domain::{Act, Clocks, Toy, entity, opening};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Commands under way at once while the log is filled.
const ABREAST: usize = 256;
const SECOND: i64 = 1_000_000;
const YEAR: i64 = 365 * 24 * 3600 * SECOND;

/// One life of the service.
struct Life {
    log: Arc<EmbeddedLog>,
    tasks: Tasks,
    clock: Clock,
    clocks: Projection,
    engine: Arc<Engine<Toy>>,
}

impl Life {
    async fn begin(folder: &Path) -> Result<Self, Error> {
        let (began, tasks, clock) = (Instant::now(), Tasks::new(), Clock::system());
        let log = Arc::new(EmbeddedLog::open(&folder.join("log"), &tasks)?);
        let opened = began.elapsed();
        let mut config = ProjectionConfig::in_folder(folder.join("rows"));
        config.cache_bytes = argument(5, 32) << 20;
        let views = Arc::new(Clocks);
        let clocks =
            Projection::start(config, views, log.clone(), &tasks, Hooks::default()).await?;
        let mut status = clocks.watch_status();
        status
            .wait_for(|status| status.state == ProjectionState::Live)
            .await?;
        let live = began.elapsed();
        let next = clocks.reader().next_due()?;
        println!(
            "start: log open after {opened:?}, live after {live:?}, first due ({next:?}) read after {:?}; {}",
            began.elapsed(),
            memory()
        );
        let engine = Engine::new(log.clone(), clocks.clone(), clock.clone(), tasks.clone());
        Ok(Self {
            log,
            tasks,
            clock,
            clocks,
            engine: Arc::new(engine),
        })
    }

    async fn end(self) {
        println!(
            "{}; stopped: {}",
            memory(),
            self.tasks.drain(Duration::from_secs(30)).await
        );
    }

    /// Opens clocks straight on the log, due at `due(number)`.
    async fn open(
        &self,
        numbers: std::ops::Range<u64>,
        due: impl Fn(u64) -> i64,
    ) -> Result<Position, Error> {
        let appends = numbers.map(|number| {
            let (log, proposal) = (self.log.clone(), opening(&self.clock, number, due(number)));
            async move { log.append(proposal, Position::START).await }
        });
        let mut appended = futures::stream::iter(appends).buffer_unordered(ABREAST);
        let mut last = Position::START;
        while let Some(done) = appended.next().await {
            last = last.max(done?.position);
        }
        Ok(last)
    }

    /// Fires what falls due by a command; how late each was when it was on the disk comes out.
    fn react(&self) -> mpsc::UnboundedReceiver<i64> {
        let (tell, late) = mpsc::unbounded_channel();
        let (engine, now) = (self.engine.clone(), self.clock.clone());
        let config = AgendaConfig {
            at_once: argument(4, 256) as usize,
            ..AgendaConfig::default()
        };
        run_agenda_with(
            config,
            self.clocks.clone(),
            self.clock.clone(),
            &self.tasks,
            move |due, item| {
                let (engine, tell, now) = (engine.clone(), tell.clone(), now.clone());
                async move {
                    let at = due.as_micros().to_be_bytes();
                    let key = derived_id(&[item.kind.as_bytes(), item.entity.as_bytes(), &at]);
                    let act = match &*item.kind {
                        domain::TIMER => Act::Breach,
                        _ => Act::Follow(due.as_micros()),
                    };
                    let done = engine
                        .execute(Ask::by_itself("bench", item.entity, key), |_| Ok(act))
                        .await;
                    let late = now.now().micros_since(due);
                    done.map_err(|error| AgendaError::new(error.to_string()))?;
                    let _ = tell.send(late);
                    Ok(())
                }
            },
        );
        late
    }

    /// Reads every row, decodes it and looks at all of it, on so many threads.
    async fn read_all(&self, what: &str, threads: usize) -> Result<(), Error> {
        let began = Instant::now();
        let fold = |sum: &mut (u64, u64), _: &[u8], row: &khidma_projection::Row| {
            let row: domain::Row = row.decode()?;
            let looked: u64 = row.body.iter().map(|byte| u64::from(*byte)).sum();
            *sum = (
                sum.0 + 1,
                sum.1 + looked + u64::from(row.head.state.breached),
            );
            Ok::<_, RowError>(())
        };
        let parts = fold_rows(self.clocks.reader(), &self.tasks, b"e/", threads, fold).await?;
        let each: Vec<u64> = parts.iter().map(|(rows, _)| *rows).collect();
        let rate = each.iter().sum::<u64>() as f64 / began.elapsed().as_secs_f64();
        println!(
            "{what}, {threads} threads: {rate:.0} rows/s, {each:?}; {}",
            memory()
        );
        Ok(())
    }

    /// Reads every row without decoding it.
    fn scan(&self) -> Result<(), Error> {
        let (began, mut count) = (Instant::now(), 0_u64);
        for row in self.clocks.reader().prefix(b"e/") {
            count += u64::from(!row?.1.bytes().is_empty());
        }
        let rate = count as f64 / began.elapsed().as_secs_f64();
        println!("bare scan of {count}: {rate:.0} rows/s");
        Ok(())
    }

    /// Tells facts at a steady pace, each of another clock.
    async fn tell(&self, numbers: std::ops::Range<u64>, per_second: u64) -> Result<u64, Error> {
        let (began, first) = (Instant::now(), numbers.start);
        let refused = Arc::new(AtomicU64::new(0));
        let (mut pace, mut told) = (tokio::time::interval(Duration::from_millis(2)), first);
        while told < numbers.end {
            pace.tick().await;
            let upto = first + began.elapsed().as_micros() as u64 * per_second / 1_000_000;
            for number in told..upto.min(numbers.end) {
                let (engine, refused) = (self.engine.clone(), refused.clone());
                let key = self.clock.new_id();
                let ask = Ask {
                    once: OnceKey { key, digest: 0 },
                    ..Ask::by_itself("bench", entity(number), key)
                };
                self.tasks.spawn(async move {
                    let done = engine.execute(ask, |_| Ok(Act::Tell)).await;
                    refused.fetch_add(u64::from(done.is_err()), Ordering::Relaxed);
                });
            }
            told = told.max(upto.min(numbers.end));
        }
        Ok(refused.load(Ordering::Relaxed))
    }
}

/// Waits for `count` figures and prints how they are spread.
async fn spread(what: &str, count: u64, late: &mut mpsc::UnboundedReceiver<i64>) {
    let mut all = Vec::new();
    while (all.len() as u64) < count {
        match tokio::time::timeout(Duration::from_secs(30), late.recv()).await {
            Ok(Some(micros)) => all.push(micros),
            _ => break,
        }
    }
    all.sort_unstable();
    let at = |share: usize| all.get(all.len() * share / 1000).copied().unwrap_or(-1) / 1000;
    let most = all.last().copied().unwrap_or(-1) / 1000;
    let got = all.len();
    println!(
        "{what}: {got} of {count}, p50 {} ms, p99 {} ms, most {most} ms; {}",
        at(500),
        at(990),
        memory()
    );
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    format!("{} MiB", kibibytes.unwrap_or_default() / 1024)
}

fn argument(place: usize, usual: u64) -> u64 {
    let given = std::env::args().nth(place);
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (many, burst, pace) = (
        argument(1, 1_000_000),
        argument(2, 10_000),
        argument(3, 3000),
    );
    let folder = tempfile::tempdir()?;
    let life = Life::begin(folder.path()).await?;
    let (began, soon) = (
        Instant::now(),
        life.clock.now().plus_seconds(3600).as_micros(),
    );
    let spacing = YEAR / many.max(1) as i64;
    // In an order that is not the order of the clocks' names.
    let last = life
        .open(0..many, |number| {
            soon + (number * 7_919 % many) as i64 * spacing
        })
        .await?;
    let appended = began.elapsed();
    life.clocks.wait_for(last).await?;
    println!(
        "{many} opened in {appended:?}, all rows after {:?}",
        began.elapsed()
    );
    life.end().await;

    let life = Life::begin(folder.path()).await?;
    life.read_all("all rows, just opened", 2).await?;
    tokio::task::block_in_place(|| life.scan())?;
    for threads in [1, 2, 4] {
        life.read_all("all rows", threads).await?;
    }
    let mut late = life.react();
    for round in 0..3 {
        let due = life.clock.now().plus_seconds(3);
        let (first, across) = (many + round * burst, if round == 2 { SECOND } else { 0 });
        let each = |number: u64| due.as_micros() + (number - first) as i64 * across / burst as i64;
        let last = life.open(first..first + burst, each).await?;
        life.clocks.wait_for(last).await?;
        assert!(
            life.clock.now() < Timestamp::from_micros(due.as_micros()),
            "too slow"
        );
        spread(
            ["due at once", "again", "over one second"][round as usize],
            burst,
            &mut late,
        )
        .await;
    }
    for pace in [pace, pace * 2] {
        let first = many - pace * 10;
        life.tell(first..many, pace).await?;
        spread(&format!("facts at {pace}/s"), pace * 10, &mut late).await;
    }
    life.end().await;
    Ok(())
}
