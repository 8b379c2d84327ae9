//! Silences: some messages are not sent for a while. They are not sent later either.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MessageKind;

vocabulary! {
    /// What happened to a silence.
    pub enum SilenceEvent in "notifications" {
        SilenceBegun = "silence_begun" v 1,
        SilenceEnded = "silence_ended" v 1,
    }
}

/// Which messages are not sent: those of which everything that is said here is true.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SilenceScope {
    /// Of these kinds; of all that can be muted if empty.
    #[serde(default)]
    pub kinds: BTreeSet<MessageKind>,
    /// To this person.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// About requests of which this department is the provider.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// About this request.
    #[serde(default)]
    pub request: Option<ServiceRequestId>,
}

/// Some messages are not sent for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SilenceBegun {
    /// Which.
    pub scope: SilenceScope,
    /// From when: messages that follow from what happens from then on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// They are sent again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SilenceEnded {}
