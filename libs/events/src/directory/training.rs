//! Trainings: planned, revised, cancelled, held. Who attended is an event of its own, as it never leaves the directory
//! in a feed.

use khidma_kernel::{Date, DepartmentId, PersonId, TrainingId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SkillLevel, SkillSubject};

vocabulary! {
    /// What happened to a training.
    pub enum TrainingEvent in "directory" {
        TrainingPlanned = "training_planned" v 1,
        TrainingRevised = "training_revised" v 1,
        TrainingCancelled = "training_cancelled" v 1,
        TrainingHeld = "training_held" v 1,
        TrainingAttended = "training_attended" v 1,
    }
}

/// What it is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TrainingKind {
    /// It gives skills.
    Skill,
    /// It makes people aware that colleagues are customers too, and gives no skill.
    Awareness,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    /// The currency's code (ISO 4217), `EUR`.
    pub currency: String,
    /// How much, in the currency's smallest unit: 12000 are 120.00 EUR; never 0.
    pub minor: u64,
}

/// What a training gives to who attends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkillGain {
    /// What they can do then.
    pub subject: SkillSubject,
    /// How well.
    pub level: SkillLevel,
    /// For how many days after the training it counts; `None` if it does not lapse.
    #[serde(default)]
    pub lasts_days: Option<u32>,
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingPlan {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub kind: TrainingKind,
    /// Which day it is given, its first one if it takes several.
    pub on: Date,
    /// How many can attend.
    pub places: u32,
    /// What one place costs; `None` if nothing.
    #[serde(default)]
    pub cost: Option<Money>,
    /// What it gives to those who attend, each subject once; nothing for an awareness session.
    #[serde(default)]
    pub gives: Vec<SkillGain>,
}

/// A training was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingPlanned {
    /// Its id.
    pub training: TrainingId,
    /// The department that gives it.
    pub department: DepartmentId,
    /// What is planned.
    pub plan: TrainingPlan,
}

/// Its plan changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingRevised {
    /// What is planned from now on.
    pub plan: TrainingPlan,
}

/// It will not be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingCancelled {
    /// Why.
    pub reason: String,
}

/// It was given; or the day was put right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingHeld {
    /// Which day.
    pub on: Date,
}

/// Who attended was written down, or put right. They can now do what it gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingAttended {
    /// All who attended, in order.
    pub people: Vec<PersonId>,
}
