//! The contract, kept by the log in memory.

use std::sync::Arc;

use futures::StreamExt;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Position;

use crate::{Rig, contract, suite};

struct Memory(Arc<MemoryLog>);

impl Rig for Memory {
    fn log(&self) -> Arc<dyn EventLog> {
        self.0.clone()
    }
}

contract!(Memory(Arc::new(MemoryLog::new())));

#[tokio::test]
async fn a_closed_log_gives_what_it_has_and_ends() {
    let log = MemoryLog::new();
    suite::append_new(&log, "a").await;
    let commits = log.follow(Position::START);
    drop(log);
    assert_eq!(commits.count().await, 1);
}
