//! Surveys: what is asked, in numbered versions that never change.

mod command;
mod decide;
pub mod definition;
mod evolve;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::SurveyCommand;
pub use refusal::SurveyRefusal;
pub use state::Survey;

use std::collections::BTreeSet;

use khidma_events::feedback::SurveyEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// A survey as an entity.
#[derive(Debug)]
pub struct SurveyDecider;

impl Decider for SurveyDecider {
    type Body = SurveyCommand;
    type Event = SurveyEvent;
    type State = Option<Survey>;
    type Refusal = SurveyRefusal;

    fn decide(
        state: &Option<Survey>,
        command: &Command<SurveyCommand>,
    ) -> Result<Vec<SurveyEvent>, SurveyRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Survey>, recorded: &Recorded<SurveyEvent>) {
        evolve::evolve(state, &recorded.event);
    }

    /// The department that asks.
    fn audience(before: &Option<Survey>, after: &Option<Survey>) -> BTreeSet<DepartmentId> {
        let each = [before, after].into_iter().flatten();
        each.map(|survey| survey.owner.clone()).collect()
    }
}
