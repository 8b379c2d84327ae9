//! Making what is published, while what was made before is on its way.

use futures::StreamExt;
use futures::stream::Fuse;
use khidma_eventlog::{Commits, FeedMessage};
use khidma_kernel::Position;
use khidma_projection::Projection;
use khidma_runtime::Tasks;
use tokio::sync::mpsc;

use super::Stop;
use super::messages::Start;
use crate::chunk::{self, Most};
use crate::public::with_memory;

/// How much of the log is read for a page, at the most.
const CHUNK: Most = Most {
    commits: 1024,
    bytes: 4 << 20,
};

/// Messages, and up to which commit they are all there are.
pub(super) struct Page {
    /// In the order of the stream.
    pub(super) messages: Vec<FeedMessage>,
    /// The last commit they are made from.
    pub(super) last: Position,
}

/// Makes pages of a log.
pub(super) struct Pages {
    commits: Fuse<Commits>,
    projection: Projection,
    start: Start,
}

impl Pages {
    /// Of what is to be published of `commits`.
    pub(super) fn new(commits: Commits, projection: Projection, start: Start) -> Self {
        Self {
            commits: commits.fuse(),
            projection,
            start,
        }
    }

    /// Makes them in the background, one ahead, until nobody takes them any more, or until something comes in between,
    /// which is the last that is told.
    pub(super) fn make(mut self, tasks: &Tasks) -> mpsc::Receiver<Result<Page, Stop>> {
        let (made, taken) = mpsc::channel(1);
        tasks.spawn(async move {
            let making = async {
                loop {
                    let page = self.next().await;
                    let last = page.is_err();
                    if made.send(page).await.is_err() || last {
                        return;
                    }
                }
            };
            tokio::select! {
                () = making => {}
                () = made.closed() => {}
            }
        });
        taken
    }

    /// What comes next on the log.
    async fn next(&mut self) -> Result<Page, Stop> {
        let chunk = chunk::next(&mut self.commits, CHUNK).await;
        let chunk = chunk.ok_or(Stop::Closed)??;
        let last = chunk.last().map(|commit| commit.position);
        let last = last.unwrap_or_default();
        let messages = with_memory(&self.projection, last, |memory| {
            self.start.messages(&chunk, memory)
        });
        let messages = messages.await?;
        Ok(Page { messages, last })
    }
}
