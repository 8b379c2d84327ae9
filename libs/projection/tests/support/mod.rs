//! What the tests share: a view that counts, and ways to start and wait.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use khidma_eventlog::{EventLog, Stored};
use khidma_kernel::{Position, Timestamp};
use khidma_projection::{
    AgendaItem, ApplyError, Hooks, Projection, ProjectionConfig, ProjectionState, Reader, RowError,
    Rows, Views,
};
use khidma_runtime::Tasks;
use serde::{Deserialize, Serialize};

/// More than any step needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a commit of the tests does to the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Op {
    /// Nothing but to be counted.
    Count,
    /// Writes a row of so many bytes.
    Put(String, usize),
    /// Appends to a row.
    Grow(String),
    /// Removes a row.
    Delete(String),
    /// Puts the commit's entity on the agenda.
    Schedule(i64, String),
    /// Takes it off.
    Unschedule(i64, String),
    /// Cannot be applied.
    Bad,
    /// Makes the view panic.
    Panic,
}

/// Counts commits, in one row for all and one for each entity, and obeys the ops.
pub(crate) struct Tally {
    pub(crate) version: u32,
}

/// The row under [`TOTAL`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Total {
    pub(crate) commits: u64,
    pub(crate) last: Position,
}

pub(crate) const TOTAL: &[u8] = b"!total";

/// A context that the tally makes no rows of.
pub(crate) const ELSEWHERE: &str = "elsewhere";

impl Views for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        if *commit.context == *ELSEWHERE {
            return Ok(());
        }
        let total: Total = rows.get(TOTAL)?.unwrap_or_default();
        rows.put(
            TOTAL,
            &Total {
                commits: total.commits + 1,
                last: commit.position,
            },
        )?;
        let each = format!("entity/{}", commit.entity).into_bytes();
        let count: u64 = rows.get(&each)?.unwrap_or_default();
        rows.put(&each, &(count + 1))?;
        rows.touch(&commit.entity);
        let ops: Vec<Op> =
            postcard::from_bytes(&commit.payload).map_err(|error| ApplyError::Undecodable {
                reason: error.to_string(),
            })?;
        ops.into_iter().try_for_each(|op| obey(op, commit, rows))
    }
}

fn obey(op: Op, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let item = |kind| AgendaItem {
        kind,
        entity: commit.entity.clone(),
    };
    match op {
        Op::Count => {}
        Op::Put(key, size) => rows.put(&named(&key), &vec![7_u8; size])?,
        Op::Grow(key) => {
            let mut row: Vec<u8> = rows.get(&named(&key))?.unwrap_or_default();
            row.push(commit.position.0.to_le_bytes()[0]);
            rows.put(&named(&key), &row)?;
        }
        Op::Delete(key) => rows.delete(&named(&key)),
        Op::Schedule(due, kind) => rows.schedule(Timestamp::from_micros(due), &item(kind))?,
        Op::Unschedule(due, kind) => rows.unschedule(Timestamp::from_micros(due), &item(kind)),
        Op::Bad => {
            return Err(ApplyError::Undecodable {
                reason: "it is bad".into(),
            });
        }
        Op::Panic => panic!("as told"),
    }
    Ok(())
}

pub(crate) fn named(key: &str) -> Vec<u8> {
    format!("row/{key}").into_bytes()
}

/// One life of the tally over a folder and a log.
pub(crate) struct Life {
    pub(crate) tasks: Tasks,
    pub(crate) tally: Projection,
}

impl Life {
    pub(crate) async fn with(
        config: ProjectionConfig,
        version: u32,
        log: Arc<dyn EventLog>,
        hooks: Hooks,
    ) -> Self {
        let tasks = Tasks::new();
        let tally = Projection::start(config, Arc::new(Tally { version }), log, &tasks, hooks)
            .await
            .unwrap();
        Self { tasks, tally }
    }

    /// Waits until it is live.
    pub(crate) async fn live(self) -> Self {
        self.until(|state| *state == ProjectionState::Live).await;
        self
    }

    pub(crate) async fn until(&self, wanted: impl Fn(&ProjectionState) -> bool) {
        let mut status = self.tally.watch_status();
        let reached =
            tokio::time::timeout(PATIENCE, status.wait_for(|status| wanted(&status.state))).await;
        let stands = self.tally.status();
        assert!(reached.is_ok(), "still {stands:?}");
    }

    pub(crate) async fn reached(&self, position: Position) {
        tokio::time::timeout(PATIENCE, self.tally.wait_for(position))
            .await
            .unwrap()
            .unwrap();
    }

    /// Ends it in good order.
    pub(crate) async fn end(self) {
        assert!(self.tasks.drain(PATIENCE).await);
    }
}

pub(crate) fn total(reader: &Reader) -> Result<Total, RowError> {
    Ok(reader.get(TOTAL)?.unwrap_or_default())
}

pub(crate) fn config(folder: &Path) -> ProjectionConfig {
    ProjectionConfig {
        cache_bytes: 8 << 20,
        ..ProjectionConfig::in_folder(folder)
    }
}

/// Whether the rows add up: every commit counted once, in the total and for its entity, up to where the reader is.
pub(crate) fn assert_adds_up(reader: &Reader, commits: u64) {
    let total = total(reader).unwrap();
    let each: u64 = reader
        .prefix(b"entity/")
        .map(|row| row.unwrap().1.decode::<u64>().unwrap())
        .sum();
    assert_eq!(
        (total.commits, each, total.last),
        (commits, commits, reader.position())
    );
}
