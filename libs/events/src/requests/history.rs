//! History that was written down elsewhere.

use khidma_kernel::{ServiceRequestId, derived_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happened so far (in this commit and, of the same source and case, before it) was taken from another system's
/// records, with their times; the actor of this event is who took it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryImported {
    /// The system it comes from.
    pub source: String,
    /// What the request is called there.
    pub external_id: String,
    /// How many of the case's records have been taken over so far.
    pub steps: u32,
    /// SHA-256 over those records, hexadecimal: the same history is told from another.
    pub digest: String,
    /// How many records of this commit had no possible effect and were kept as internal notes instead.
    #[serde(default)]
    pub adapted: u32,
}

/// The request that a case of another system becomes: it follows from what it is called there.
pub fn imported_request(source: &str, external_id: &str) -> ServiceRequestId {
    ServiceRequestId(derived_id(&[
        b"import",
        source.as_bytes(),
        external_id.as_bytes(),
    ]))
}
