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
    /// The `https` address under which people reach this service's port; links to answer lie below it. Default none: there
    /// are no such links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Thanks that a person gives in 24 hours, at the most. Default 20.
    pub thanks_per_day: usize,
    /// Thanks that a person gives to the same person or team in 24 hours, at the most. Default 3.
    pub thanks_per_day_to_one: usize,
    /// Whether anybody can ask who was thanked how often. Default no.
    pub ranking: bool,
}

impl Default for FeedbackConfig {
    fn default() -> Self {
        Self {
            scan_limit: 20_000,
            at_once: 64,
            public_url: None,
            thanks_per_day: 20,
            thanks_per_day_to_one: 3,
            ranking: false,
        }
    }
}
