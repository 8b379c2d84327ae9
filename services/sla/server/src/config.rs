//! How long, how many: `[services.sla]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SlaConfig {
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
    /// Requests whose clocks react at the same time, at the most; and as many whose clocks speak. The log flushes once for all that wait, so
    /// that more at once are more a second. Default 256.
    pub at_once: usize,
    /// Bytes of the read model's cache; real memory is a multiple of it, and only as much is taken as there are rows.
    /// Simulations and reports read all requests: what is not in the cache comes several times slower. Default 33,554,432.
    pub cache_bytes: u64,
}

impl Default for SlaConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            at_once: 256,
            cache_bytes: 32 << 20,
        }
    }
}
