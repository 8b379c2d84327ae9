//! How long, how many: `[services.notifications]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationsConfig {
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
    /// Things that are done at the same time, at the most. Default 256.
    pub at_once: usize,
    /// Seconds after which an escalation that nobody acknowledged goes up the reporting line; 0: never. Default 1,800.
    pub climb_after_seconds: u64,
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            at_once: 256,
            climb_after_seconds: 1800,
        }
    }
}

impl NotificationsConfig {
    /// After how long an escalation goes up; `None`: never.
    pub(crate) fn climb_after(&self) -> Option<std::time::Duration> {
        let seconds = Some(self.climb_after_seconds).filter(|seconds| *seconds > 0);
        seconds.map(std::time::Duration::from_secs)
    }
}
