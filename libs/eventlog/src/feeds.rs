//! The stream of the departments' feeds: beside the log, for those who subscribe to the message server itself.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use khidma_kernel::{Position, Timestamp};

use crate::LogError;
use crate::jetstream::Credentials;

/// How many messages are published at once, at the most: nats-server takes no more as one.
pub const MAX_FEED_BATCH: usize = 1000;

/// What the stream of feeds is called, and how long it keeps what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedConfig {
    /// The stream. It is made if it is not there.
    pub stream: String,
    /// What subjects begin with: an event stands in `<prefix>.<department>.<context>.<event>`.
    pub subject_prefix: String,
    /// For how long the stream keeps a message.
    pub max_age: Duration,
    /// Who we are to the server here, where the stream is in another account than the log: those who subscribe are then
    /// kept apart from the log by the server.
    pub credentials: Option<Credentials>,
}

impl FeedConfig {
    /// The usual names, and messages kept for `max_age`.
    pub fn kept_for(max_age: Duration) -> Self {
        Self {
            stream: "khidma-feed".into(),
            subject_prefix: "khidma.feed".into(),
            max_age,
            credentials: None,
        }
    }
}

/// Where a message comes from: an event of a commit. With the department, whose topic a message's is, it says where in the
/// whole of all feeds the message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedPlace {
    /// The commit.
    pub position: Position,
    /// Which of its events, from 0.
    pub index: u32,
}

/// One event for one department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedMessage {
    /// Where it comes from; it is told with the message.
    pub place: FeedPlace,
    /// What stands behind the prefix in its subject: `it.requests.submitted`.
    pub topic: String,
    /// Its id, unique in the stream.
    pub id: String,
    /// What is told of it besides.
    pub headers: Vec<(&'static str, String)>,
    /// What it says.
    pub payload: Bytes,
}

/// How far the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEnd {
    /// The sequence of the last message there ever was; 0 if there never was one.
    pub sequence: u64,
    /// The place and the topic of that message, if it is still kept.
    pub last: Option<(FeedPlace, String)>,
}

/// Why nothing was published, or perhaps was (where the log is [`LogError::Unavailable`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The stream's last message is not the expected one: somebody else publishes.
    #[error("somebody else has published")]
    Conflict,
    /// The stream cannot be reached, or does not take it.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The stream of feeds.
#[async_trait]
pub trait FeedStream: Send + Sync + 'static {
    /// How far it is. What others are publishing just now may come on top.
    ///
    /// # Errors
    /// It cannot be reached, or holds what no publisher of ours published.
    async fn end(&self) -> Result<FeedEnd, LogError>;

    /// When the last message that there ever was came in, by the server's clock. `None` if there never was one, or if the
    /// server does not know any more.
    ///
    /// # Errors
    /// It cannot be reached.
    async fn last_stored(&self) -> Result<Option<Timestamp>, LogError>;

    /// Publishes `messages`, 1 to [`MAX_FEED_BATCH`] of them, all or none, if the last message that the stream ever had
    /// is the one at `after`. The sequence of the last of them.
    ///
    /// # Errors
    /// See [`FeedError`]. After any error, where the stream ends has to be asked anew.
    async fn publish(&self, messages: &[FeedMessage], after: u64) -> Result<u64, FeedError>;
}
