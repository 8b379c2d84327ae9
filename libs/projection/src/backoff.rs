//! Waiting longer each time something fails again.

use std::time::Duration;

/// A wait that doubles from `least` to `most`, until it is reset.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    least: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    /// Waits from `least` to `most`.
    pub(crate) fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            next: least,
        }
    }

    /// For the log and the disk: from 50 ms to 5 s.
    pub(crate) fn usual() -> Self {
        Self::new(Duration::from_millis(50), Duration::from_secs(5))
    }

    /// How long to wait now.
    pub(crate) fn next(&mut self) -> Duration {
        let now = self.next;
        self.next = (now * 2).min(self.most);
        now
    }

    /// Waits.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.next()).await;
    }

    /// It worked.
    pub(crate) fn reset(&mut self) {
        self.next = self.least;
    }
}
