//! What a survey asks. A definition never changes: there is a new version.

use std::collections::BTreeMap;

use khidma_kernel::{DepartmentId, SurveyId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to a survey.
    pub enum SurveyEvent in "feedback" {
        SurveyDefined = "survey_defined" v 1,
        SurveyRetired = "survey_retired" v 1,
    }
}

/// By language, BCP 47 tags.
pub type Texts = BTreeMap<String, String>;

/// A survey, or a new version of one, was defined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyDefined {
    /// Its id.
    pub survey: SurveyId,
    /// The version, from 1.
    pub version: u32,
    /// Who asks.
    pub owner: DepartmentId,
    /// What it asks.
    pub definition: Definition,
}

/// It is used no more: no round of it begins any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyRetired {}

/// What a survey asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    /// What it is called.
    pub title: Texts,
    /// What is said before the first section.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub intro: Texts,
    /// The language for those whose languages it is not in; every text is there in it.
    pub language: String,
    /// Its parts.
    pub sections: Vec<Section>,
}

/// A part of a survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// Unique within the definition.
    pub key: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub title: Texts,
    /// What it asks.
    pub items: Vec<Item>,
}

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Unique within the definition; answers are given by it.
    pub key: String,
    /// The question.
    pub text: Texts,
    /// What an answer to it is.
    pub answer: AnswerKind,
    /// Whether it has to be answered, where it is asked.
    #[serde(default)]
    pub required: bool,
    /// It is asked only then; `None`: always.
    #[serde(default)]
    pub when: Option<Condition>,
    /// What it measures, if it is part of a measure.
    #[serde(default)]
    pub measure: Option<Measure>,
}

/// What an answer is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A whole number of a scale.
    Scale {
        /// The lowest.
        min: i32,
        /// The highest.
        max: i32,
        /// What some of them mean; the ends usually.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        labels: BTreeMap<i32, Texts>,
    },
    /// One of a few.
    Choice {
        /// Those.
        options: Vec<Choice>,
    },
    /// Some of a few.
    MultiChoice {
        /// Those.
        options: Vec<Choice>,
        /// How many at the most; `None`: all.
        #[serde(default)]
        at_most: Option<u32>,
    },
    /// A number.
    Number {
        /// No less.
        #[serde(default)]
        min: Option<f64>,
        /// No more.
        #[serde(default)]
        max: Option<f64>,
    },
    /// Their own words: a comment.
    Text {
        /// Characters at the most.
        at_most: u32,
    },
}

/// One of a few.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// Unique within the item.
    pub key: String,
    /// What it says.
    pub text: Texts,
}

/// When an item is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// An item before it: a scale, a choice or a multi-choice.
    pub item: String,
    /// What its answer must be.
    pub is: Test,
}

/// What an answer must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// So much or more.
    AtLeast(i32),
    /// So much or less.
    AtMost(i32),
    /// One of these; of several chosen, any.
    OneOf(Vec<String>),
}

/// What an item measures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How satisfied they are with a quality of service; a scale.
    Quality(Quality),
    /// How much of a quality they expect of an excellent service; a scale, as its [`Measure::Perception`] is (SERVQUAL).
    Expectation(Quality),
    /// How much of it they experience; the gap is this less that.
    Perception(Quality),
    /// How likely they are to recommend it, a scale from 0 to 10 (eNPS).
    Recommendation,
    /// How satisfied they are in all.
    Satisfaction,
    /// How easy it was.
    Effort,
}

/// The eight qualities of a service.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// It is there when it is needed.
    Availability,
    /// It is right that it is done so, and by whom.
    Legitimacy,
    /// It is done without mistakes.
    Accuracy,
    /// What is said is so.
    Honesty,
    /// It is done soon.
    Speed,
    /// It is worth what it costs.
    Cost,
    /// Those who need it have a say.
    Participation,
    /// Trust can be seen: in people, places and papers.
    TangibleTrust,
}

impl Quality {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Availability,
        Self::Legitimacy,
        Self::Accuracy,
        Self::Honesty,
        Self::Speed,
        Self::Cost,
        Self::Participation,
        Self::TangibleTrust,
    ];

    /// The quality as events and callers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Legitimacy => "legitimacy",
            Self::Accuracy => "accuracy",
            Self::Honesty => "honesty",
            Self::Speed => "speed",
            Self::Cost => "cost",
            Self::Participation => "participation",
            Self::TangibleTrust => "tangible_trust",
        }
    }
}
