//! Reading the log for one subscriber who is further behind than the newest commits reach.
//!
//! One look reads so much and no more, holds its turn only meanwhile, and keeps nothing open: a subscriber who does not
//! take what was found holds up nobody, and costs no more than that.

use futures::StreamExt;
use khidma_eventlog::Stored;
use khidma_events::feed;
use khidma_kernel::Position;
use memchr::memmem;
use tokio_util::task::AbortOnDropHandle;
use tonic::Status;

use super::FeedsGrpc;
use super::filter::Wish;
use super::heard::Heard;
use crate::chunk::{self, Most};
use crate::public::with_memory;
use crate::status;

/// What is read at once. A chunk is read whole, and all that is found in it is kept: so its bytes are bounded too.
const CHUNK: Most = Most {
    commits: 256,
    bytes: MOST_BYTES,
};
/// A look ends when it has read so many commits,
const MOST_COMMITS: usize = 16_384;
/// or found so many events,
const MOST_EVENTS: usize = 1024;
/// or found so many bytes.
const MOST_BYTES: usize = 512 << 10;

/// What a look found.
pub(super) struct Found {
    /// The commits of the feed.
    pub(super) commits: Vec<Heard>,
    /// Up to where the log was read.
    pub(super) at: Position,
}

impl FeedsGrpc {
    /// Reads the log on from `after`, to `until` at the furthest. It goes on by itself, in a task of its own: the server
    /// asks nothing more of a subscriber who takes nothing, and a look that stood still would keep its turn. It ends with
    /// who waits for it.
    ///
    /// # Errors
    /// UNAVAILABLE: the log or the read model is away.
    pub(super) async fn look(
        &self,
        wish: &Wish,
        after: Position,
        until: Position,
    ) -> Result<Found, Status> {
        let (feeds, wish, stopping) = (self.clone(), wish.clone(), self.tasks.token());
        let look = self.tasks.spawn(async move {
            let look = feeds.look_in_turn(&wish, after, until);
            stopping.run_until_cancelled(look).await
        });
        let found = AbortOnDropHandle::new(look).await.map_err(status::away)?;
        found.ok_or_else(|| status::away("the process stops"))?
    }

    async fn look_in_turn(
        &self,
        wish: &Wish,
        after: Position,
        until: Position,
    ) -> Result<Found, Status> {
        let turn = self.catch_ups.acquire().await;
        let _turn = turn.map_err(status::away)?;
        let mut found = Found {
            commits: Vec::new(),
            at: after,
        };
        let (mut read, mut events, mut bytes) = (0, 0, 0);
        let mut log = self.log.follow(after).fuse();
        while found.at < until && read < MOST_COMMITS && events < MOST_EVENTS && bytes < MOST_BYTES
        {
            let chunk = chunk::next(&mut log, CHUNK).await;
            let chunk = chunk.ok_or_else(|| status::away("the log was closed"))?;
            let chunk = chunk.map_err(status::away)?;
            let Some(last) = chunk.last().map(|commit| commit.position) else {
                continue;
            };
            let heard = self.heard(wish, &chunk, last).await?;
            events += heard.iter().map(|one| one.events.len()).sum::<usize>();
            bytes += heard.iter().map(|one| one.bytes).sum::<usize>();
            found.commits.extend(heard);
            (found.at, read) = (last, read + chunk.len());
        }
        Ok(found)
    }

    /// What of `chunk` is in the feed, and wanted.
    async fn heard(
        &self,
        wish: &Wish,
        chunk: &[Stored],
        last: Position,
    ) -> Result<Vec<Heard>, Status> {
        let name = memmem::Finder::new(wish.department.as_str());
        let heard = with_memory(&self.projection, last, |memory| {
            let mut heard = Vec::new();
            // Most are not of this department: who does not even name it is not read.
            let named = chunk.iter();
            for commit in named.filter(|commit| name.find(&commit.payload).is_some()) {
                let told = feed::told(commit.position, &commit.payload, memory)?;
                if let Some(told) = told.filter(|told| told.departments.contains(&wish.department))
                {
                    let mut one = Heard::of(commit.position, &commit.payload, &told.events);
                    one.events.retain(|event| wish.filter.wants(event));
                    if !one.events.is_empty() {
                        heard.push(one);
                    }
                }
            }
            Ok(heard)
        });
        heard.await.map_err(status::away)
    }
}
