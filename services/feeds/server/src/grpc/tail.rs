//! The live end of the log, read once for all subscribers of this process.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use khidma_edge::Deps;
use khidma_eventlog::{EventLog, LogError, Stored};
use khidma_events::feed;
use khidma_kernel::{DepartmentId, Position};
use khidma_projection::Projection;
use tokio::sync::watch;

use super::heard::Heard;
use super::ring::Ring;
use crate::chunk::{self, Most};
use crate::public::{Unsaid, with_memory};

/// What is read at once, at the most. It is kept whole until it is in the rings, so its bytes are bounded too.
const CHUNK: Most = Most {
    commits: 256,
    bytes: 1 << 20,
};
/// How long to wait before the log is followed again.
const PAUSE: Duration = Duration::from_millis(500);

/// Reads the live end of the log into the rings of the departments that have subscribers.
pub(super) struct Tail {
    rings: Mutex<Rings>,
    /// Whether it has not begun or cannot go on at the moment.
    away: watch::Sender<bool>,
    ring_bytes: usize,
}

struct Rings {
    /// Up to where every commit is in the rings it belongs to.
    told: Position,
    of: HashMap<DepartmentId, Arc<Ring>>,
}

/// Why following stopped.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Unsaid(#[from] Unsaid),
    #[error("the log was closed")]
    Closed,
}

impl Tail {
    /// Begins with what comes next, in the background.
    pub(super) fn start(deps: &Deps, projection: Projection, ring_bytes: usize) -> Arc<Self> {
        let tail = Arc::new(Self {
            rings: Mutex::new(Rings {
                told: Position::START,
                of: HashMap::new(),
            }),
            away: watch::Sender::new(true),
            ring_bytes,
        });
        let (running, log, tasks) = (tail.clone(), deps.log.clone(), deps.tasks.clone());
        deps.tasks.spawn(async move {
            let run = running.run(&*log, &projection);
            tasks.token().run_until_cancelled(run).await;
        });
        tail
    }

    /// The ring of a department; made if it has none, to begin where the tail is. `None` if the tail does not begin in
    /// time.
    pub(super) async fn ring(
        &self,
        department: &DepartmentId,
        patience: Duration,
    ) -> Option<Arc<Ring>> {
        let mut away = self.away.subscribe();
        let begun = tokio::time::timeout(patience, away.wait_for(|away| !*away));
        begun.await.ok()?.ok()?;
        let mut rings = self.rings();
        let told = rings.told;
        let fresh = || Arc::new(Ring::after(told, self.ring_bytes));
        let ring = rings.of.entry(department.clone()).or_insert_with(fresh);
        Some(ring.clone())
    }

    /// Up to where every commit is in the rings it belongs to.
    pub(super) fn told(&self) -> Position {
        self.rings().told
    }

    /// Whether it cannot go on at the moment, and each change of that.
    pub(super) fn away(&self) -> watch::Receiver<bool> {
        self.away.subscribe()
    }

    async fn run(&self, log: &dyn EventLog, projection: &Projection) {
        let mut begun = false;
        loop {
            let Err(stop) = self.follow(log, projection, &mut begun).await;
            tracing::warn!(error = %stop, "following the log for subscribers begins anew");
            self.away.send_replace(true);
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow(
        &self,
        log: &dyn EventLog,
        projection: &Projection,
        begun: &mut bool,
    ) -> Result<std::convert::Infallible, Stop> {
        if !*begun {
            let head = log.head().await?;
            self.rings().told = head;
            *begun = true;
        }
        let mut commits = log.follow(self.told()).fuse();
        loop {
            self.away.send_if_modified(std::mem::take);
            let chunk = chunk::next(&mut commits, CHUNK).await;
            let chunk = chunk.ok_or(Stop::Closed)??;
            self.take(projection, &chunk).await?;
        }
    }

    async fn take(&self, projection: &Projection, chunk: &[Stored]) -> Result<(), Stop> {
        let Some(last) = chunk.last().map(|commit| commit.position) else {
            return Ok(());
        };
        {
            // Nobody to read it for, and nobody comes in between.
            let mut rings = self.rings();
            rings.of.retain(|_, ring| Arc::strong_count(ring) > 1);
            if rings.of.is_empty() {
                rings.told = last;
                return Ok(());
            }
        }
        let heard = with_memory(projection, last, |memory| {
            let mut heard = Vec::with_capacity(chunk.len());
            for commit in chunk {
                if let Some(told) = feed::told(commit.position, &commit.payload, memory)? {
                    let one = Heard::of(commit.position, &commit.payload, &told.events);
                    heard.push((told.departments, Arc::new(one)));
                }
            }
            Ok(heard)
        });
        let heard = heard.await?;
        let mut touched = HashSet::new();
        let mut rings = self.rings();
        for (departments, commit) in &heard {
            for department in departments {
                if let Some(ring) = rings.of.get(department) {
                    ring.push(commit.clone());
                    touched.insert(department);
                }
            }
        }
        rings.told = last;
        for department in touched {
            if let Some(ring) = rings.of.get(department) {
                ring.tell();
            }
        }
        Ok(())
    }

    /// A panic elsewhere leaves them whole, so the lock is taken all the same.
    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
