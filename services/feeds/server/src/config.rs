//! How long, how many: `[services.feeds]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedsConfig {
    /// For how many days the stream of feeds keeps what was published, where the log is on NATS. Default 90.
    pub retention_days: u16,
}

impl Default for FeedsConfig {
    fn default() -> Self {
        Self { retention_days: 90 }
    }
}
