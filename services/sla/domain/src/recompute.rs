//! A life counted anew: the same facts under the same policies, with whatever calendars the terms hold.

use std::collections::BTreeMap;

use khidma_events::sla::{ClockEvent, Metric};
use khidma_kernel::{Position, Timestamp};

use crate::book::Matched;
use crate::command::Terms;
use crate::evolve::evolve;
use crate::fact::Fact;
use crate::refusal::ClockRefusal;
use crate::run::Run;
use crate::state::{Clock, Clocks, Pinned};

/// What comes of `facts` until `until` under `terms`, with the events that tell it. `reported` says which clocks a policy was attached to late: they are
/// here too, from the event that starts them.
///
/// # Errors
/// The terms name what they do not hold.
pub fn recompute(
    reported: &Clocks,
    facts: &[Fact],
    until: Timestamp,
    terms: &Terms,
) -> Result<(Clocks, Vec<ClockEvent>), ClockRefusal> {
    let mut held = Run::new(Clocks::default(), terms);
    held.follow(facts, |_| None)?;
    let late = attached(reported, &held.clocks, terms);
    let mut run = held;
    if !late.is_empty() {
        run = Run::new(Clocks::default(), terms);
        for (position, clocks) in late {
            let before = facts.partition_point(|fact| fact.position <= position);
            let before = facts.get(..before).unwrap_or_default();
            run.follow(before, |_| None)?;
            for (metric, pinned) in clocks {
                attach(
                    &mut run,
                    reported,
                    (metric, pinned, position),
                    before,
                    terms,
                )?;
            }
            if let Some(last) = before.last() {
                run.clocks.followed = run.clocks.followed.max((last.position, last.index));
            }
        }
        run.follow(facts, |_| None)?;
    }
    run.pass(until)?;
    Ok((run.clocks, run.told))
}

/// Metrics whose first clock does not follow from the policies that held, by where the activation stands that attached it.
fn attached<'a>(
    reported: &'a Clocks,
    held: &Clocks,
    terms: &Terms,
) -> BTreeMap<Position, Vec<(Metric, &'a Pinned)>> {
    let mut late = BTreeMap::<_, Vec<_>>::new();
    for metric in Metric::ALL {
        let Some(first) = first(reported, metric) else {
            continue;
        };
        if self::first(held, metric).map(Clock::started) == Some(first.started()) {
            continue;
        }
        let Some(pinned) = first.promises.first() else {
            continue;
        };
        let activations = terms.book.activations().iter();
        let activation = activations.rev().find(|one| {
            one.policy == pinned.policy
                && one
                    .holds
                    .as_ref()
                    .is_some_and(|holds| holds.version == pinned.version)
        });
        if let Some(activation) = activation {
            let clocks: &mut Vec<_> = late.entry(activation.position).or_default();
            clocks.push((metric, pinned));
        }
    }
    late
}

fn first(clocks: &Clocks, metric: Metric) -> Option<&Clock> {
    clocks.clocks.iter().find(|clock| clock.metric == metric)
}

/// Starts late what was attached then, and only that.
fn attach(
    run: &mut Run<'_>,
    reported: &Clocks,
    (metric, pinned, activation): (Metric, &Pinned, Position),
    facts: &[Fact],
    terms: &Terms,
) -> Result<(), ClockRefusal> {
    let Some(policy) = terms.book.version(&pinned.policy, pinned.version) else {
        return Ok(());
    };
    let Some(rule) = policy.spec.rules.get(pinned.rule as usize) else {
        return Ok(());
    };
    let matched = Matched {
        policy,
        number: pinned.rule,
        rule,
    };
    let mut late = Run::new(run.clocks.clone(), terms);
    let silent_until = facts.last().map_or(Timestamp::EPOCH, |fact| fact.at);
    late.start_late(facts, (matched, activation), metric, silent_until)?;
    let wanted = |event: &&_| reported.get(crate::decide::clock_of(event)).is_some();
    for event in late.told.iter().filter(wanted) {
        evolve(&mut run.clocks, event);
        run.told.push(event.clone());
    }
    Ok(())
}
