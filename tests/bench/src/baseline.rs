//! The bare loop: read, decode, write. No folding, no cursor, no checks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_eventlog::EventLog;
use khidma_events::requests::RequestEvent;
use khidma_kernel::Position;

use crate::Outcome;

/// Commits between two batches of rows.
const BATCH: usize = 6000;

/// Reads and decodes every commit of `log`, and meanwhile writes `rows` into sled, evenly, in batches.
pub(crate) async fn build(
    log: &Arc<dyn EventLog>,
    rows: Vec<(Vec<u8>, Vec<u8>)>,
) -> Outcome<Duration> {
    let folder = tempfile::tempdir()?;
    let db = sled::Config::new()
        .path(folder.path())
        .cache_capacity(64 << 20)
        .open()?;
    let head = log.head().await?;
    let commits = usize::try_from(head.0)?;
    let share = rows.len() * BATCH / commits.max(1) + 1;
    let mut rows = rows.into_iter();
    let began = Instant::now();
    let mut stream = log.follow(Position::START).ready_chunks(BATCH);
    let (mut at, mut decoded) = (Position::START, 0);
    while at < head {
        for commit in stream.next().await.ok_or("the log ended")? {
            let commit = commit?;
            at = commit.position;
            decoded += khidma_events::decode::<RequestEvent>(&commit.payload)?
                .events
                .len();
            if commit.position.0.is_multiple_of(BATCH as u64) {
                write(&db, rows.by_ref().take(share))?;
            }
        }
    }
    write(&db, rows)?;
    std::hint::black_box(decoded);
    Ok(began.elapsed())
}

fn write(db: &sled::Db, rows: impl Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Outcome {
    let mut batch = sled::Batch::default();
    for (key, value) in rows {
        batch.insert(key, value);
    }
    Ok(db.apply_batch(batch)?)
}
