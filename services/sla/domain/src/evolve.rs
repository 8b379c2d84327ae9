//! What does it mean? Total and infallible: what happened, happened.

use std::collections::BTreeSet;

use khidma_events::sla::*;
use khidma_kernel::Timestamp;

use crate::state::{Clock, Clocks, Ended, Segment, SegmentKind};

#[expect(
    clippy::too_many_lines,
    reason = "one match over every event, so that a new one does not compile without a meaning"
)]
pub(crate) fn evolve(clocks: &mut Clocks, event: &ClockEvent) {
    match event {
        ClockEvent::ClockStarted(event) => started(clocks, event),
        ClockEvent::ClockPaused(event) => {
            clocks.follow(&event.cause);
            change(clocks, event.clock, |clock| {
                clock.turn(
                    event.at,
                    SegmentKind::Paused(event.state),
                    event.elapsed_micros,
                );
                clock.look(Outlook::default());
            });
        }
        ClockEvent::ClockResumed(event) => {
            clocks.follow(&event.cause);
            change(clocks, event.clock, |clock| {
                let elapsed = clock.counted();
                clock.turn(event.at, SegmentKind::Running, elapsed);
                clock.look(event.outlook);
            });
        }
        ClockEvent::ClockWarned(event) => change(clocks, event.clock, |clock| {
            clock.warned.insert(event.percent);
            clock.look(event.outlook);
        }),
        ClockEvent::ClockBreached(event) => change(clocks, event.clock, |clock| {
            clock.breached = Some(event.at);
            clock.look(event.outlook);
        }),
        ClockEvent::BreachRetracted(event) => change(clocks, event.clock, |clock| {
            clock.breached = None;
            // It is to be told again then, unless what became known keeps it from being reached.
            clock.next = Some(event.breached_at);
        }),
        ClockEvent::LadderStepReached(event) => change(clocks, event.clock, |clock| {
            clock.climbed.insert(event.step);
            clock.look(event.outlook);
        }),
        ClockEvent::ClockStopped(event) => {
            clocks.follow(&event.cause);
            let verdict = Some(event.verdict);
            change(clocks, event.clock, |clock| {
                let ended = Ended {
                    at: event.at,
                    verdict,
                    withdrawn: false,
                };
                clock.end(ended, event.elapsed_micros);
            });
        }
        ClockEvent::ClockCancelled(event) => {
            clocks.follow(&event.cause);
            change(clocks, event.clock, |clock| {
                let ended = Ended {
                    at: event.at,
                    verdict: None,
                    withdrawn: event.withdrawn,
                };
                clock.end(ended, event.elapsed_micros);
            });
        }
        ClockEvent::ClockContinued(event) => {
            clocks.follow(&event.cause);
            let owner = clocks.owner_place(&event.owner);
            change(clocks, event.clock, |clock| continued(clock, event, owner));
        }
        ClockEvent::ClockRematched(event) => {
            clocks.follow(&event.cause);
            change(clocks, event.clock, |clock| rematched(clock, event));
        }
        ClockEvent::ClockHandedOver(event) => {
            clocks.follow(&event.cause);
            let owner = clocks.owner_place(&event.owner);
            change(clocks, event.clock, |clock| {
                if let Some(kind) = clock.segments.last().map(|segment| segment.kind) {
                    clock.turn(event.at, kind, event.elapsed_micros);
                }
                if let Some(segment) = clock.segments.last_mut() {
                    segment.owner = owner;
                }
            });
        }
        ClockEvent::ClockRescheduled(event) => {
            change(clocks, event.clock, |clock| rescheduled(clock, event));
        }
    }
}

/// Changes a clock. Nothing happens to one before it was started.
fn change(clocks: &mut Clocks, reference: ClockRef, change: impl FnOnce(&mut Clock)) {
    if let Some(clock) = clocks.get_mut(reference) {
        change(clock);
    }
}

fn kind(paused: Option<LifeState>) -> SegmentKind {
    paused.map_or(SegmentKind::Running, SegmentKind::Paused)
}

fn started(clocks: &mut Clocks, event: &ClockStarted) {
    clocks.follow(&event.cause);
    let owner = clocks.owner_place(&event.owner);
    let mut clock = Clock {
        metric: event.clock.metric,
        number: event.clock.number,
        promises: vec![(&event.promise).into()],
        segments: vec![Segment {
            from: event.from,
            kind: kind(event.paused),
            owner,
            promise: 0,
            counted: 0,
        }],
        ended: None,
        breached: None,
        warned: BTreeSet::new(),
        climbed: BTreeSet::new(),
        silent_until: event.silent_until,
        due: None,
        next: None,
    };
    clock.look(event.outlook);
    if clocks.requester.is_none() {
        clocks.requester.clone_from(&event.requester);
    }
    clocks.clocks.push(clock);
}

fn continued(clock: &mut Clock, event: &ClockContinued, owner: u16) {
    let Some(ended) = clock.ended.take() else {
        return;
    };
    let promise = clock.segments.last().map_or(0, |segment| segment.promise);
    let between = Segment {
        from: ended.at,
        kind: SegmentKind::Stopped,
        owner,
        promise,
        counted: 0,
    };
    let onward = Segment {
        from: event.at,
        kind: kind(event.paused),
        ..between
    };
    clock.segments.extend([between, onward]);
    clock.look(event.outlook);
}

fn rematched(clock: &mut Clock, event: &ClockRematched) {
    clock.turn(event.at, kind(event.paused), event.elapsed_micros);
    clock.promises.push((&event.promise).into());
    let promise = u16::try_from(clock.promises.len() - 1).unwrap_or(u16::MAX);
    if let Some(segment) = clock.segments.last_mut() {
        segment.promise = promise;
    }
    clock.look(event.outlook);
}

fn rescheduled(clock: &mut Clock, event: &ClockRescheduled) {
    for (segment, counted) in clock.segments.iter_mut().zip(&event.counted_micros) {
        segment.counted = *counted;
    }
    let by_it = clock.promises.iter_mut().filter(|promise| {
        let calendar = promise.calendar.as_ref();
        calendar.is_some_and(|calendar| calendar.calendar == event.calendar.calendar)
    });
    for promise in by_it {
        promise.calendar = Some(event.calendar.clone());
        promise.time_zone_data.clone_from(&event.time_zone_data);
    }
    clock.look(event.outlook);
}

impl Clocks {
    fn follow(&mut self, cause: &Cause) {
        self.followed = self.followed.max((cause.position, cause.index));
    }
}

impl Clock {
    /// Ends the stretch under way, with which `elapsed` microseconds have counted in all, and begins another.
    fn turn(&mut self, at: Timestamp, kind: SegmentKind, elapsed: u64) {
        let before = self.close(elapsed);
        self.segments.extend(before.map(|before| Segment {
            from: at,
            kind,
            counted: 0,
            ..before
        }));
    }

    fn end(&mut self, ended: Ended, elapsed: u64) {
        self.close(elapsed);
        self.ended = Some(ended);
        self.next = None;
    }

    fn close(&mut self, elapsed: u64) -> Option<Segment> {
        let counted = elapsed.saturating_sub(self.counted());
        let last = self.segments.last_mut()?;
        if last.kind == SegmentKind::Running {
            last.counted = counted;
        }
        Some(*last)
    }

    /// What it was due for last is remembered when it counts no longer: a person is still shown it.
    pub(crate) fn look(&mut self, outlook: Outlook) {
        self.due = outlook.due.or(self.due);
        self.next = outlook.next;
    }
}
