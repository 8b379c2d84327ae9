//! Whether the read model has seen what was on the log at some instant.

use std::sync::Arc;

use khidma_eventlog::EventLog;
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaError, Projection};
use khidma_runtime::Clock;
use tokio::sync::Mutex;

use super::failed;

/// Until when the read model has surely seen everything; shared by all who ask, so that thousands of timers that fall due
/// in one second ask the log once, not each.
pub(crate) struct Freshness {
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    /// What was on the log at this instant has been seen.
    seen: Mutex<Option<Timestamp>>,
}

impl Freshness {
    pub(crate) fn new(log: Arc<dyn EventLog>, projection: Projection, clock: Clock) -> Self {
        Self {
            log,
            projection,
            clock,
            seen: Mutex::new(None),
        }
    }

    /// Waits until the read model has seen all that was on the log at `due`, which is past; the instant of which that is
    /// true now.
    ///
    /// # Errors
    /// The log or the read model is away.
    pub(crate) async fn since(&self, due: Timestamp) -> Result<Timestamp, AgendaError> {
        // Who comes while one asks the log waits here, and mostly finds the answer to be good for them too.
        let mut seen = self.seen.lock().await;
        let now = self.clock.now();
        // A clock that was put back makes an instant that is still to come of one that was seen.
        if let Some(seen) = seen.filter(|seen| *seen <= now && due <= *seen) {
            return Ok(seen);
        }
        *seen = None;
        let head = self.log.head().await.map_err(failed)?;
        self.projection.wait_for(head).await.map_err(failed)?;
        *seen = Some(now);
        Ok(now)
    }
}
