//! What decisions about a policy need to know.

use std::collections::BTreeSet;

use khidma_events::sla::PolicySpec;
use khidma_kernel::{DepartmentId, derived_id};
use serde::{Deserialize, Serialize};

/// A policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How many versions of it there are; 0: there is no such policy yet.
    pub versions: u32,
    /// The versions that were found to make sense.
    pub validated: BTreeSet<u32>,
    /// The version that holds, and the departments it names.
    pub held: Option<(u32, BTreeSet<DepartmentId>)>,
    /// Where the last activation stands that has been applied to the requests before it; 0 if none has.
    pub applied: u64,
    /// The departments that the latest version names.
    pub(super) drafted: BTreeSet<DepartmentId>,
    /// By what the latest version can be told from another.
    pub(super) fingerprint: Option<[u8; 16]>,
}

impl Policy {
    /// The version that holds.
    pub fn active(&self) -> Option<u32> {
        self.held.as_ref().map(|(version, _)| *version)
    }

    pub(super) fn held_providers(&self) -> impl Iterator<Item = &DepartmentId> {
        self.held.iter().flat_map(|(_, providers)| providers)
    }

    /// The version meant by `version`: the latest for 0; `None` if there is none.
    pub fn meant(&self, version: u32) -> Option<u32> {
        let meant = if version == 0 { self.versions } else { version };
        (1..=self.versions).contains(&meant).then_some(meant)
    }
}

/// By what one version can be told from another.
pub(super) fn fingerprint(spec: &PolicySpec) -> Option<[u8; 16]> {
    let text = serde_json::to_vec(spec).ok()?;
    Some(derived_id(&[&text]).into_bytes())
}
