//! A life counted anew: the same facts under the same policies, with whatever calendars the terms hold.

use std::collections::BTreeMap;

use khidma_events::sla::{ClockEvent, Metric};
use khidma_kernel::{Position, Timestamp};

use crate::book::Matched;
use crate::command::Terms;
use crate::decide::clock_of;
use crate::evolve::evolve;
use crate::fact::Fact;
use crate::refusal::ClockRefusal;
use crate::run::Run;
use crate::state::{Clock, Clocks, Pinned};

/// What comes of `facts` until `until` under `terms`, with the events that tell it. `reported` says which clocks a policy
/// was attached to late: they are here too, from the event that starts them.
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
    let mut told = held.told;
    told.retain(|event| !late.contains_key(&clock_of(event).metric));
    for (metric, late) in late {
        let mut run = Run::new(Clocks::default(), terms);
        run.start_late(facts, late, metric, until)?;
        // Of several clocks of a metric, only those that went on may have been attached.
        let wanted = |event: &ClockEvent| reported.get(clock_of(event)).is_some();
        told.extend(run.told.into_iter().filter(wanted));
    }
    let mut clocks = Clocks::default();
    for event in &told {
        evolve(&mut clocks, event);
    }
    let mut run = Run::new(clocks, terms);
    run.pass(until)?;
    told.append(&mut run.told);
    Ok((run.clocks, told))
}

/// Metrics whose first clock does not follow from the policies that held: the rule that was attached, and where its
/// activation stands.
fn attached<'a>(
    reported: &Clocks,
    held: &Clocks,
    terms: &'a Terms,
) -> BTreeMap<Metric, (Matched<'a>, Position)> {
    let late = Metric::ALL.into_iter().filter_map(|metric| {
        let reported = first(reported, metric)?;
        let same = first(held, metric).map(Clock::started) == Some(reported.started());
        let pinned = reported.promises.first().filter(|_| !same)?;
        Some((metric, activation(pinned, terms)?))
    });
    late.collect()
}

/// The rule of a promise, and where the activation of its policy stands.
fn activation<'a>(pinned: &Pinned, terms: &'a Terms) -> Option<(Matched<'a>, Position)> {
    let activations = terms.book.activations().iter().rev();
    let mut of_policy = activations.filter(|one| one.policy == pinned.policy);
    let (position, policy) = of_policy.find_map(|one| {
        let holds = one.holds.as_deref()?;
        (holds.version == pinned.version).then_some((one.position, holds))
    })?;
    let rule = policy.spec.rules.get(pinned.rule as usize)?;
    let matched = Matched {
        policy,
        number: pinned.rule,
        rule,
    };
    Some((matched, position))
}

fn first(clocks: &Clocks, metric: Metric) -> Option<&Clock> {
    clocks.clocks.iter().find(|clock| clock.metric == metric)
}
