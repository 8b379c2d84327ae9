//! How long, how many: `[services.requests]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestsConfig {
    /// Seconds after which a resolved request closes by itself unless its requester speaks. Default 7 days.
    pub auto_close_after_seconds: u32,
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
}

impl Default for RequestsConfig {
    fn default() -> Self {
        Self {
            auto_close_after_seconds: 7 * 24 * 3600,
            scan_limit: 20_000,
        }
    }
}
