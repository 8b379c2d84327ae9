//! The question after a request: how it went, asked of who asked for it.
//!
//! There is one for each request, however often that ends. It is asked when the request ends, reminded of once, and answered
//! once: by the person, or by whoever has the link. It expires, and is withdrawn when the request is reopened; when that ends
//! again it is asked again, with another secret, unless it was answered or had expired.

mod answer;
mod command;
mod decide;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{Ask, Import, ImportFacts, Proof, QuestionCommand, Reply};
pub use refusal::QuestionRefusal;
pub use state::{Answer, Question, Standing, Subject};

use std::collections::BTreeSet;

use khidma_events::feedback::QuestionEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// Characters of a comment.
pub const COMMENT: usize = 4_000;
/// The best score. The worst is 1.
pub const BEST_SCORE: u8 = 5;
/// The least effort. The greatest is 1.
pub const LEAST_EFFORT: u8 = 7;

/// A question as an entity.
#[derive(Debug)]
pub struct QuestionDecider;

impl Decider for QuestionDecider {
    type Body = QuestionCommand;
    type Event = QuestionEvent;
    type State = Option<Question>;
    type Refusal = QuestionRefusal;

    fn decide(
        state: &Option<Question>,
        command: &Command<QuestionCommand>,
    ) -> Result<Vec<QuestionEvent>, QuestionRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Question>, recorded: &Recorded<QuestionEvent>) {
        state::evolve(state, recorded);
    }

    /// Who did what is asked about: the answer is told to them.
    fn audience(before: &Option<Question>, after: &Option<Question>) -> BTreeSet<DepartmentId> {
        let both = [before, after].into_iter().flatten();
        both.map(|question| question.subject.provider.clone())
            .collect()
    }
}
