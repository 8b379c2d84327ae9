//! The contract, kept by the log in a folder; and what only a folder can go through.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use khidma_eventlog::{Appended, EmbeddedLog, EventLog, LogError};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Rig, contract, suite};

struct Embedded {
    log: Arc<EmbeddedLog>,
    _folder: TempDir,
}

impl Embedded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            log: Arc::new(open(folder.path())),
            _folder: folder,
        }
    }
}

impl Rig for Embedded {
    fn log(&self) -> Arc<dyn EventLog> {
        self.log.clone()
    }
}

fn open(folder: &Path) -> EmbeddedLog {
    EmbeddedLog::open(folder, &Tasks::new()).unwrap()
}

contract!(Embedded::new());

#[tokio::test]
async fn a_reopened_log_has_everything_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let again = suite::proposal("a", "x");
    let before = {
        let log = open(folder.path());
        log.append(again.clone(), Position::START).await.unwrap();
        for entity in 0..2000 {
            suite::append_new(&log, &format!("e-{entity}")).await;
        }
        suite::take(&log, Position::START, 2001).await
    };
    let log = open(folder.path());
    assert_eq!(log.head().await, Ok(Position(2001)));
    assert_eq!(suite::take(&log, Position::START, 2001).await, before);
    let repeated = log.append(again, Position::START).await;
    assert_eq!(
        repeated,
        Ok(Appended {
            position: Position(1),
            duplicate: true
        }),
        "ids are remembered"
    );
    let next = log
        .append(suite::proposal("a", "y"), Position(1))
        .await
        .unwrap();
    assert_eq!(
        next.position,
        Position(2002),
        "positions go on, and entities' heads are known"
    );
}

#[tokio::test]
async fn a_second_process_is_refused_clearly() {
    let folder = tempfile::tempdir().unwrap();
    let _log = open(folder.path());
    let refused = EmbeddedLog::open(folder.path(), &Tasks::new()).err();
    assert!(
        matches!(&refused, Some(LogError::Failed(reason)) if reason.contains("another process has it open")),
        "{refused:?}"
    );
}

/// An appender in a process of its own, that can be killed.
struct Appender(Child);

impl Appender {
    fn command(folder: &Path, first_id: u64) -> Vec<String> {
        let binary = env!("CARGO_BIN_EXE_khidma-eventlog-appender").to_owned();
        vec![
            binary,
            folder.to_string_lossy().into_owned(),
            first_id.to_string(),
        ]
    }

