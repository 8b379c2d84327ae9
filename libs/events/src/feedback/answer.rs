//! Answers to a round.
//!
//! A named or confidential answer is an entity of its own, so that a person answers once. An anonymous one never stands on
//! the log by itself, with who, when or why: answers are held back and come in batches that say nothing of their order. The
//! whole argument is in `docs/anonymity.md`.

use std::collections::BTreeMap;

use khidma_kernel::{DepartmentId, PersonId, RoundId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::PersonKind;

vocabulary! {
    /// What happened to a person's answer to a round that is not anonymous.
    pub enum AnswerEvent in "feedback" {
        AnswerGiven = "answer_given" v 1,
    }
}

vocabulary! {
    /// What a person took to answer anonymously.
    pub enum BallotEvent in "feedback" {
        TokenIssued = "token_issued" v 1,
    }
}

vocabulary! {
    /// What happened to the anonymous answers to a round.
    pub enum BoxEvent in "feedback" {
        AnswersReleased = "answers_released" v 1,
        BoxEmptied = "box_emptied" v 1,
    }
}

/// What was answered to one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Of a scale.
    Scale(i32),
    /// One of a few: its key.
    Choice(String),
    /// Some of a few: their keys, each once.
    Choices(Vec<String>),
    /// A number.
    Number(f64),
    /// Their own words.
    Text(String),
}

/// By the item's key; items that were not asked or not answered are not there.
pub type Values = BTreeMap<String, Value>;

/// A person answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerGiven {
    /// The round.
    pub round: RoundId,
    /// Who answered.
    pub person: PersonId,
    /// Their main department, when they were invited.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// What they were to the organisation, when they were invited.
    pub kind: PersonKind,
    /// The language they answered in, a BCP 47 tag.
    pub language: String,
    /// What they answered.
    pub values: Values,
}

/// A person had the token of an anonymous answer signed blindly: it is known that they did, and not which token it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenIssued {
    /// The round.
    pub round: RoundId,
    /// The SHA-256 of what was signed, hex: the same is signed again for who did not get the answer. It does not lead to the token.
    pub blinded: String,
}

/// An anonymous answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LooseAnswer {
    /// The token, base64: by it and its signature anybody can check that the answer is one of the invited's. Each counts once.
    pub token: String,
    /// The signature of the token, base64 (RFC 9474).
    pub signature: String,
    /// What they answered.
    pub values: Values,
}

/// Anonymous answers, at least as many as the round's threshold, ordered by their tokens: by chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswersReleased {
    /// The round.
    pub round: RoundId,
    /// What all who gave these have in common, of what the round is broken down by; nothing where too few share it.
    #[serde(default)]
    pub segment: Option<Segment>,
    /// The answers.
    pub answers: Vec<LooseAnswer>,
}

/// What all who gave some answers have in common.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Their main department.
    Department(DepartmentId),
    /// What they are to the organisation.
    Kind(PersonKind),
}

/// The round closed and no more answers come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoxEmptied {
    /// Whether answers were destroyed, because there were fewer than the threshold in all.
    #[serde(default)]
    pub too_few: bool,
}
