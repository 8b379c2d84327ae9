//! May it happen? One match, one function per command.

use khidma_events::sla::{ClockEvent, ClockRef, Metric};
use khidma_kernel::{CalendarId, Command, PolicyId, Position, Timestamp};

use crate::command::{Body, Terms};
use crate::fact::Fact;
use crate::life::Life;
use crate::moves::newly_matched;
use crate::refusal::ClockRefusal;
use crate::run::{Run, split};
use crate::state::Clocks;

type Decision = Result<Vec<ClockEvent>, ClockRefusal>;

pub(crate) fn decide(clocks: &Clocks, command: &Command<Body>) -> Decision {
    match &command.body {
        Body::Look {
            facts,
            historic,
            until,
            terms,
        } => {
            let mut run = follow(clocks, facts, *historic, command.at, terms)?;
            if let Some(until) = until {
                run.pass(*until)?;
            }
            Ok(run.told)
        }
        Body::Attach {
            facts,
            historic,
            policy,
            all,
            terms,
        } => {
            let run = follow(clocks, facts, *historic, command.at, terms)?;
            attach(run, facts, policy, *all, command.at, terms)
        }
        Body::Reschedule {
            calendar,
            reason,
            terms,
        } => reschedule(clocks, calendar, reason, terms),
    }
}

fn follow<'a>(
    clocks: &Clocks,
    facts: &[Fact],
    historic: Position,
    now: Timestamp,
    terms: &'a Terms,
) -> Result<Run<'a>, ClockRefusal> {
    let mut run = Run::new(clocks.clone(), terms);
    run.follow(facts, |fact| (fact.position <= historic).then_some(now))?;
    Ok(run)
}

/// Starts late what the policy promises and nothing measures yet.
fn attach(
    mut run: Run<'_>,
    facts: &[Fact],
    policy: &(PolicyId, Position),
    all: bool,
    now: Timestamp,
    terms: &Terms,
) -> Decision {
    let life = Life::of(split(facts, policy.1).0);
    let Some(profile) = &life.profile else {
        return Ok(run.told);
    };
    let Some(matched) = newly_matched(&terms.book, policy, profile) else {
        return Ok(run.told);
    };
    let missing = |metric: &Metric| run.clocks.last(*metric).is_none();
    let missing: Vec<_> = matched
        .rule
        .targets
        .keys()
        .copied()
        .filter(missing)
        .collect();
    for metric in missing {
        let mut late = Run::new(run.clocks.clone(), terms);
        late.start_late(facts, (matched, policy.1), metric, now)?;
        let goes_on = |clock: ClockRef| {
            late.clocks
                .get(clock)
                .is_some_and(|clock| clock.ended.is_none())
        };
        let told = late
            .told
            .iter()
            .filter(|event| all || goes_on(clock_of(event)));
        for event in told.cloned().collect::<Vec<_>>() {
            crate::evolve::evolve(&mut run.clocks, &event);
            run.told.push(event);
        }
    }
    Ok(run.told)
}

/// Moves what goes on to the latest revision. What has finished keeps the verdict it was given.
fn reschedule(clocks: &Clocks, calendar: &CalendarId, reason: &str, terms: &Terms) -> Decision {
    let latest = terms.almanac.latest(calendar);
    let latest = latest.ok_or_else(|| ClockRefusal::UnknownCalendar {
        calendar: calendar.clone(),
    })?;
    let mut run = Run::new(clocks.clone(), terms);
    let moved = clocks
        .clocks
        .iter()
        .filter(|clock| clock.ended.is_none())
        .filter(|clock| {
            let by = clock
                .promise()
                .and_then(|promise| promise.calendar.as_ref());
            by.is_some_and(|by| by.calendar == *calendar && by.revision < latest.revision)
        });
    for clock in moved {
        run.reschedule(clock.reference(), latest.revision, reason)?;
    }
    Ok(run.told)
}

/// Which clock an event is of.
pub(crate) fn clock_of(event: &ClockEvent) -> ClockRef {
    match event {
        ClockEvent::ClockStarted(event) => event.clock,
        ClockEvent::ClockPaused(event) => event.clock,
        ClockEvent::ClockResumed(event) => event.clock,
        ClockEvent::ClockWarned(event) => event.clock,
        ClockEvent::ClockBreached(event) => event.clock,
        ClockEvent::BreachRetracted(event) => event.clock,
        ClockEvent::LadderStepReached(event) => event.clock,
        ClockEvent::ClockStopped(event) => event.clock,
        ClockEvent::ClockContinued(event) => event.clock,
        ClockEvent::ClockCancelled(event) => event.clock,
        ClockEvent::ClockRematched(event) => event.clock,
        ClockEvent::ClockHandedOver(event) => event.clock,
        ClockEvent::ClockRescheduled(event) => event.clock,
    }
}
