//! The catalogue: what departments offer.

use std::collections::BTreeMap;

use khidma_kernel::{DepartmentId, OfferingId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ApprovalStep, PlannedTask};

vocabulary! {
    /// What happened to an offering.
    pub enum OfferingEvent in "requests" {
        OfferingPublished = "offering_published" v 1,
        OfferingRetired = "offering_retired" v 1,
        OfferingReinstated = "offering_reinstated" v 1,
    }
}

/// An offering was published, or revised: requests made from now on are made under this version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfferingPublished {
    /// Its id.
    pub offering: OfferingId,
    /// Its version, from 1 up.
    pub version: u32,
    /// The department that offers it.
    pub provider: DepartmentId,
    /// What it is called and promises, by language (BCP 47).
    pub texts: BTreeMap<String, OfferingText>,
    /// The language to fall back to; one of those in `texts`.
    pub language: String,
    /// What has to be said with a request: a JSON Schema (draft 2020-12 unless it says otherwise) of an object.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub form: Option<Map<String, Value>>,
    /// Who has to agree, in which order.
    #[serde(default)]
    pub approvals: Vec<ApprovalStep>,
    /// The tasks it is fulfilled by.
    #[serde(default)]
    pub plan: Vec<PlannedTask>,
}

/// What an offering is called and promises, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OfferingText {
    /// Its name.
    pub name: String,
    /// What one gets; may be empty.
    #[serde(default)]
    pub description: String,
    /// What is promised: the published standard, in words; may be empty.
    #[serde(default)]
    pub standard: String,
}

/// It can no longer be asked for; requests under way go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfferingRetired {
    /// Why, as the requesters are told.
    pub reason: String,
}

/// It can be asked for again, under the version published last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfferingReinstated {}
