//! A watcher who sees what happens to a request, as it happens.

use std::time::Duration;

use khidma_proto::requests::{TimelineEntry, WatchRequestRequest, WatchRequestResponse};
use tonic::{Status, Streaming};

use super::Narrator;
use crate::client::Api;
use crate::failure::Failure;
use crate::open;

/// How long a change may take to reach a watcher.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watcher of one request.
pub(super) struct Follower {
    stream: Streaming<WatchRequestResponse>,
    position: u64,
    seen: Vec<TimelineEntry>,
}

impl Follower {
    /// Begins to watch `id` as `api`'s caller, from its first event on. What stands at `position` lets them: another
    /// instance may not have seen it yet, so it is waited for.
    pub(super) async fn of(api: &Api, id: &str, position: u64) -> Result<Self, Failure> {
        let from = WatchRequestRequest {
            id: id.to_owned(),
            after_position: 0,
            min_position: position,
        };
        let stream = open!(*api, requests.watch_request, from)?;
        Ok(Self {
            stream,
            position: 0,
            seen: Vec::new(),
        })
    }

    /// Tells what comes in until the change at `position` has.
    pub(super) async fn see(
        &mut self,
        position: u64,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        while self.position < position {
            let silent = || {
                Status::deadline_exceeded(format!("the watcher never heard of position {position}"))
            };
            let next = tokio::time::timeout(PATIENCE, self.stream.message()).await;
            let ended =
                || Failure::NotReady(format!("the stream ended before position {position}"));
            let message = next.map_err(|_| silent())??.ok_or_else(ended)?;
            for entry in message.entries {
                narrator.happened(&entry)?;
                self.seen.push(entry);
            }
            self.position = message.position;
        }
        Ok(())
    }

    /// Tells what comes in until something of that kind has that was not told before; where it stands.
    pub(super) async fn see_until(
        &mut self,
        kind: &str,
        narrator: &mut dyn Narrator,
    ) -> Result<u64, Failure> {
        let told = self.seen.len();
        while !self.seen[told..].iter().any(|entry| entry.kind == kind) {
            self.see(self.position + 1, narrator).await?;
        }
        Ok(self.position)
    }

    /// Everything that came in.
    pub(super) fn seen(&self) -> &[TimelineEntry] {
        &self.seen
    }
}
