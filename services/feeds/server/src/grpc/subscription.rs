//! One subscriber: what there is, then what comes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::{Stream, stream};
use khidma_kernel::Position;
use khidma_proto::feeds as pb;
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::Status;

use super::FeedsGrpc;
use super::filter::Wish;
use super::heard::{Heard, size};
use super::ring::{Page, Ring};
use crate::status;

/// Events in one response, at the most, unless one commit has more.
const MOST_EVENTS: usize = 256;
/// Bytes of one response, about, unless one commit has more.
const MOST_BYTES: usize = 256 << 10;
/// How long after a response the next one is sent at the soonest: where much happens, one response tells several events.
const PACE: Duration = Duration::from_millis(20);
/// How long a subscriber hears nothing at the most while the log goes on without events for them: then they are told the
/// position, so that coming back later is cheap.
const BOOKMARK: Duration = Duration::from_secs(10);

/// One subscriber.
pub(super) struct Subscription {
    feeds: FeedsGrpc,
    ring: Arc<Ring>,
    head: watch::Receiver<Position>,
    away: watch::Receiver<bool>,
    wish: Wish,
    /// Up to where everything has been found.
    at: Position,
    /// Found and not yet sent.
    ready: VecDeque<pb::SubscribeResponse>,
    /// Up to where everything has been sent.
    sent: Position,
    sent_at: Option<Instant>,
    /// Whether it was told that it is live.
    live: bool,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.feeds.subscribers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Subscription {
    /// Of what comes after `after`, what is wished for.
    pub(super) fn new(feeds: FeedsGrpc, ring: Arc<Ring>, wish: Wish, after: Position) -> Self {
        feeds.subscribers.fetch_add(1, Ordering::Relaxed);
        Self {
            head: ring.head(),
            away: feeds.tail.away(),
            feeds,
            ring,
            wish,
            at: after,
            ready: VecDeque::new(),
            sent: after,
            sent_at: None,
            live: false,
        }
    }

    /// Its responses, until something is away.
    pub(super) fn responses(
        self,
    ) -> impl Stream<Item = Result<pb::SubscribeResponse, Status>> + Send + 'static {
        stream::unfold(Some(self), |subscription| async move {
            let mut subscription = subscription?;
            match subscription.next().await {
                Ok(response) => Some((Ok(response), Some(subscription))),
                Err(status) => Some((Err(status), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<pb::SubscribeResponse, Status> {
        loop {
            if let Some(response) = self.ready.pop_front() {
                self.sent = Position(response.position);
                self.sent_at = Some(Instant::now());
                self.live |= response.live;
                return Ok(response);
            }
            // Asked first: what is there up to then is on the ring.
            let told = self.feeds.tail.told();
            match self.ring.page(self.at, MOST_EVENTS, MOST_BYTES) {
                Page::Behind => self.catch_up().await?,
                Page::Next(commits, _) if commits.is_empty() => {
                    self.at = self.at.max(told);
                    if self.bookmark_is_due() {
                        self.bookmark(true);
                    } else {
                        self.wait().await?;
                    }
                }
                Page::Next(commits, more) => self.take(&commits, more),
            }
        }
    }

    /// Reads from the log what the ring has no more.
    async fn catch_up(&mut self) -> Result<(), Status> {
        let until = self.ring.floor();
        let found = self.feeds.look(&self.wish, self.at, until).await?;
        let mut parts = Parts::default();
        for commit in found.commits {
            let Heard {
                position, events, ..
            } = commit;
            parts.add(position, events);
        }
        self.ready.extend(parts.done());
        self.at = found.at;
        match self.ready.back_mut() {
            Some(last) => last.position = found.at.0,
            // Much was read in vain: it shall not be read again.
            None => self.bookmark(false),
        }
        Ok(())
    }

    /// Takes commits from the ring.
    fn take(&mut self, commits: &[Arc<Heard>], more: bool) {
        let mut parts = Parts::default();
        for commit in commits {
            let wanted = commit.events.iter();
            let wanted = wanted.filter(|event| self.wish.filter.wants(event));
            parts.add(commit.position, wanted.cloned().collect());
            self.at = commit.position;
        }
        self.ready.extend(parts.done());
        if let Some(last) = self.ready.back_mut() {
            last.position = self.at.0;
            last.live = !more;
        }
    }

    fn bookmark_is_due(&self) -> bool {
        let long_ago = self.sent_at.is_none_or(|sent| sent.elapsed() >= BOOKMARK);
        !self.live || (long_ago && self.at > self.sent)
    }

    /// Tells the position alone, and whether there was nothing more to tell.
    fn bookmark(&mut self, live: bool) {
        self.ready.push_back(pb::SubscribeResponse {
            events: Vec::new(),
            position: self.at.0,
            live,
        });
    }

    /// Waits until there may be more, or a bookmark is due.
    async fn wait(&mut self) -> Result<(), Status> {
        let (at, since) = (self.at, self.sent_at.unwrap_or_else(Instant::now));
        // A moment after the last look at the log at the soonest, should it stand still for long.
        let due = (since + BOOKMARK).max(Instant::now() + BOOKMARK / 10);
        tokio::select! {
            more = self.head.wait_for(|head| *head > at) => {
                more.map_err(status::away)?;
            }
            away = self.away.wait_for(|away| *away) => {
                drop(away);
                return Err(status::away("the log is not followed"));
            }
            () = tokio::time::sleep_until(due) => return Ok(()),
        }
        tokio::time::sleep_until(since + PACE).await;
        Ok(())
    }
}

/// Responses under construction: whole commits, and not too much in one.
#[derive(Default)]
struct Parts {
    done: Vec<pb::SubscribeResponse>,
    open: pb::SubscribeResponse,
    bytes: usize,
}

impl Parts {
    fn add(&mut self, position: Position, events: Vec<pb::FeedEvent>) {
        if events.is_empty() {
            return;
        }
        let bytes: usize = events.iter().map(size).sum();
        let full =
            self.open.events.len() + events.len() > MOST_EVENTS || self.bytes + bytes > MOST_BYTES;
        if full && !self.open.events.is_empty() {
            self.done.push(std::mem::take(&mut self.open));
            self.bytes = 0;
        }
        self.open.events.extend(events);
        self.open.position = position.0;
        self.bytes += bytes;
    }

    fn done(mut self) -> Vec<pb::SubscribeResponse> {
        if !self.open.events.is_empty() {
            self.done.push(self.open);
        }
        self.done
    }
}
