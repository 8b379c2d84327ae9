//! Following: from the wire as long as there is much to catch up with, then from the [`Feed`] that all followers share.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::{StreamExt, stream};
use khidma_kernel::Position;

use super::Connected;
use super::feed::{Feed, JOINING};
use super::wire::Wire;
use crate::{Commits, LogError, Stored};

/// Every commit after `after`.
pub(super) fn follow(log: Arc<Connected>, after: Position) -> Commits {
    let follower = Follower {
        log,
        last: after,
        page: VecDeque::new(),
        feed: None,
        wire: None,
    };
    stream::try_unfold(follower, |mut follower| async move {
        let commit = follower.next().await?;
        Ok(Some((commit, follower)))
    })
    .boxed()
}

struct Follower {
    log: Arc<Connected>,
    /// The position of the last commit received.
    last: Position,
    /// Received and not handed out.
    page: VecDeque<Stored>,
    /// Where commits come from, once it has caught up.
    feed: Option<Arc<Feed>>,
    /// Where they come from until then.
    wire: Option<Wire>,
}

impl Follower {
    async fn next(&mut self) -> Result<Stored, LogError> {
        loop {
            if let Some(commit) = self.page.pop_front() {
                return Ok(commit);
            }
            if let Some(feed) = &self.feed {
                match feed.page(self.last).await {
                    Some(page) => {
                        self.last = page.last().map_or(self.last, |commit| commit.position);
                        self.page = page.into();
                    }
                    // It has gone on without us, or ended.
                    None => self.feed = None,
                }
                continue;
            }
            let fresh = || Wire::new(self.log.clone(), self.last);
            let wire = self.wire.get_or_insert_with(fresh);
            let commit = wire.next().await?;
            self.last = commit.position;
            if wire.pending() <= JOINING {
                self.join();
            }
            return Ok(commit);
        }
    }

    /// Goes over to the feed. Where there is none, the wire becomes it.
    fn join(&mut self) {
        if self.log.tasks.is_stopping() {
            return;
        }
        let mut known = self.log.feed();
        match known.upgrade().filter(|feed| !feed.has_ended()) {
            Some(feed) if feed.covers(self.last) => {
                self.feed = Some(feed);
                self.wire = None;
            }
            // Too far ahead of us: later.
            Some(_) => {}
            None => {
                self.feed = self
                    .wire
                    .take()
                    .map(|wire| Feed::begin(wire, &self.log.tasks));
                *known = self.feed.as_ref().map(Arc::downgrade).unwrap_or_default();
            }
        }
    }
}
