//! What somebody may want to answer. Facts from elsewhere travel with it.

use std::sync::Arc;

use khidma_events::feedback::{Definition, Invited, Values};
use khidma_kernel::RoundId;

use crate::round::Round;

/// To answer a round. Who answers is who asks for it: nobody answers for another.
#[derive(Debug, Clone, PartialEq)]
pub struct Give {
    /// The round.
    pub round: RoundId,
    /// The language they answer in, one of the survey's; empty: the one it falls back to.
    pub language: String,
    /// What they answer.
    pub values: Values,
    /// Facts: of the round and of who answers.
    pub facts: AnswerFacts,
}

/// What has to be known to take an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerFacts {
    /// The round, if there is such a one.
    pub round: Option<Round>,
    /// Who answers, as they were when they were invited; `None` if they were not.
    pub invited: Option<Invited>,
    /// What is asked in it.
    pub definition: Option<Arc<Definition>>,
}
