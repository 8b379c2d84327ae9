//! Kill -9 at any moment: what is on disk afterwards is a whole number of commits, none counted twice.
//!
//! The test is its own child: `kill child <folder> <length>` runs the tally over a log until it is killed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test without the test harness"
)]

#[cfg(test)]
#[path = "support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use khidma_eventlog::{AppendError, Appended, Commits, EventLog, LogError, Proposal, Stored};
use khidma_kernel::Position;
use khidma_projection::{Hooks, ProjectionConfig, rows_equal};
use support::{Life, Op, assert_adds_up, config};
use uuid::Uuid;

/// Rounds of starting and killing.
const ROUNDS: u64 = 12;
/// Commits a round adds to the log.
const GROWTH: u64 = 4000;

/// A log whose commits follow from their positions, so that it outlives every process.
struct LawfulLog {
    length: u64,
    reachable: bool,
    /// Every so many commits the stream has nothing ready for a moment.
    burst: u64,
}

fn commit(position: u64) -> Stored {
    let key = (position * 7919 % 101).to_string();
    let ops = [
        Op::Grow(key),
        Op::Schedule(i64::from(position as u32 % 50), "close".into()),
    ];
    Stored {
        position: Position(position),
        id: Uuid::from_u128(u128::from(position) << 32 | 7),
        context: Arc::from("tests"),
        entity: format!("e{}", position % 37),
        payload: Bytes::from(postcard::to_stdvec(&ops[..]).unwrap()),
    }
}

#[async_trait]
impl EventLog for LawfulLog {
    async fn append(&self, _: Proposal, _: Position) -> Result<Appended, AppendError> {
        Err(AppendError::Failed("a law is not appended to".into()))
    }

    fn follow(&self, after: Position) -> Commits {
        let burst = self.burst;
        let there =
            futures::stream::iter(after.0 + 1..=self.length).then(move |position| async move {
                if position % burst == 0 {
                    tokio::task::yield_now().await;
                }
                Ok(commit(position))
            });
        there.chain(futures::stream::pending()).boxed()
    }

    async fn head(&self) -> Result<Position, LogError> {
        match self.reachable {
            // Half of it is caught up with, half of it comes live.
            true => Ok(Position(self.length.saturating_sub(GROWTH / 2))),
            false => Err(LogError::Unavailable("told so".into())),
        }
    }
}

fn small(folder: &Path) -> ProjectionConfig {
    ProjectionConfig {
        overlay_bytes: 20_000,
        live_batch: 64,
        ..config(folder)
    }
}

async fn life(folder: &Path, length: u64, reachable: bool) -> Life {
    let log = Arc::new(LawfulLog {
        length,
        reachable,
        burst: 50,
    });
    Life::with(small(folder), 1, log, Hooks::default()).await
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "child", folder, length] => {
            runtime.block_on(child(Path::new(folder), length.parse().unwrap()))
        }
        _ => runtime.block_on(parent()),
    }
}

/// Says on standard output where it is, until it is killed or its parent is gone.
async fn child(folder: &Path, length: u64) {
    let life = life(folder, length, true).await;
    let mut status = life.tally.watch_status();
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_line(&mut String::new());
        std::process::exit(0);
    });
    while status.changed().await.is_ok() {
        println!("{}", life.tally.position());
    }
}

/// A child that dies with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn parent() {
    let folder = tempfile::tempdir().unwrap();
    let mut least = 0;
    for round in 1..=ROUNDS {
        let length = round * GROWTH;
        run_and_kill(folder.path(), length, least, round);
        // With the log out of reach the rows stay as they were found.
        let found = life(folder.path(), length, false).await;
        let reader = found.tally.reader();
        match found.tally.status().generation {
            _ if reader.position() == Position::START => {}
            _ => assert_adds_up(&reader, reader.position().0),
        }
        assert!(reader.position().0 <= length);
        least = reader.position().0;
        println!("round {round}: killed, {least} of {length} commits on disk");
        drop(reader);
        found.end().await;
    }
    let length = ROUNDS * GROWTH;
    let last = life(folder.path(), length, true).await.live().await;
    last.reached(Position(length)).await;
    assert_adds_up(&last.tally.reader(), length);
    let fresh = tempfile::tempdir().unwrap();
    let rebuilt = life(fresh.path(), length, true).await.live().await;
    rebuilt.reached(Position(length)).await;
    assert!(rows_equal(&last.tally.reader(), &rebuilt.tally.reader()).unwrap());
    assert!(
        least > 0,
        "no round left anything on disk: the test tested nothing"
    );
}

/// Runs a child, waits until it has got on for a while, and kills it.
fn run_and_kill(folder: &Path, length: u64, least: u64, round: u64) {
    use std::io::{BufRead, BufReader};
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", folder.to_str().unwrap(), &length.to_string()]);
    let mut child = Killed(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let told = BufReader::new(child.0.stdout.take().unwrap());
    // A different moment each round: by what it says, and then some microseconds on.
    let enough = least + GROWTH * (round * 7 % 10 + 1) / 11;
    let deadline = Instant::now() + support::PATIENCE;
    let mut lines = told.lines();
    // Not by value: the child must not die of a closed pipe.
    for line in lines.by_ref() {
        let position: u64 = line.unwrap().parse().unwrap();
        assert!(Instant::now() < deadline, "the child stands at {position}");
        if position >= enough.min(length) {
            break;
        }
    }
    let moment = Instant::now() + Duration::from_micros(round * 1733 % 20_000);
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
    drop(child);
    // It was running when it was killed, so it had not closed its end.
    assert!(lines.all(|line| line.is_ok()));
}
