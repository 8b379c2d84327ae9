//! Answers to rounds that are not anonymous: named and confidential ones. What holds of every answer stands in [`values`].

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;
pub mod values;

pub use command::{AnswerFacts, Give};
pub use refusal::AnswerRefusal;

use std::collections::BTreeSet;

use khidma_events::feedback::AnswerEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// A person's answer to a round as an entity. Its state is whether it was given; it never changes.
#[derive(Debug)]
pub struct AnswerDecider;

impl Decider for AnswerDecider {
    type Body = Give;
    type Event = AnswerEvent;
    type State = bool;
    type Refusal = AnswerRefusal;

    fn decide(given: &bool, command: &Command<Give>) -> Result<Vec<AnswerEvent>, AnswerRefusal> {
        decide::decide(*given, command)
    }

    fn evolve(given: &mut bool, recorded: &Recorded<AnswerEvent>) {
        let AnswerEvent::AnswerGiven(_) = &recorded.event;
        *given = true;
    }

    /// No department: what somebody answered goes into no feed.
    fn audience(_: &bool, _: &bool) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
