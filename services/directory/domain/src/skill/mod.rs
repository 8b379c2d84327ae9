//! What a person can do, as far as somebody said so: they themselves, who leads them, an assessment. What a training
//! gave them is the training's to tell.
//!
//! What counts is the highest of all that has begun and has not lapsed ([`standing`]): a training never makes somebody
//! less able, and who knows better withdraws what is wrong.

mod command;
mod decide;
mod evolve;
mod standing;
mod state;
#[cfg(test)]
mod tests;

pub use command::SkillCommand;
pub(crate) use decide::normal;
pub use standing::{Statement, standing};
pub use state::{Said, Skills};

use std::collections::BTreeSet;

use khidma_events::directory::SkillEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// What a person can do, as an entity.
#[derive(Debug)]
pub struct SkillsDecider;

impl Decider for SkillsDecider {
    type Body = SkillCommand;
    type Event = SkillEvent;
    type State = Skills;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Skills,
        command: &Command<SkillCommand>,
    ) -> Result<Vec<SkillEvent>, DirectoryRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Skills, recorded: &Recorded<SkillEvent>) {
        evolve::evolve(state, recorded);
    }

    /// Nobody: what a person can do stands in no feed.
    fn audience(_: &Skills, _: &Skills) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
