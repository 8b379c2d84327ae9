//! How long, how many: `[services.directory]`.

use serde::{Deserialize, Serialize};

/// The settings of this service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryConfig {
    /// Rows a list looks at for one page at the most; a page may then be short although more follow. Default 20,000.
    pub scan_limit: usize,
    /// Departments and members of one org chart at the most. Default 20,000.
    pub chart_limit: usize,
    /// Answers to "who handles X?" at the most. Default 100.
    pub handler_limit: usize,
}

impl Default for DirectoryConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            chart_limit: 20_000,
            handler_limit: 100,
        }
    }
}
