//! How requests hang together, what is attached to them, and what became of concerns.

use std::collections::BTreeSet;

use khidma_kernel::{PersonId, ServiceRequestId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a request hangs together with another.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// It asks for the same.
    DuplicateOf,
    /// It is a consequence of the other.
    CausedBy,
    /// It raises a similar concern.
    SimilarTo,
}

/// It hangs together with another request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Linked {
    /// How.
    pub kind: LinkKind,
    /// The other one.
    pub request: ServiceRequestId,
}

/// It does not hang together with another request in this way after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unlinked {
    /// How it was thought to.
    pub kind: LinkKind,
    /// The other one.
    pub request: ServiceRequestId,
}

/// It was merged into another request, which goes on for both. It ends with that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merged {
    /// The request that goes on.
    pub into: ServiceRequestId,
    /// Why; shown to both sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Another request was merged into it; who asked for that one and who followed it follow this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MergeReceived {
    /// The request that ended.
    pub from: ServiceRequestId,
    /// Who follows from now on.
    pub watchers: BTreeSet<PersonId>,
}

/// Something that lies elsewhere and belongs to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// Where it lies; an absolute URI without credentials.
    pub uri: String,
    /// Its file name, as people know it.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type (RFC 6838), `application/pdf`.
    pub media_type: String,
    /// Its SHA-256 digest, 64 hexadecimal digits.
    pub sha256: String,
}

/// Something was attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attached {
    /// What.
    pub attachment: Attachment,
    /// Whether only the provider sees it.
    #[serde(default)]
    pub internal: bool,
}

/// Something is no longer attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Detached {
    /// Its digest.
    pub sha256: String,
    /// Whether only the provider saw it.
    #[serde(default)]
    pub internal: bool,
}

/// What came of a concern was made known to the provider and to whoever may read the outcomes of its concerns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomePublished {
    /// What came of it.
    pub outcome: String,
    /// Whether something was done; otherwise why not stands in the outcome.
    pub acted: bool,
}

/// What came of a similar concern was told to whoever raised this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeShared {
    /// The similar concern.
    pub concern: ServiceRequestId,
    /// What came of it.
    pub outcome: String,
    /// Whether something was done.
    pub acted: bool,
}
