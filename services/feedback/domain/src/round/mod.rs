//! Rounds: one asking of one version of a survey, of certain people, from when until when.

mod audience;
mod command;
mod decide;
mod evolve;
mod follow;
mod launch;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use audience::{Fitting, chosen};
pub use command::{Follow, Invitation, Launch, LaunchFacts, RoundCommand};
pub use refusal::RoundRefusal;
pub use state::{Round, Standing};

use std::collections::BTreeSet;

use khidma_events::feedback::{RoundEvent, Thresholds};
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// Below which groups are not shown if nothing else was said.
pub const THRESHOLDS: Thresholds = Thresholds {
    ratings: 5,
    comments: 10,
};
/// No threshold is less,
pub const LEAST: u32 = 3;
/// nor more.
pub const MOST: u32 = 50;
/// Days from its launch on within which a round closes.
pub const DAYS: i64 = 366;
/// Reminders of a round.
pub const REMINDERS: usize = 10;
/// Departments, and roles, that an audience names.
pub const NAMED: usize = 200;
/// Characters of the reason of a cancelling.
pub const REASON: usize = 500;
/// People that are invited in one step.
pub const PAGE: usize = 1_000;

/// A round as an entity.
#[derive(Debug)]
pub struct RoundDecider;

impl Decider for RoundDecider {
    type Body = RoundCommand;
    type Event = RoundEvent;
    type State = Option<Round>;
    type Refusal = RoundRefusal;

    fn decide(
        state: &Option<Round>,
        command: &Command<RoundCommand>,
    ) -> Result<Vec<RoundEvent>, RoundRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Round>, recorded: &Recorded<RoundEvent>) {
        evolve::evolve(state, recorded);
    }

    /// The department that asks.
    fn audience(before: &Option<Round>, after: &Option<Round>) -> BTreeSet<DepartmentId> {
        let each = [before, after].into_iter().flatten();
        each.map(|round| round.launched.owner.clone()).collect()
    }
}
