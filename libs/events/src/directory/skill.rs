//! What people can do: said of them by themselves, by who leads them, or by an assessment. What a training gave them is
//! told by the training ([`super::TrainingAttended`]).

use khidma_kernel::{Date, OfferingId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What is said of what a person can do. The person is in the entity's name.
    pub enum SkillEvent in "directory" {
        SkillSet = "skill_set" v 1,
        SkillWithdrawn = "skill_withdrawn" v 1,
    }
}

/// What somebody can do something about.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SkillSubject {
    /// Serve this offering.
    Offering(OfferingId),
    /// Handle this topic: in lower case, with single spaces between its words.
    Topic(String),
}

/// How well somebody can do it. A higher one is better.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SkillLevel {
    /// 1: is learning it.
    Learning,
    /// 2: can do it with help.
    WithHelp,
    /// 3: can do it alone.
    Alone,
    /// 4: can teach it.
    Teaching,
}

/// Who says so.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SkillSource {
    /// The person.
    #[serde(rename = "self")]
    Oneself,
    /// Who leads one of their departments, or keeps the directory.
    Manager,
    /// A training that they attended.
    Training,
    /// An assessment, as who leads them wrote it down.
    Assessment,
}

/// Somebody said how well the person can do something; it replaces what that source said of it before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SkillSet {
    /// What.
    pub subject: SkillSubject,
    /// How well.
    pub level: SkillLevel,
    /// Who says so; never a training.
    pub source: SkillSource,
    /// From which day on.
    pub since: Date,
    /// The last day on which it counts; `None` if it does not lapse.
    #[serde(default)]
    pub until: Option<Date>,
}

/// What a source said of it counts no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SkillWithdrawn {
    /// What.
    pub subject: SkillSubject,
    /// Who had said so; for a training, all that any training gave until now.
    pub source: SkillSource,
}
