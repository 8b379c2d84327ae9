//! The event log: the source of truth. One stream of commits; a commit is stored whole or not at all.
//!
//! One trait, three adapters ([`memory`], [`embedded`], [`jetstream`]) and one contract suite (`tests/contract`)
//! that all three pass. Nobody reads one entity's history from here to decide: projections follow the log and
//! keep the states; a stale state is caught by the expected position of [`EventLog::append`].

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use khidma_kernel::Position;
use uuid::Uuid;

mod admission;
mod contexts;
pub mod embedded;
mod feeds;
pub mod jetstream;
pub mod memory;
mod paging;
mod recent_ids;
mod tail;

pub use embedded::EmbeddedLog;
pub use feeds::{
    FeedConfig, FeedEnd, FeedError, FeedMessage, FeedPlace, FeedStream, MAX_FEED_BATCH,
};
pub use jetstream::{JetStreamConfig, JetStreamLog};
pub use memory::MemoryLog;

/// A commit to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The commit's id. The log remembers ids for a while ([`EventLog::append`]) and stores none twice.
    pub id: Uuid,
    /// The bounded context, one token of a subject: `requests`.
    pub context: &'static str,
    /// The entity within the context, one token of a subject.
    pub entity: String,
    /// The commit as `khidma-events` encodes it.
    pub payload: Bytes,
}

/// A commit as it stands on the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it stands.
    pub position: Position,
    /// The commit's id.
    pub id: Uuid,
    /// The bounded context.
    pub context: Arc<str>,
    /// The entity within the context.
    pub entity: String,
    /// The commit as it was proposed, byte for byte.
    pub payload: Bytes,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Where the commit stands.
    pub position: Position,
    /// Whether it stood there already: this id was appended before.
    pub duplicate: bool,
}

/// Why an append stored nothing (or, for [`AppendError::Unavailable`], perhaps did).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The entity's last commit is not at the expected position: somebody else was first.
    #[error("the entity has moved on")]
    Conflict {
        /// Where the entity's last commit stands, if the log says.
        current: Option<Position>,
    },
    /// The commit is larger than the log takes.
    #[error("the commit has {size} bytes, the log takes {limit}")]
    TooLarge {
        /// Bytes of the payload.
        size: usize,
        /// Bytes the log takes.
        limit: usize,
    },
    /// The log could not be reached or did not answer in time, in spite of retries: whether the commit is stored is
    /// not known. Appending it again under the same id is safe.
    #[error("the event log is not available: {0}")]
    Unavailable(String),
    /// The storage failed for good (disk full, damaged). Nothing was acknowledged.
    #[error("the event log failed: {0}")]
    Failed(String),
}

/// Why reading the log stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The log could not be reached in spite of retries.
    #[error("the event log is not available: {0}")]
    Unavailable(String),
    /// A stored commit is damaged: its checksum or frame is wrong. Nobody may go on past it as if nothing were.
    #[error("the commit at position {position} is damaged: {reason}")]
    Damaged {
        /// Where.
        position: Position,
        /// How.
        reason: String,
    },
    /// The storage failed for good.
    #[error("the event log failed: {0}")]
    Failed(String),
}

/// A stream of commits in log order.
pub type Commits = BoxStream<'static, Result<Stored, LogError>>;

/// The largest payload of a commit, in bytes, on every adapter (nats-server's default message limit is 1 MiB).
pub const MAX_PAYLOAD: usize = 1_000_000;

/// The log of record.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Stores `proposal` if the entity's last commit stands at `expected` ([`Position::START`]: it has none yet).
    ///
    /// When it returns `Ok`, the commit survives the death of the process (and, as the adapter is configured, of the
    /// machine). A `proposal.id` stored not long ago (at least the last 16,384 commits or two minutes) is not stored
    /// again: the answer is where it stands, whatever `expected` says.
    ///
    /// Dropping the future does not undo or tear anything: call it in a task that runs to its end.
    ///
    /// # Errors
    /// See [`AppendError`].
    async fn append(&self, proposal: Proposal, expected: Position)
    -> Result<Appended, AppendError>;

    /// Every commit after `after`, exactly once, in order: first what is there, then what comes. The stream waits at
    /// the end of the log and rides out a lost connection by itself; it ends only after an error that cannot be ridden
    /// out, or when the log is closed.
    fn follow(&self, after: Position) -> Commits;

    /// The position of the last commit; [`Position::START`] for an empty log.
    ///
    /// # Errors
    /// The log cannot be reached.
    async fn head(&self) -> Result<Position, LogError>;

    /// Opens the stream of the departments' feeds beside the log; `None` where the log has no server that others could
    /// subscribe to. A stream that is there keeps messages for as long as `config` says from then on.
    ///
    /// # Errors
    /// The server cannot be reached, or the stream that is there cannot be trusted.
    async fn feeds(&self, config: FeedConfig) -> Result<Option<Arc<dyn FeedStream>>, LogError> {
        let _ = config;
        Ok(None)
    }
}
