//! A log that fails when told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use futures::StreamExt;
use khidma_eventlog::{AppendError, Appended, Commits, EventLog, LogError, MemoryLog, Proposal};
use khidma_kernel::Position;

/// A log in memory that fails when told to.
#[derive(Default)]
pub(crate) struct FaultyLog {
    inner: MemoryLog,
    /// Whether nobody reaches it.
    pub(crate) unreachable: Arc<AtomicBool>,
    /// Streams break off after so many commits; 0: never.
    pub(crate) break_after: AtomicU64,
    /// The commit at this position is damaged; 0: none.
    pub(crate) damaged: AtomicU64,
    /// Commits after this position are held back; 0: none.
    pub(crate) held_after: AtomicU64,
    /// How often it was followed.
    pub(crate) follows: AtomicU64,
}

#[async_trait]
impl EventLog for FaultyLog {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        self.inner.append(proposal, expected).await
    }

    fn follow(&self, after: Position) -> Commits {
        self.follows.fetch_add(1, Ordering::Relaxed);
        if self.unreachable.load(Ordering::Relaxed) {
            return futures::stream::iter([Err(LogError::Unavailable("told so".into()))]).boxed();
        }
        let damaged = self.damaged.load(Ordering::Relaxed);
        let held_after = self.held_after.load(Ordering::Relaxed);
        let commits = self.inner.follow(after).map(move |commit| match commit {
            Ok(commit) if commit.position.0 == damaged => Err(LogError::Damaged {
                position: commit.position,
                reason: "told so".into(),
            }),
            other => other,
        });
        let commits = commits.then(move |commit| async move {
            if held_after != 0
                && commit
                    .as_ref()
                    .is_ok_and(|commit| commit.position.0 > held_after)
            {
                std::future::pending::<()>().await;
            }
            commit
        });
        match self.break_after.load(Ordering::Relaxed) {
            0 => commits.boxed(),
            some => commits.take(usize::try_from(some).unwrap()).boxed(),
        }
    }

    async fn head(&self) -> Result<Position, LogError> {
        if self.unreachable.load(Ordering::Relaxed) {
            return Err(LogError::Unavailable("told so".into()));
        }
        self.inner.head().await
    }
}
