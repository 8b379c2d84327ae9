//! What decisions about a survey need to know.

use khidma_events::feedback::Definition;
use khidma_kernel::{DepartmentId, derived_id};
use serde::{Deserialize, Serialize};

/// A survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Who asks.
    pub owner: DepartmentId,
    /// The newest version; they count from 1.
    pub version: u32,
    /// Whether no round of it begins any more.
    pub retired: bool,
    /// By what the newest version can be told from another.
    pub(super) fingerprint: Option<[u8; 16]>,
}

impl Survey {
    /// The version meant by `version`: the newest for 0; `None` if there is none.
    pub fn meant(&self, version: u32) -> Option<u32> {
        let meant = if version == 0 { self.version } else { version };
        (1..=self.version).contains(&meant).then_some(meant)
    }
}

/// By what one definition can be told from another.
pub(super) fn fingerprint(definition: &Definition) -> Option<[u8; 16]> {
    let text = serde_json::to_vec(definition).ok()?;
    Some(derived_id(&[&text]).into_bytes())
}
