//! Who is told what of the promises that are measured.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::notifications::{Arg, MessageKind};
use khidma_events::sla::{
    BreachRetracted, ClockBreached, ClockEvent, ClockRef, ClockWarned, Metric,
};
use khidma_kernel::{Actor, DepartmentId, Recorded, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};

use super::matter::Matter;
use super::{Facts, Pen, choice, with};
use crate::ladder::leaders;
use crate::tell::{Tell, Whom};

/// What is to be known of a request's clocks to speak of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// Until when what a clock reaches is told to nobody, where that is so.
    silent: BTreeMap<ClockRef, Timestamp>,
    /// Who was told of a breach.
    breached: BTreeMap<ClockRef, Vec<Whom>>,
}

/// What follows from one commit of a request's clocks. `clocks` is what was known of them before, and becomes what is known
/// after.
///
/// # Errors
/// What `facts` cannot say.
pub fn tells<F: Facts>(
    facts: &F,
    request: ServiceRequestId,
    matter: &Matter,
    clocks: &mut Clocks,
    events: &[Recorded<ClockEvent>],
) -> Result<Vec<Tell>, F::Error> {
    let mut tells = Vec::new();
    for recorded in events {
        let pen = Pen {
            facts,
            matter,
            request,
            by: &recorded.by,
        };
        let tell = match &recorded.event {
            ClockEvent::ClockStarted(event) => {
                clocks
                    .silent
                    .extend(event.silent_until.map(|until| (event.clock, until)));
                None
            }
            ClockEvent::ClockWarned(event) => warned(&pen, clocks, event)?,
            ClockEvent::ClockBreached(event) => breached(&pen, clocks, event)?,
            ClockEvent::BreachRetracted(event) => retracted(&pen, clocks, event)?,
            ClockEvent::ClockCancelled(event) => {
                clocks.silent.remove(&event.clock);
                None
            }
            // Steps of ladders are escalations: an entity of ours tells of them.
            ClockEvent::LadderStepReached(_)
            | ClockEvent::ClockPaused(_)
            | ClockEvent::ClockResumed(_)
            | ClockEvent::ClockStopped(_)
            | ClockEvent::ClockContinued(_)
            | ClockEvent::ClockRematched(_)
            | ClockEvent::ClockHandedOver(_)
            | ClockEvent::ClockRescheduled(_) => None,
        };
        tells.extend(tell);
    }
    Ok(tells)
}

impl Clocks {
    /// What was told here was told to nobody after all.
    pub fn nobody_was_told(&mut self) {
        self.breached.clear();
    }

    fn is_silent(&self, clock: ClockRef, at: Timestamp) -> bool {
        self.silent.get(&clock).is_some_and(|until| at <= *until)
    }
}

fn metric(metric: Metric) -> Arg {
    choice(metric.as_str())
}

/// To who does it; where nobody does yet, to who lead the department.
fn warned<F: Facts>(
    pen: &Pen<'_, F>,
    clocks: &Clocks,
    event: &ClockWarned,
) -> Result<Option<Tell>, F::Error> {
    if clocks.is_silent(event.clock, event.at) {
        return Ok(None);
    }
    let to = match &pen.matter.assignee {
        Some(assignee) => BTreeSet::from([Whom::Person(assignee.clone())]),
        None => heads(pen, &pen.matter.provider)?,
    };
    let args = pen.titled([
        ("provider", pen.provider()?),
        ("metric", metric(event.clock.metric)),
        ("percent", Arg::Number(event.percent.into())),
    ]);
    let args = with(args, "due", event.outlook.due.map(Arg::At));
    Ok(pen.tell(MessageKind::Warning, args, to))
}

/// To who does it, to who lead the department, and to its endpoints.
fn breached<F: Facts>(
    pen: &Pen<'_, F>,
    clocks: &mut Clocks,
    event: &ClockBreached,
) -> Result<Option<Tell>, F::Error> {
    if clocks.is_silent(event.clock, event.at) {
        return Ok(None);
    }
    let mut to = heads(pen, &event.owner)?;
    to.extend(pen.matter.assignee.clone().map(Whom::Person));
    to.insert(Whom::Department(event.owner.clone()));
    let args = pen.titled([
        ("provider", pen.department(&event.owner)?),
        ("metric", metric(event.clock.metric)),
        ("at", Arg::At(event.at)),
    ]);
    let tell = pen.tell(MessageKind::Breach, args, to);
    let told = tell
        .iter()
        .flat_map(|tell| tell.to.iter().cloned())
        .collect();
    clocks.breached.insert(event.clock, told);
    Ok(tell)
}

/// To those who were told of the breach.
fn retracted<F: Facts>(
    pen: &Pen<'_, F>,
    clocks: &mut Clocks,
    event: &BreachRetracted,
) -> Result<Option<Tell>, F::Error> {
    let to = clocks.breached.remove(&event.clock).unwrap_or_default();
    // Also to who did what had come before: they were told that it was late.
    let to_all = Pen {
        by: &Actor::Anonymous,
        ..*pen
    };
    let args = pen.titled([
        ("provider", pen.provider()?),
        ("metric", metric(event.clock.metric)),
    ]);
    Ok(to_all.tell(MessageKind::Retraction, args, to))
}

fn heads<F: Facts>(
    pen: &Pen<'_, F>,
    department: &DepartmentId,
) -> Result<BTreeSet<Whom>, F::Error> {
    let heads = leaders(pen.facts, department)?;
    Ok(heads.into_iter().map(Whom::Person).collect())
}
