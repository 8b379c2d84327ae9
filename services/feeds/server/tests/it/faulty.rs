//! A log in memory with a stream of feeds beside it that fails as a server may: not reached, or reached and not heard.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use khidma_eventlog::{
    AppendError, Appended, Commits, EventLog, FeedConfig, FeedEnd, FeedError, FeedMessage,
    FeedStream, LogError, MAX_FEED_BATCH, MemoryLog, Proposal,
};
use khidma_kernel::{Position, Timestamp};

/// What becomes of the next attempts to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It works.
    None,
    /// Nothing arrives.
    Lost,
    /// It is stored, and the answer is lost.
    Unheard,
}

/// The stream, shared by all processes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Feeds(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    kept: Vec<FeedMessage>,
    /// How many have expired.
    expired: u64,
    /// When the last one came in, if that is known.
    last_stored: Option<Timestamp>,
    /// What becomes of the next attempts, the first one last.
    faults: Vec<Fault>,
}

impl Feeds {
    pub(crate) fn kept(&self) -> Vec<FeedMessage> {
        self.state().kept.clone()
    }

    pub(crate) fn fail(&self, faults: Vec<Fault>) {
        self.state().faults = faults;
    }

    /// Everything there is expires.
    pub(crate) fn expire(&self) {
        let mut state = self.state();
        state.expired += state.kept.len() as u64;
        state.kept.clear();
    }

    /// Everything there is expires, the last of which came in at that time.
    pub(crate) fn expire_stored_at(&self, last: Timestamp) {
        self.expire();
        self.state().last_stored = Some(last);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

fn away() -> LogError {
    LogError::Unavailable("it was told to fail".into())
}

#[async_trait]
impl FeedStream for Feeds {
    async fn end(&self) -> Result<FeedEnd, LogError> {
        let state = self.state();
        let last = state.kept.last();
        Ok(FeedEnd {
            sequence: state.expired + state.kept.len() as u64,
            last: last.map(|message| (message.place, message.topic.clone())),
        })
    }

    async fn last_stored(&self) -> Result<Option<Timestamp>, LogError> {
        Ok(self.state().last_stored)
    }

    async fn publish(&self, messages: &[FeedMessage], after: u64) -> Result<u64, FeedError> {
        assert!((1..=MAX_FEED_BATCH).contains(&messages.len()));
        // So that two publishers meet.
        tokio::task::yield_now().await;
        let mut state = self.state();
        let fault = state.faults.pop().unwrap_or(Fault::None);
        if fault == Fault::Lost {
            return Err(away().into());
        }
        if state.expired + state.kept.len() as u64 != after {
            return Err(FeedError::Conflict);
        }
        state.kept.extend(messages.iter().cloned());
        if fault == Fault::Unheard {
            return Err(away().into());
        }
        Ok(state.expired + state.kept.len() as u64)
    }
}

/// A log with that stream beside it.
#[derive(Debug, Default)]
pub(crate) struct WithFeeds {
    log: MemoryLog,
    pub(crate) feeds: Feeds,
}

#[async_trait]
impl EventLog for WithFeeds {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        self.log.append(proposal, expected).await
    }

    fn follow(&self, after: Position) -> Commits {
        self.log.follow(after)
    }

    async fn head(&self) -> Result<Position, LogError> {
        self.log.head().await
    }

    async fn feeds(&self, _: FeedConfig) -> Result<Option<Arc<dyn FeedStream>>, LogError> {
        Ok(Some(Arc::new(self.feeds.clone())))
    }
}
