//! Service levels, the deciding part: what a request's clocks do when something happens to it, or when time passes. Pure.
//!
//! The entity at the root is all the clocks of one request. It reacts to the request's [`Fact`]s under the policies of the
//! [`Book`] and the calendars of the [`Almanac`]: a verdict depends on these alone, never on when somebody looked.
//! [`moves`] says which clocks start, pause and stop; [`Gauge`] counts their time; [`replay`] does to a whole life what
//! happened to it step by step. [`policy`] is where policies come from, [`adoption`] follows the revisions of calendars.

mod access;
pub mod adoption;
mod almanac;
mod book;
mod command;
mod decide;
mod evolve;
mod fact;
mod gauge;
mod late;
mod life;
mod measure;
mod moves;
pub mod policy;
mod recompute;
mod refusal;
mod replay;
mod run;
mod state;
mod threshold;
mod what_if;

pub use access::{Sides, Sight, Standing, may_see};
pub use almanac::{Almanac, Revision};
pub use book::{Activation, Book, Matched, PolicyVersion};
pub use command::{Body, Terms};
pub use decide::MOST_TOLD;
pub use fact::{Deed, Fact, Profile};
pub use gauge::Gauge;
pub use late::{behind, is_outdated, may_attach};
pub use life::Life;
pub use measure::{Crossing, Stretch};
pub use moves::{Move, Why, moves, pending};
pub use recompute::recompute;
pub use refusal::ClockRefusal;
pub use replay::{replay, replay_briefly};
pub use state::{Clock, ClockState, Clocks, Ended, Pinned, Segment, SegmentKind};
pub use threshold::{Threshold, ThresholdKind};
pub use what_if::{Compared, Outcome, Trial, Tried, hands};

use std::collections::BTreeSet;

use khidma_events::sla::ClockEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

/// The clocks of a request as an entity.
#[derive(Debug)]
pub struct ClocksDecider;

impl Decider for ClocksDecider {
    type Body = Body;
    type Event = ClockEvent;
    type State = Clocks;
    type Refusal = ClockRefusal;

    fn decide(state: &Clocks, command: &Command<Body>) -> Result<Vec<ClockEvent>, ClockRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Clocks, recorded: &Recorded<ClockEvent>) {
        evolve::evolve(state, &recorded.event);
    }

    /// Clocks run by themselves.
    fn by_itself(_: &ClockEvent) -> bool {
        true
    }

    /// The departments that asked for it and that own it, or owned it just before.
    fn audience(before: &Clocks, after: &Clocks) -> BTreeSet<DepartmentId> {
        let owners = [before, after].into_iter().filter_map(Clocks::owner);
        owners.chain(&after.requester).cloned().collect()
    }
}
