//! How long, how many: `[services.feedback]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedbackConfig {
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
    /// Things that are done at the same time, at the most. Default 64.
    pub at_once: usize,
}

impl Default for FeedbackConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            at_once: 64,
        }
    }
}
