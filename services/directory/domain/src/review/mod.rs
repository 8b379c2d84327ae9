//! A person's performance reviews, as figures only: that one was held, when, and the themes they agreed to share.
//! What was said in one is nowhere in Khidma.

mod command;
mod decide;
mod evolve;
mod figures;
mod state;
#[cfg(test)]
mod tests;

pub use command::ReviewCommand;
pub use figures::{Figures, LEAST, figures};
pub use state::Reviews;

use std::collections::BTreeSet;

use khidma_events::directory::ReviewEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// A person's performance reviews as an entity.
#[derive(Debug)]
pub struct ReviewsDecider;

impl Decider for ReviewsDecider {
    type Body = ReviewCommand;
    type Event = ReviewEvent;
    type State = Reviews;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Reviews,
        command: &Command<ReviewCommand>,
    ) -> Result<Vec<ReviewEvent>, DirectoryRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Reviews, recorded: &Recorded<ReviewEvent>) {
        evolve::evolve(state, recorded);
    }

    /// Nobody: reviews stand in no feed.
    fn audience(_: &Reviews, _: &Reviews) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
