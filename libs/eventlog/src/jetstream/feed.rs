//! The live end of the log, received once for all who follow it in this process.

use std::sync::Arc;

use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::wire::Wire;
use crate::Stored;
use crate::tail::Tail;

/// Who has at most so many commits to catch up with may join: far fewer than the tail keeps.
pub(super) const JOINING: u64 = 512;

/// What comes over one wire, for many followers. It ends with its last follower.
pub(super) struct Feed {
    tail: Arc<Tail>,
    head: watch::Receiver<Position>,
    _followed: DropGuard,
}

impl Feed {
    /// Goes on with what `wire` receives next.
    pub(super) fn begin(wire: Wire, tasks: &Tasks) -> Arc<Self> {
        let tail = Arc::new(Tail::after(wire.last()));
        let (publish, head) = watch::channel(wire.last());
        let followed = CancellationToken::new();
        tasks.spawn(run(
            wire,
            tail.clone(),
            publish,
            followed.clone(),
            tasks.token(),
        ));
        Arc::new(Self {
            tail,
            head,
            _followed: followed.drop_guard(),
        })
    }

    /// Whether nothing comes any more.
    pub(super) fn has_ended(&self) -> bool {
        self.head.has_changed().is_err()
    }

    /// Whether it has, or will have, every commit after `after`.
    pub(super) fn covers(&self, after: Position) -> bool {
        self.tail.covers(after)
    }

    /// The next commits after `after`, once there are any; `None` if they will not come from here.
    pub(super) async fn page(&self, after: Position) -> Option<Vec<Stored>> {
        let mut head = self.head.clone();
        let end = *head.wait_for(|head| *head > after).await.ok()?;
        self.tail.page(after, end)
    }
}

/// Receives until nobody follows any more or the process stops. What cannot be ridden out is left to the followers:
/// each meets it on a wire of its own.
async fn run(
    mut wire: Wire,
    tail: Arc<Tail>,
    head: watch::Sender<Position>,
    followed: CancellationToken,
    stopping: CancellationToken,
) {
    loop {
        let received = tokio::select! {
            () = followed.cancelled() => return,
            () = stopping.cancelled() => return,
            received = wire.next() => received,
        };
        let Ok(commit) = received else { return };
        let position = commit.position;
        tail.push(commit);
        head.send_replace(position);
    }
}
