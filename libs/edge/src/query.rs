//! What every query does: wait for the position its caller has seen, and read many rows away from the threads that
//! answer calls.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_eventlog::EventLog;
use khidma_kernel::Position;
use khidma_projection::{Projection, ProjectionError, Reader, RowError};
use khidma_runtime::Tasks;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::status;

/// After how long to ask again when a read model is not there, or too many scans are under way.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How many scans run at once for each core: one may wait for the disk while another computes.
const SCANS_PER_CORE: usize = 2;

/// A reader that can see `min_position`, waiting for it at most `patience`.
///
/// # Errors
/// DEADLINE_EXCEEDED, `MIN_POSITION_NOT_REACHED`, if the position is not seen in time; UNAVAILABLE if the read model is
/// away.
pub async fn reader_at(
    projection: &Projection,
    min_position: u64,
    patience: Duration,
) -> Result<Reader, Status> {
    let wait = projection.wait_for(Position(min_position));
    // A little sooner than the deadline, so that the caller still hears why.
    match tokio::time::timeout(patience.mul_f32(0.9), wait).await {
        Ok(Ok(())) => Ok(projection.reader()),
        Ok(Err(error)) => Err(away(&error)),
        Err(_) => Err(status::refusal(
            Code::DeadlineExceeded,
            "MIN_POSITION_NOT_REACHED",
            Some("min_position"),
            format!(
                "the read model is at position {}, not at {min_position} yet",
                projection.position()
            ),
        )),
    }
}

/// Waits until the read model shows all that is on the log: facts about other entities then count what a caller was told
/// is done already.
///
/// # Errors
/// UNAVAILABLE if the log or the read model is away; those of [`reader_at`].
pub async fn see_all(
    log: &dyn EventLog,
    projection: &Projection,
    patience: Duration,
) -> Result<(), Status> {
    let head = log.head().await.map_err(|_| {
        let message = "the event log is not available; try again with the same request_id";
        status::unavailable("UNAVAILABLE", RETRY_AFTER, message)
    })?;
    reader_at(projection, head.0, patience).await?;
    Ok(())
}

fn away(error: &ProjectionError) -> Status {
    tracing::warn!(%error, "a query could not be answered");
    status::unavailable(
        "READ_MODEL_AWAY",
        RETRY_AFTER,
        "the read model is not available; try again",
    )
}

/// The status of a row that could not be read: what is damaged or being built comes back by itself.
pub fn unreadable(error: RowError) -> Status {
    match error {
        RowError::Unavailable | RowError::Damaged { .. } => {
            tracing::warn!(%error, "a query could not be answered");
            status::unavailable(
                "READ_MODEL_AWAY",
                RETRY_AFTER,
                "the read model is being rebuilt; try again",
            )
        }
        error => status::internal(Uuid::new_v4(), error),
    }
}

/// Where reads of many rows are done: on threads that may block, a bounded number at once. Clones share the bound.
#[derive(Debug, Clone)]
pub struct Scans {
    tasks: Tasks,
    room: Arc<Semaphore>,
}

/// Tells a scan that its caller is gone, so that nobody will see what it finds.
#[derive(Debug)]
pub struct Stop(pub(crate) CancellationToken);

impl Scans {
    /// Scans among the tasks of a process, two at once for each core.
    pub fn new(tasks: Tasks) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::at_once(SCANS_PER_CORE * cores, tasks)
    }

    fn at_once(limit: usize, tasks: Tasks) -> Self {
        let room = Arc::new(Semaphore::new(limit));
        Self { tasks, room }
    }

    /// Runs `scan` as soon as there is room, waiting for that at most `patience`. A scan whose caller gives up while it
    /// waits never begins; one that has begun is told by its [`Stop`], and keeps its room until it ends.
    ///
    /// # Errors
    /// What `scan` says; RESOURCE_EXHAUSTED, `TOO_MANY_SCANS`, with when to try again, if there is no room in time.
    pub async fn run<T, F>(&self, patience: Duration, scan: F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: FnOnce(&Stop) -> Result<T, Status> + Send + 'static,
    {
        let room = self.room.clone().acquire_owned();
        // A little sooner than the deadline, so that the caller still hears why.
        let Ok(Ok(permit)) = tokio::time::timeout(patience.mul_f32(0.9), room).await else {
            return Err(crowded());
        };
        let gone = CancellationToken::new();
        let _tells_when_dropped = gone.clone().drop_guard();
        let scanning = self.tasks.spawn_blocking(move || {
            let _permit = permit;
            scan(&Stop(gone))
        });
        scanning
            .await
            .map_err(|error| status::internal(Uuid::new_v4(), error))?
    }

    /// Runs `scan` on rows that show `min_position`, as soon as they do and there is room; for both together it waits
    /// at most `patience`. What it found, and the position it surely saw.
    ///
    /// # Errors
    /// Those of [`reader_at`] and of [`Scans::run`].
    pub async fn read<T, F>(
        &self,
        projection: &Projection,
        min_position: u64,
        patience: Duration,
        scan: F,
    ) -> Result<(T, u64), Status>
    where
        T: Send + 'static,
        F: FnOnce(&Reader, &Stop) -> Result<T, Status> + Send + 'static,
    {
        let begun = Instant::now();
        let reader = reader_at(projection, min_position, patience).await?;
        let position = reader.position().0;
        let left = patience.saturating_sub(begun.elapsed());
        let found = self.run(left, move |stop| scan(&reader, stop)).await?;
        Ok((found, position))
    }
}

