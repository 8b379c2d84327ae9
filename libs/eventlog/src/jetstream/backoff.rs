//! How long to wait between two attempts.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The first wait.
const SHORTEST: Duration = Duration::from_millis(50);
/// What the waits grow to.
const LONGEST: Duration = Duration::from_secs(2);

/// Waits without end, doubling up to a bound, with jitter so that many clients do not come back in step.
#[derive(Debug)]
pub(super) struct Backoff(ExponentialBackoff);

impl Backoff {
    /// From the shortest wait.
    pub(super) fn new() -> Self {
        let waits = ExponentialBuilder::default()
            .with_min_delay(SHORTEST)
            .with_max_delay(LONGEST);
        Self(waits.with_jitter().without_max_times().build())
    }

    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        self.0.next().unwrap_or(LONGEST)
    }

    /// The wait before attempt number `attempt`, for who keeps no backoff.
    pub(super) fn nth(attempt: usize) -> Duration {
        // Beyond this many doublings it has long reached its bound.
        Self::new().0.nth(attempt.min(16)).unwrap_or(LONGEST)
    }
}
