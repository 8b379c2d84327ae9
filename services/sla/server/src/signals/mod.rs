//! What operators see of the clocks: spans at once and when a clock has ended, and metrics.
//!
//! A process tells what it wrote itself. What was written but not told, because the process died in between, is told by
//! whoever asks for the request's traces. Of history that was taken over, and of clocks that were attached late, nothing is
//! told at once: it is long past.

mod meters;
pub mod names;
mod spans;

pub(crate) use spans::traces_of;

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_edge::telemetry::Traces;
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Decider, DepartmentId, Recorded, Timestamp};
use khidma_projection::Projection;
use khidma_sla_domain::{Book, Clock, Clocks, ClocksDecider, MOST_TOLD};

use meters::Instruments;

/// Tells operators what clocks do.
pub(crate) struct Signals {
    traces: Traces,
    instruments: Instruments,
}

/// What clocks told, and how they were after it.
pub(crate) struct Told {
    events: Vec<ClockEvent>,
    after: Clocks,
    book: Arc<Book>,
}

impl Told {
    /// What `before` told, under the policies of `book`.
    pub(crate) fn of(before: &Clocks, recorded: &[Recorded<ClockEvent>], book: Arc<Book>) -> Self {
        let mut after = before.clone();
        for one in recorded {
            ClocksDecider::evolve(&mut after, one);
        }
        let events = recorded.iter().map(|one| one.event.clone()).collect();
        Self {
            events,
            after,
            book,
        }
    }

    /// Whether it is as much as is told at once, so that there may be more.
    pub(crate) fn is_much(&self) -> bool {
        self.events.len() >= MOST_TOLD
    }
}

/// A clock that told something, and whose time it is.
#[derive(Clone, Copy)]
struct Subject<'a> {
    request: &'a str,
    /// The trace context of the request's submission.
    traceparent: Option<&'a str>,
    clocks: &'a Clocks,
    clock: &'a Clock,
}

impl<'a> Subject<'a> {
    fn owner(&self) -> Option<&'a DepartmentId> {
        let last = self.clock.segments.last();
        last.and_then(|segment| self.clocks.owner_of(segment))
    }
}

impl Signals {
    /// What the services of this process tell with; open and finished clocks are counted from now on.
    pub(crate) fn start(deps: &Deps, projection: &Projection) -> Self {
        Self {
            traces: deps.traces.clone(),
            instruments: Instruments::start(&deps.meters, projection, &deps.tasks),
        }
    }

    /// Tells what the clocks of `request` have told, which was written down `now`.
    pub(crate) fn tell(
        &self,
        request: &str,
        traceparent: Option<&str>,
        told: &Told,
        now: Timestamp,
    ) {
        for event in &told.events {
            let Some(clock) = told.after.get(event.clock()) else {
                continue;
            };
            let (at, clocks) = (instant(event), &told.after);
            if clock.silent_until.is_some_and(|until| at <= until) {
                continue;
            }
            let subject = Subject {
                request,
                traceparent,
                clocks,
                clock,
            };
            self.instruments.count(subject, event, &told.book, now);
            if self.traces.are_seen() {
                let spans = spans::of_event(subject, event);
                spans.into_iter().for_each(|span| self.traces.record(span));
            }
        }
    }
}

/// When it became true; of what has no instant, [`Timestamp::EPOCH`].
fn instant(event: &ClockEvent) -> Timestamp {
    match event {
        ClockEvent::ClockStarted(event) => event.from,
        ClockEvent::ClockPaused(event) => event.at,
        ClockEvent::ClockResumed(event) => event.at,
        ClockEvent::ClockWarned(event) => event.at,
        ClockEvent::ClockBreached(event) => event.at,
        ClockEvent::BreachRetracted(event) => event.breached_at,
        ClockEvent::LadderStepReached(event) => event.at,
        ClockEvent::ClockStopped(event) => event.at,
        ClockEvent::ClockContinued(event) => event.at,
        ClockEvent::ClockCancelled(event) => event.at,
        ClockEvent::ClockRematched(event) => event.at,
        ClockEvent::ClockHandedOver(event) => event.at,
        ClockEvent::ClockRescheduled(_) => Timestamp::EPOCH,
    }
}
