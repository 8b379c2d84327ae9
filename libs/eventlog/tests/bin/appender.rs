//! Appends to an embedded log under load, and prints every commit that was acknowledged, until it is killed.
//!
//! `khidma-eventlog-appender <folder> <first id>`: commits carry ids counted up from `first id`, so that the reader of
//! the output knows which commit each line speaks of: `<id> <position>`, or `failed <reason>` for a refusal.
//! It ends when its input ends, so it dies with the test that runs it.

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use khidma_eventlog::{EmbeddedLog, EventLog, LogError, Proposal};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use uuid::Uuid;

/// How many appends are under way at once.
const IN_FLIGHT: usize = 32;

fn main() -> ExitCode {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let [folder, first] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    let Ok(first) = first.parse() else {
        return ExitCode::from(2);
    };
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    match tokio::runtime::Runtime::new()
        .map(|runtime| runtime.block_on(append(Path::new(folder), first)))
    {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            say(&format!("failed {error}"));
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

async fn append(folder: &Path, first: u64) -> Result<(), LogError> {
    let tasks = Tasks::new();
    let log = Arc::new(EmbeddedLog::open(folder, &tasks)?);
    let next = Arc::new(AtomicU64::new(first));
    let writers = (0..IN_FLIGHT).map(|_| tasks.spawn(keep_appending(log.clone(), next.clone())));
    futures::future::join_all(writers.collect::<Vec<_>>()).await;
    if log.head().await.is_err() {
        say("head failed");
    }
    Ok(())
}

async fn keep_appending(log: Arc<EmbeddedLog>, next: Arc<AtomicU64>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let payload = Bytes::from(number.to_string().repeat(100));
        let id = Uuid::from_u128(number.into());
        let proposal = Proposal {
            id,
            context: "requests",
            entity: format!("r-{number}"),
            payload,
        };
        match log.append(proposal, Position::START).await {
            Ok(appended) => say(&format!("{number} {}", appended.position)),
            Err(error) => return say(&format!("failed {error}")),
        }
    }
}

/// One line in one write, so that a kill cannot leave half of one in front of another.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}
