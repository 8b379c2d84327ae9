//! A log in a stream of nats-server (2.12 or newer), for several processes.
//!
//! Invariants: each entity has one exact subject, and every write carries the sequence expected on it; a commit is sent
//! again only under the same id and the same expectation; a follower's position is its only memory; those who have caught
//! up share one consumer.

mod backoff;
mod config;
mod feed;
mod feed_stream;
mod follow;
mod link;
mod message;
mod publish;
mod stream;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_nats::jetstream::stream::Stream;
use async_trait::async_trait;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::sync::OnceCell;

pub use self::config::{Credentials, JetStreamConfig};
use self::feed::Feed;
use self::feed_stream::JetStreamFeeds;
use self::link::Link;
use crate::admission::admit;
use crate::recent_ids::RecentIds;
use crate::{AppendError, Appended, Commits, EventLog, FeedConfig, FeedStream, LogError, Proposal};

/// A log in a stream of nats-server.
#[derive(Debug, Clone)]
pub struct JetStreamLog(Arc<Connected>);

/// What appends and followers share.
#[derive(Debug)]
struct Connected {
    config: JetStreamConfig,
    link: Link,
    stream: Stream,
    recent: Mutex<RecentIds>,
    feed: Mutex<Weak<Feed>>,
    /// The connection to the stream of feeds, where that is another one.
    feeds_link: OnceCell<Link>,
    tasks: Tasks,
}

impl Connected {
    /// What this process appended not long ago. A panic elsewhere leaves it whole, so the lock is taken all the same.
    fn recent(&self) -> MutexGuard<'_, RecentIds> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection to the stream of feeds.
    async fn feeds_link(&self, config: &FeedConfig) -> Result<&Link, LogError> {
        let Some(credentials) = &config.credentials else {
            return Ok(&self.link);
        };
        let config = JetStreamConfig {
            credentials: credentials.clone(),
            ..self.config.clone()
        };
        let connect = || Link::connect(&config, &self.tasks);
        self.feeds_link.get_or_try_init(connect).await
    }

    /// What those follow who have caught up, while there are any.
    fn feed(&self) -> MutexGuard<'_, Weak<Feed>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl JetStreamLog {
    /// Connects, and makes the stream if it is not there. Trying ends early when `tasks` begin to stop.
    ///
    /// # Errors
    /// [`LogError::Unavailable`], naming the server: it was not reached in the attempts that `config` allows.
    /// [`LogError::Failed`]: the credentials are refused, or the stream there could lose commits.
    pub async fn connect(config: JetStreamConfig, tasks: &Tasks) -> Result<Self, LogError> {
        let link = Link::connect(&config, tasks).await?;
        let stream = stream::open(&link, &config).await?;
        tracing::info!(address = %link.address, stream = config.stream, "the event log is connected");
        Ok(Self(Arc::new(Connected {
            config,
            link,
            stream,
            recent: Mutex::default(),
            feed: Mutex::default(),
            feeds_link: OnceCell::new(),
            tasks: tasks.clone(),
        })))
    }

    /// Whether the connection stands at this moment: what readiness asks.
    pub fn is_connected(&self) -> bool {
        self.0.link.is_connected()
    }

    /// The servers, fit for messages: without users and passwords.
    pub fn address(&self) -> &str {
        &self.0.link.address
    }
}

#[async_trait]
impl EventLog for JetStreamLog {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        admit(&proposal)?;
        let id = proposal.id;
        // The server remembers too, but it may call a repeated commit a conflict (see `publish`).
        if let Some(position) = self.0.recent().find(&id) {
            return Ok(Appended {
                position,
                duplicate: true,
            });
        }
        let appended = self.0.publish(proposal, expected).await?;
        self.0.recent().push(id, appended.position);
        Ok(appended)
    }

    fn follow(&self, after: Position) -> Commits {
        follow::follow(self.0.clone(), after)
    }

    async fn head(&self) -> Result<Position, LogError> {
        self.0.last().await
    }

    async fn feeds(&self, config: FeedConfig) -> Result<Option<Arc<dyn FeedStream>>, LogError> {
        let link = self.0.feeds_link(&config).await?;
        let feeds = JetStreamFeeds::open(link, &self.0.config, config).await?;
        Ok(Some(Arc::new(feeds)))
    }
}
