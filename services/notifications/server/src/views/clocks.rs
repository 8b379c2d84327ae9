//! The clocks of requests, as far as their ladders need it: what goes on, under which promise, and which steps were
//! reached.

use std::collections::BTreeSet;

use khidma_eventlog::Stored;
use khidma_events::sla::{
    CalendarRef, ClockEvent, ClockRef, ClockStarted, LadderStepReached, Outlook, Promise,
};
use khidma_kernel::{DepartmentId, EscalationId, PolicyId, Position, ServiceRequestId, Timestamp};
use khidma_notifications_domain::escalation::escalation_of;
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::{Heard, case, escalations, hear, outset};
use crate::keys;

/// The clocks of a request: of each metric those that go on and the last one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClocksRow(pub(crate) Vec<ClockRow>);

/// A clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ClockRow {
    /// Which one.
    pub clock: ClockRef,
    /// The department whose promise it is.
    pub owner: DepartmentId,
    /// Under which policy, its version, and its rule from 0.
    pub promise: (PolicyId, u32, u32),
    /// Within how many seconds, of the time that is counted.
    pub target_seconds: u64,
    /// When its target elapses, or did when it last counted.
    pub due: Option<Timestamp>,
    /// Whether it has ended.
    pub over: bool,
    /// Which steps of its ladder were reached under this promise.
    pub reached: BTreeSet<u32>,
    /// What it passed over in silence.
    pub silence: Option<Silence>,
    /// What its steps led to and is not known to be over: with the instant at which the step was reached.
    pub escalations: Vec<(EscalationId, Timestamp)>,
}

/// Until when a clock says nothing, and what it had counted by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Silence {
    /// Until when.
    pub until: Timestamp,
    /// What was counted, in microseconds, before `since`.
    pub counted: u64,
    /// Since when it counted at that instant; `None` if it did not.
    pub since: Option<Timestamp>,
    /// By which calendar; `None`: all time.
    pub calendar: Option<CalendarRef>,
}

impl ClocksRow {
    /// That clock.
    pub(crate) fn get(&self, clock: ClockRef) -> Option<&ClockRow> {
        self.0.iter().find(|row| row.clock == clock)
    }

    /// That clock.
    pub(super) fn get_mut(&mut self, clock: ClockRef) -> Option<&mut ClockRow> {
        self.0.iter_mut().find(|row| row.clock == clock)
    }
}

/// What is to be known of a commit of a request's clocks.
struct Told {
    request: ServiceRequestId,
    position: Position,
    traceparent: Option<String>,
}

pub(super) fn apply(
    request: ServiceRequestId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let heard: Heard<ClockEvent> = hear(commit)?;
    let told = Told {
        request,
        position: commit.position,
        traceparent: heard.traceparent,
    };
    let key = keys::clocks(request);
    let mut row: ClocksRow = rows.get(&key)?.unwrap_or_default();
    let before = row.clone();
    for recorded in &heard.events {
        let event = &recorded.event;
        if let ClockEvent::ClockStarted(event) = event {
            start(&mut row, event);
        } else if let Some(clock) = row.get_mut(event.clock()) {
            happen(clock, event, &told, rows)?;
        }
    }
    if row != before {
        rows.put(&key, &row)?;
    }
    Ok(())
}

fn start(row: &mut ClocksRow, event: &ClockStarted) {
    // Only the last clock of a metric is ever taken up again.
    let metric = event.clock.metric;
    row.0.retain(|one| one.clock.metric != metric || !one.over);
    let silence = event.silent_until.map(|until| Silence {
        until,
        counted: 0,
        since: event.paused.is_none().then_some(event.from),
        calendar: event.promise.calendar.clone(),
    });
    row.0.push(ClockRow {
        clock: event.clock,
        owner: event.owner.clone(),
        promise: promise_of(&event.promise),
        target_seconds: event.promise.target_seconds,
        due: event.outlook.due,
        over: false,
        reached: BTreeSet::new(),
        silence,
        escalations: Vec::new(),
    });
}

fn promise_of(promise: &Promise) -> (PolicyId, u32, u32) {
    (promise.policy.clone(), promise.version, promise.rule)
}

