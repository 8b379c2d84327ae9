//! May it happen? One match, one function per command.

use khidma_events::sla::{CalendarRef, ClockEvent, ClockRef, Metric};
use khidma_kernel::{CalendarId, Command, PolicyId, Position, Timestamp};

use crate::command::{Body, Terms};
use crate::fact::Fact;
use crate::life::Life;
use crate::moves::newly_matched;
use crate::refusal::ClockRefusal;
use crate::run::{Run, split};
use crate::state::Clocks;

/// About how many events one command leads to at most: they have to fit the log's largest commit, with room to spare. What
/// comes after follows with the next command.
pub const MOST_TOLD: usize = 400;

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
            // Of what is cut off, the rest follows with the next look.
            if let Some(until) = until.filter(|_| !run.is_full()) {
                run.pass(until)?;
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
    let mut run = Run::new(clocks.clone(), terms).at_most(MOST_TOLD);
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
            .filter(|event| all || goes_on(event.clock()));
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
        .filter(|clock| clock.counts_by_older(calendar, latest.revision));
    for clock in moved {
        let by = CalendarRef {
            calendar: calendar.clone(),
            revision: latest.revision,
        };
        run.reschedule(clock.reference(), by, reason)?;
    }
    Ok(run.told)
}
