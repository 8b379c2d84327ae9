//! A whole life at once: what the clocks of a request do under given terms, from the beginning. The same code as when it
//! happens step by step, so that the same comes of it.

use khidma_events::sla::ClockEvent;
use khidma_kernel::Timestamp;

use crate::command::Terms;
use crate::fact::Fact;
use crate::refusal::ClockRefusal;
use crate::run::Run;
use crate::state::Clocks;

/// What the clocks of a request do under `terms` that hold from the beginning, until `until`; with the events they tell.
///
/// # Errors
/// The terms name what they do not hold.
pub fn replay(
    facts: &[Fact],
    until: Timestamp,
    terms: &Terms,
) -> Result<(Clocks, Vec<ClockEvent>), ClockRefusal> {
    let mut run = Run::new(Clocks::default(), terms);
    run.follow(facts, |_| None)?;
    run.pass(until)?;
    Ok((run.clocks, run.told))
}

/// As [`replay`], but of verdicts alone, of what elapsed, and of what people hear: when a clock is due or speaks next is not
/// found, and only warnings and steps of ladders are told. Several times faster.
///
/// # Errors
/// The terms name what they do not hold.
pub fn replay_briefly(
    facts: &[Fact],
    until: Timestamp,
    terms: &Terms,
) -> Result<(Clocks, Vec<ClockEvent>), ClockRefusal> {
    let mut run = Run::brief(Clocks::default(), terms);
    run.follow(facts, |_| None)?;
    run.pass(until)?;
    for clock in &mut run.clocks.clocks {
        clock.next = None;
    }
    Ok((run.clocks, run.told))
}
