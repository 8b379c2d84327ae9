//! Tracked tasks.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::finishing::Finishing;

/// The tasks of one process (or of one test). Clones share them.
///
/// Long-lived loops watch [`Tasks::stopping`]; short work (an append under way) is simply waited for.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    token: CancellationToken,
}

/// A running task. Dropping it lets the task go on.
pub type Spawned<T> = JoinHandle<T>;

impl Tasks {
    /// No tasks yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` to its end, whatever becomes of the caller. Its log lines keep the current span.
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    pub fn spawn<F>(&self, work: F) -> Spawned<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(self.tracker.track_future(work.in_current_span()))
    }

    /// Does `work` as a part of the caller; should the caller give up, it goes on in a task of its own, to its end.
    /// Cheaper than [`Tasks::spawn`] where hardly anybody gives up.
    pub fn finish<F>(&self, work: F) -> impl Future<Output = F::Output> + Send + use<F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Finishing::new(work, self.clone(), self.tracker.token())
    }

    /// Runs `work`, which may block, on a thread of its own kind.
    pub fn spawn_blocking<F, T>(&self, work: F) -> Spawned<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let span = tracing::Span::current();
        self.tracker.spawn_blocking(move || span.in_scope(work))
    }

    /// Resolves when the process begins to stop.
    pub async fn stopping(&self) {
        self.token.cancelled().await;
    }

    /// Whether the process has begun to stop.
    pub fn is_stopping(&self) -> bool {
        self.token.is_cancelled()
    }

    /// A token that is cancelled when the process begins to stop, to hand to what wants one.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Begins to stop.
    pub fn stop(&self) {
        self.token.cancel();
    }

    /// Stops, and waits for every task, at most for `patience`. Whether all ended in time.
    pub async fn drain(&self, patience: Duration) -> bool {
        self.stop();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait())
            .await
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_drain_waits_for_work_under_way() {
        let tasks = Tasks::new();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let waiting = tasks.clone();
        tasks.spawn(async move {
            waiting.stopping().await;
            let _ = sender.send(42);
        });
        assert!(tasks.drain(Duration::from_secs(5)).await);
        assert_eq!(receiver.await, Ok(42));
    }

    #[tokio::test]
    async fn work_to_be_finished_ends_although_its_caller_gives_up() {
        let tasks = Tasks::new();
        let (go, gone) = tokio::sync::oneshot::channel::<u32>();
        let (tell, told) = tokio::sync::oneshot::channel();
        let work = tasks.finish(async move {
            let number = gone.await.unwrap();
            tell.send(number).unwrap();
        });
        assert_eq!(tokio::time::timeout(Duration::ZERO, work).await.ok(), None);
        go.send(42).unwrap();
        assert!(tasks.drain(Duration::from_secs(5)).await);
        assert_eq!(told.await, Ok(42));
    }

    #[tokio::test]
    async fn work_that_nobody_gives_up_on_is_done_in_place_and_a_drain_waits_for_it() {
        let tasks = Tasks::new();
        let outer = tokio::task::try_id();
        let inner = tasks.finish(async { tokio::task::try_id() });
        assert!(!tasks.drain(Duration::ZERO).await);
        assert_eq!(inner.await, outer);
        assert!(tasks.drain(Duration::from_secs(5)).await);
    }
}