    fn start(command: &[String]) -> Self {
        let mut process = Command::new(&command[0]);
        process
            .args(&command[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        Self(process.spawn().unwrap())
    }

    /// What it says, line by line, until it ends.
    fn lines(&mut self) -> impl Iterator<Item = String> + use<> {
        BufReader::new(self.0.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn acknowledged_in(line: &str) -> Option<(Uuid, Position)> {
    let (id, position) = line.split_once(' ')?;
    Some((
        Uuid::from_u128(id.parse().ok()?),
        Position(position.parse().ok()?),
    ))
}

/// Every acknowledged commit is where it was said to be, and nothing is stored twice.
async fn assert_kept(log: &EmbeddedLog, acknowledged: &[(Uuid, Position)]) {
    let head = log.head().await.unwrap();
    let all = suite::take(log, Position::START, usize::try_from(head.0).unwrap()).await;
    assert!(
        all.iter().map(|commit| commit.position.0).eq(1..=head.0),
        "in order, without a hole"
    );
    let ids = all
        .iter()
        .map(|commit| commit.id)
        .collect::<std::collections::HashSet<_>>();
    assert_eq!(ids.len(), all.len(), "none twice");
    for (id, position) in acknowledged {
        let place = usize::try_from(position.0).unwrap() - 1;
        assert_eq!(
            all.get(place).map(|commit| commit.id),
            Some(*id),
            "acknowledged at {position}"
        );
    }
    for commit in &all {
        let wanted = Bytes::from(commit.id.as_u128().to_string().repeat(100));
        assert!(
            commit.payload == wanted,
            "the payload at {} is another",
            commit.position
        );
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..12 {
        let mut appender = Appender::start(&Appender::command(folder.path(), round * 1_000_000));
        let mut lines = appender.lines();
        // Different moments: right at the start, and in the middle of ever more work.
        let enough = 1 + usize::try_from(round * round).unwrap() * 37;
        acknowledged.extend(
            lines
                .by_ref()
                .take(enough)
                .filter_map(|line| acknowledged_in(&line)),
        );
        appender.kill();
        // What it had said before it died, but we had not read, counts too.
        acknowledged.extend(lines.filter_map(|line| acknowledged_in(&line)));
    }
    assert!(
        acknowledged.len() > 10_000,
        "only {} appends in twelve rounds",
        acknowledged.len()
    );
    assert_kept(&open(folder.path()), &acknowledged).await;
}

#[tokio::test]
async fn a_disk_that_takes_no_more_stops_the_log_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    // Files may not grow beyond 1 MB: a write fails in the middle of the journal, as on a full disk.
    let script = r#"trap "" XFSZ; ulimit -f 2048; exec "$0" "$@""#;
    let mut command = vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()];
    command.extend(Appender::command(folder.path(), 0));
    let mut appender = Appender::start(&command);
    let lines = appender.lines().collect::<Vec<_>>();
    drop(appender);
    let refused = lines
        .iter()
        .filter(|line| line.starts_with("failed the event log failed"))
        .count();
    assert_eq!(
        refused,
        32,
        "every task is refused, and ends: {:?}",
        lines.last()
    );
    // Whoever asks whether the log is there learns that it is not: the process is not ready.
    assert!(lines.iter().any(|line| line == "head failed"));
    let acknowledged = lines
        .iter()
        .filter_map(|line| acknowledged_in(line))
        .collect::<Vec<_>>();
    assert!(!acknowledged.is_empty());
    assert_kept(&open(folder.path()), &acknowledged).await;
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Inverts every byte of `file` that begins an occurrence of `needle`. How many there were.
fn damage(file: &Path, needle: &[u8]) -> usize {
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    let found = bytes
        .windows(needle.len())
        .enumerate()
        .filter(|(_, window)| *window == needle)
        .map(|(at, _)| at);
    let found = found.collect::<Vec<_>>();
    for at in &found {
        bytes[*at] ^= 0xff;
    }
    std::fs::File::create(file)
        .unwrap()
        .write_all(&bytes)
        .unwrap();
    found.len()
}

#[tokio::test]
async fn a_damaged_byte_on_the_disk_is_found_and_acknowledged_commits_do_not_vanish_silently() {
    let folder = tempfile::tempdir().unwrap();
    {
        let log = open(folder.path());
        for number in 0..100 {
            let payload = format!("commit number {number} in full");
            log.append(
                suite::proposal(&format!("e-{number}"), payload),
                Position::START,
            )
            .await
            .unwrap();
        }
    }
    let hits = files_under(folder.path())
        .iter()
        .map(|file| damage(file, b"commit number 40 in full"))
        .sum::<usize>();
    assert!(hits > 0, "the commit lies somewhere in clear");
    // The journal's own checksum may refuse to open, or the tail is dropped and the mark tells: never a shorter log.
    let opened = EmbeddedLog::open(folder.path(), &Tasks::new());
    let read = match opened {
        Ok(log) => {
            let errors = log
                .follow(Position::START)
                .take(100)
                .filter_map(|commit| std::future::ready(commit.err()));
            std::pin::pin!(errors).next().await
        }
        Err(error) => Some(error),
    };
    assert!(read.is_some(), "it was read as if nothing were");
}

#[tokio::test]
async fn a_follower_of_a_closed_log_ends() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    suite::append_new(&log, "a").await;
    let commits = log.follow(Position::START);
    drop(log);
    let count = tokio::time::timeout(Duration::from_secs(10), commits.count()).await;
    assert_eq!(count, Ok(1));
}
