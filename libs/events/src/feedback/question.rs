//! The question after a request: asked of who asked for it, once it was confirmed or closed.

use khidma_kernel::{
    DepartmentId, OfferingId, PersonId, QuestionId, ServiceRequestId, Timestamp, derived_id,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to a department's rule of asking.
    pub enum AskingEvent in "feedback" {
        AskingRuleSet = "asking_rule_set" v 1,
    }
}

vocabulary! {
    /// What happened to the question after a request.
    pub enum QuestionEvent in "feedback" {
        QuestionAsked = "question_asked" v 1,
        QuestionReminded = "question_reminded" v 1,
        QuestionAnswered = "question_answered" v 1,
        QuestionExpired = "question_expired" v 1,
        QuestionWithdrawn = "question_withdrawn" v 1,
        AnswerImported = "answer_imported" v 1,
    }
}

/// The question after a request: there is one for each, however often it ends.
pub fn question_of(request: ServiceRequestId) -> QuestionId {
    QuestionId(derived_id(&[b"question", request.0.as_bytes()]))
}

/// Below which path of the service's port the links to answer lie; what follows is the question and its secret.
pub const ANSWER_PATH: &str = "/answer/";

/// The link by which a question can be answered, once, by whoever has it. `public_url` is where people reach the service.
pub fn answer_link(public_url: &str, question: QuestionId, secret: &str) -> String {
    let there = public_url.trim_end_matches('/');
    format!("{there}{ANSWER_PATH}{question}/{secret}")
}

/// After which requests a department asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// After each.
    Always,
    /// After none.
    Never,
    /// After so many of a hundred, chosen by the request's id: 1 to 99.
    Sampled(u8),
}

/// By which rule a department asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskingRule {
    /// After which requests.
    pub asking: Asking,
    /// A person is asked at most once in so many days by this department; `None`: as often as they ask for something.
    #[serde(default)]
    pub at_most_every_days: Option<u16>,
    /// Whether it also asks how much effort it took.
    #[serde(default)]
    pub effort: bool,
    /// After how many days without an answer it asks again, once; `None`: never.
    #[serde(default)]
    pub remind_after_days: Option<u16>,
    /// After how many days a question can be answered no more.
    pub expires_after_days: u16,
}

/// How a department asks from now on. Questions that were asked before stay as they were asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskingRuleSet {
    /// The rule.
    pub rule: AskingRule,
}

/// Somebody was asked how a request went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionAsked {
    /// Its id.
    pub question: QuestionId,
    /// The request.
    pub request: ServiceRequestId,
    /// Who did it.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    #[serde(default)]
    pub offering: Option<OfferingId>,
    /// Who asked for it, and is asked now.
    pub person: PersonId,
    /// When the request ended.
    pub ended_at: Timestamp,
    /// Whether they are also asked how much effort it took.
    #[serde(default)]
    pub effort: bool,
    /// Whoever knows this may answer, once: it stands in the link of the message, and nowhere else outside the log.
    pub secret: String,
    /// When they are reminded, if they are.
    #[serde(default)]
    pub remind_at: Option<Timestamp>,
    /// From when on it can be answered no more.
    pub expires_at: Timestamp,
}

/// They were reminded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionReminded {}

/// They answered. The answer is told to who did it, with the request: that is said where it is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionAnswered {
    /// How satisfied: 1 (not at all) to 5 (very). CSAT is the share of 4 and 5.
    pub score: u8,
    /// How easy it was: 1 (very hard) to 7 (very easy), the customer effort score.
    #[serde(default)]
    pub effort: Option<u8>,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Whether it came by the link in the message.
    #[serde(default)]
    pub by_link: bool,
}

/// Nobody answered in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionExpired {}

/// It is not asked any more, because the request was reopened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionWithdrawn {}

/// An answer of old, taken over from elsewhere with its own time. Nobody was asked by us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerImported {
    /// The request.
    pub request: ServiceRequestId,
    /// Who did it.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    #[serde(default)]
    pub offering: Option<OfferingId>,
    /// Who answered, where that is known.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// As in [`QuestionAnswered`].
    pub score: u8,
    /// As in [`QuestionAnswered`].
    #[serde(default)]
    pub effort: Option<u8>,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Whether nobody ever gave it: made up to try things out, and named so wherever it is shown.
    #[serde(default)]
    pub synthetic: bool,
}
