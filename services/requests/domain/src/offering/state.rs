//! What decisions about an offering need to know.

use khidma_events::requests::OfferingPublished;
use khidma_kernel::{DepartmentId, derived_id};
use serde::{Deserialize, Serialize};

/// An offering that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offering {
    /// The department that offers it.
    pub provider: DepartmentId,
    /// The version published last.
    pub version: u32,
    /// Whether it can no longer be asked for.
    pub retired: bool,
    /// By what the content published last can be told from another.
    pub(super) fingerprint: Option<[u8; 16]>,
}

/// By what a content can be told from another, whatever its version.
pub(super) fn fingerprint(content: &OfferingPublished) -> Option<[u8; 16]> {
    let unnumbered = OfferingPublished {
        version: 0,
        ..content.clone()
    };
    let text = serde_json::to_vec(&unnumbered).ok()?;
    Some(derived_id(&[&text]).into_bytes())
}
