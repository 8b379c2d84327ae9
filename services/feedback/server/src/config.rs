//! How long, how many: `[services.feedback]`.

use std::path::{Path, PathBuf};

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
    /// How much of the results of rounds that are over is kept in memory, in numbers, of about 25 bytes each. Results with many
    /// cells that do not fit are put together for each look. Default 2,000,000.
    pub results_kept: usize,
    /// The folder of the keys and boxes of anonymous rounds: for this process alone, of no copy and no backup. Default
    /// `feedback/ballots` in the data folder.
    pub ballots_folder: Option<PathBuf>,
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
            results_kept: 2_000_000,
            ballots_folder: None,
        }
    }
}

impl FeedbackConfig {
    /// The folder of the keys and boxes of anonymous rounds.
    pub(crate) fn ballots_in(&self, data: &Path) -> PathBuf {
        let folder = self.ballots_folder.clone();
        folder.unwrap_or_else(|| data.join("feedback").join("ballots"))
    }
}