impl Stop {
    /// Whether the caller is gone. What is returned then is thrown away.
    pub fn is_set(&self) -> bool {
        self.0.is_cancelled()
    }

    /// `rows`, ending early if the caller goes.
    pub fn until_set<I: IntoIterator>(&self, rows: I) -> impl Iterator<Item = I::Item> {
        rows.into_iter().take_while(|_| !self.is_set())
    }
}

fn crowded() -> Status {
    let message = "too many long queries are under way; try again";
    status::exhausted("TOO_MANY_SCANS", RETRY_AFTER, message)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures::FutureExt;
    use tokio::sync::oneshot;

    use super::*;
    use crate::status::ErrorReport;

    const LONG: Duration = Duration::from_secs(10);

    fn one_at_once() -> Scans {
        Scans::at_once(1, Tasks::new())
    }

    /// A scan under way that ends by itself only when it is let go, or after a long time.
    struct Held {
        scan: futures::future::BoxFuture<'static, Result<(), Status>>,
        let_go: mpsc::Sender<()>,
    }

    impl Held {
        async fn begin(scans: &Scans) -> Self {
            let (began, has_begun) = oneshot::channel();
            let (let_go, held) = mpsc::channel();
            let scans = scans.clone();
            let run = async move {
                let wait = move |_: &Stop| {
                    began.send(()).unwrap();
                    held.recv_timeout(LONG).unwrap();
                    Ok(())
                };
                scans.run(LONG, wait).await
            };
            let mut scan = run.boxed();
            tokio::select! {
                ended = &mut scan => panic!("not held: {ended:?}"),
                begun = has_begun => begun.unwrap(),
            }
            Self { scan, let_go }
        }
    }

    #[tokio::test]
    async fn a_scan_ends_when_its_caller_is_gone() {
        let scans = one_at_once();
        let (began, has_begun) = oneshot::channel();
        let (ended, has_ended) = oneshot::channel();
        let scan = scans.run(LONG, move |stop| {
            began.send(()).unwrap();
            let begin = Instant::now();
            let rows = std::iter::repeat(()).take_while(|()| begin.elapsed() < LONG);
            stop.until_set(rows).for_each(drop);
            ended.send(stop.is_set()).unwrap();
            Ok(())
        });
        tokio::select! {
            told = scan => panic!("it ended by itself: {told:?}"),
            begun = has_begun => begun.unwrap(),
        }
        // The select dropped the scan's caller.
        assert_eq!(has_ended.await, Ok(true));
        assert!(
            scans.run(LONG, |_| Ok(())).await.is_ok(),
            "its room is free"
        );
    }

    #[tokio::test]
    async fn a_scan_without_room_is_refused_with_when_to_try_again() {
        let scans = one_at_once();
        let held = Held::begin(&scans).await;
        let refused = scans.run(Duration::from_millis(10), |_| Ok(())).await;
        let report = ErrorReport::from_status(&refused.unwrap_err());
        assert_eq!(report.code, Code::ResourceExhausted);
        assert_eq!(report.reason.as_deref(), Some("TOO_MANY_SCANS"));
        assert_eq!(report.retry_after, Some(RETRY_AFTER));
        held.let_go.send(()).unwrap();
        held.scan.await.unwrap();
        let no_wait = scans.run(Duration::ZERO, |_| Ok(42)).await;
        assert_eq!(no_wait.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_scan_never_begins_if_its_caller_is_gone_before_there_is_room() {
        let scans = one_at_once();
        let held = Held::begin(&scans).await;
        let (began, has_begun) = oneshot::channel();
        let mut waiting = scans
            .run(LONG, move |_| {
                began.send(()).unwrap();
                Ok(())
            })
            .boxed();
        assert!((&mut waiting).now_or_never().is_none());
        drop(waiting);
        held.let_go.send(()).unwrap();
        held.scan.await.unwrap();
        assert!(has_begun.await.is_err());
        assert!(scans.run(LONG, |_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn a_scan_keeps_its_room_until_it_ends_although_its_caller_is_gone() {
        let scans = one_at_once();
        let held = Held::begin(&scans).await;
        drop(held.scan);
        let refused = scans.run(Duration::ZERO, |_| Ok(())).await;
        assert_eq!(refused.unwrap_err().code(), Code::ResourceExhausted);
        held.let_go.send(()).unwrap();
        assert!(scans.run(LONG, |_| Ok(())).await.is_ok());
    }
}