fn happen(
    clock: &mut ClockRow,
    event: &ClockEvent,
    told: &Told,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    match event {
        // A clock starts once.
        ClockEvent::ClockStarted(_) => {}
        ClockEvent::ClockPaused(event) => clock.count(event.at, Some(event.elapsed_micros), false),
        ClockEvent::ClockResumed(event) => {
            clock.count(event.at, None, true);
            clock.look(event.outlook);
        }
        ClockEvent::ClockWarned(event) => clock.look(event.outlook),
        ClockEvent::ClockBreached(event) => clock.look(event.outlook),
        ClockEvent::BreachRetracted(event) => {
            // What was reached before the breach holds.
            let since = event.breached_at;
            let (over, on) = clock
                .escalations
                .drain(..)
                .partition(|(_, at)| *at >= since);
            clock.escalations = on;
            escalations::over(over, told.position, rows)?;
        }
        ClockEvent::LadderStepReached(event) => reach(clock, event, told, rows)?,
        ClockEvent::ClockStopped(event) => {
            clock.count(event.at, Some(event.elapsed_micros), false);
            end(clock, told, rows)?;
        }
        ClockEvent::ClockCancelled(event) => {
            clock.count(event.at, Some(event.elapsed_micros), false);
            end(clock, told, rows)?;
        }
        ClockEvent::ClockContinued(event) => {
            clock.over = false;
            clock.owner = event.owner.clone();
            clock.count(event.at, None, event.paused.is_none());
            clock.look(event.outlook);
        }
        ClockEvent::ClockRematched(event) => {
            clock.count(event.at, Some(event.elapsed_micros), event.paused.is_none());
            clock.promise(&event.promise, event.at);
            clock.look(event.outlook);
        }
        ClockEvent::ClockHandedOver(event) => {
            clock.owner = event.owner.clone();
            let counts = clock
                .silence
                .as_ref()
                .is_some_and(|one| one.since.is_some());
            clock.count(event.at, Some(event.elapsed_micros), counts);
        }
        ClockEvent::ClockRescheduled(event) => clock.look(event.outlook),
    }
    Ok(())
}

fn reach(
    clock: &mut ClockRow,
    event: &LadderStepReached,
    told: &Told,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    clock.reached.insert(event.step);
    clock.look(event.outlook);
    if !outset::has_begun(rows)? || case(rows, told.request)?.is_none() {
        return Ok(());
    }
    let id = escalation_of(told.request, event.clock, event.step, told.position);
    clock.escalations.push((id, event.at));
    let step = escalations::StepRow {
        request: told.request,
        clock: event.clock,
        step: event.step,
        owner: clock.owner.clone(),
        to: event.to.clone(),
        told: told.position,
        traceparent: told.traceparent.clone(),
    };
    Ok(escalations::reached(id, &step, rows)?)
}

fn end(clock: &mut ClockRow, told: &Told, rows: &mut Rows<'_>) -> Result<(), RowError> {
    clock.over = true;
    let over = std::mem::take(&mut clock.escalations);
    escalations::over(over, told.position, rows)
}

impl ClockRow {
    fn look(&mut self, outlook: Outlook) {
        self.due = outlook.due.or(self.due);
    }

    /// What it counted up to the end of its silence.
    fn count(&mut self, at: Timestamp, elapsed: Option<u64>, goes_on: bool) {
        let silence = self.silence.as_mut().filter(|silence| at <= silence.until);
        if let Some(silence) = silence {
            silence.counted = elapsed.unwrap_or(silence.counted);
            silence.since = goes_on.then_some(at);
        }
    }

    /// The ladder is that of the new promise, and nothing of it was passed over that is promised after the silence.
    fn promise(&mut self, promise: &Promise, at: Timestamp) {
        self.promise = promise_of(promise);
        self.target_seconds = promise.target_seconds;
        self.reached.clear();
        match &mut self.silence {
            Some(silence) if at <= silence.until => silence.calendar.clone_from(&promise.calendar),
            _ => self.silence = None,
        }
    }
}
