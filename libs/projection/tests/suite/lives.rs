//! Starting lives, and filling a log.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use khidma_eventlog::{AppendError, EventLog, Proposal};
use khidma_kernel::Position;
use khidma_projection::Hooks;
use khidma_runtime::Clock;

use crate::support::{ELSEWHERE, Life, Op, config};

impl Life {
    pub(crate) async fn begin(folder: &Path, log: Arc<dyn EventLog>) -> Self {
        Self::of_version(1, folder, log).await
    }

    pub(crate) async fn of_version(version: u32, folder: &Path, log: Arc<dyn EventLog>) -> Self {
        Self::with(config(folder), version, log, Hooks::default()).await
    }
}

/// A proposal of `entity` that does `ops`.
pub(crate) fn proposal(entity: &str, ops: &[Op]) -> Proposal {
    Proposal {
        id: Clock::system().new_id(),
        context: "tests",
        entity: entity.to_owned(),
        payload: Bytes::from(postcard::to_stdvec(ops).unwrap()),
    }
}

/// Appends a commit of `entity`, whatever its last one was.
pub(crate) async fn append(log: &dyn EventLog, entity: &str, ops: &[Op]) -> Position {
    let mut expected = Position::START;
    loop {
        match log.append(proposal(entity, ops), expected).await {
            Ok(appended) => return appended.position,
            Err(AppendError::Conflict {
                current: Some(current),
            }) => expected = current,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Appends `count` commits that are only counted, spread over some entities.
pub(crate) async fn append_many(log: &dyn EventLog, count: u64) -> Position {
    let mut last = Position::START;
    for number in 0..count {
        last = append(log, &format!("e{}", number % 7), &[Op::Count]).await;
    }
    last
}

/// Appends a commit of a context that leaves no rows.
pub(crate) async fn append_elsewhere(log: &dyn EventLog, number: u64) -> Position {
    let foreign = Proposal {
        context: ELSEWHERE,
        ..proposal(&format!("f{number}"), &[])
    };
    let appended = log.append(foreign, Position::START).await;
    appended.unwrap().position
}
