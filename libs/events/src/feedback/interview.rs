//! Interviews and focus groups: planned, held, and what was said, by theme.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, InterviewId, PersonId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to an interview or focus group.
    pub enum InterviewEvent in "feedback" {
        InterviewPlanned = "interview_planned" v 1,
        InterviewMoved = "interview_moved" v 1,
        InterviewHeld = "interview_held" v 1,
        InterviewCancelled = "interview_cancelled" v 1,
        ConsentGiven = "consent_given" v 1,
        ConsentWithdrawn = "consent_withdrawn" v 1,
        InterviewNoted = "interview_noted" v 1,
    }
}

/// With one, or with several at once.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InterviewKind {
    /// With one person.
    Interview,
    /// With several.
    FocusGroup,
}

/// It was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterviewPlanned {
    /// Its id.
    pub interview: InterviewId,
    /// With one or several.
    pub kind: InterviewKind,
    /// Who wants to know.
    pub department: DepartmentId,
    /// Who leads it.
    pub interviewer: PersonId,
    /// What it is about.
    pub topic: String,
    /// Who is to come.
    pub participants: BTreeSet<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// It is at another time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterviewMoved {
    /// When.
    pub at: Timestamp,
}

/// It was held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterviewHeld {
    /// When.
    pub at: Timestamp,
    /// Who came.
    pub attended: BTreeSet<PersonId>,
}

/// It does not take place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterviewCancelled {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Somebody who came agreed that notes are kept of what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsentGiven {
    /// Who.
    pub person: PersonId,
    /// Whether they said it here themselves; else the interviewer wrote down that they did.
    pub in_person: bool,
}

/// They do not agree any more: no more notes are taken, and those there are are shown no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsentWithdrawn {
    /// Who.
    pub person: PersonId,
}

/// A note of what was said; not of who said it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterviewNoted {
    /// What it is about, in a word or two: notes are put together by it.
    pub theme: String,
    /// What was said.
    pub text: String,
}
