//! The spans of clocks. All ids follow from what a span tells, so that what is told twice is the same.

use std::borrow::Cow;

use khidma_edge::telemetry::{Attribute, SpanRecord};
use khidma_events::sla::{ClockEvent, Verdict};
use khidma_kernel::{Timestamp, derived_id};
use khidma_sla_domain::{Clock, Clocks, SegmentKind};

use super::Subject;
use super::names::sla;

/// Why a span is in error.
const BROKEN: &str = "more than the target has elapsed";

/// The spans of what a clock has just told: one at once, and its whole life if it has ended by it.
pub(super) fn of_event(subject: Subject<'_>, event: &ClockEvent) -> Vec<SpanRecord> {
    let told = happening(event).map(|one| one.span(subject));
    let mut spans: Vec<_> = told.into_iter().collect();
    if matches!(
        event,
        ClockEvent::ClockStopped(_) | ClockEvent::ClockCancelled(_)
    ) {
        spans.extend(life(subject));
    }
    spans
}

/// The spans of all clocks of a request, as far as its row tells of them: not when they warned.
pub(crate) fn traces_of(
    request: &str,
    traceparent: Option<&str>,
    clocks: &Clocks,
) -> Vec<SpanRecord> {
    let mut spans = Vec::new();
    for clock in &clocks.clocks {
        let subject = Subject {
            request,
            traceparent,
            clocks,
            clock,
        };
        let happenings = [
            clock.started().map(Happening::Started),
            clock.breached.map(Happening::Breached),
            clock.ended.map(|ended| match ended.verdict {
                Some(_) => Happening::Stopped(ended.at),
                None => Happening::Cancelled(ended.at),
            }),
        ];
        spans.extend(
            happenings
                .into_iter()
                .flatten()
                .map(|one| one.span(subject)),
        );
        spans.extend(life(subject));
    }
    spans
}

/// What is told of a clock at once.
#[derive(Clone, Copy)]
enum Happening {
    Started(Timestamp),
    Warned(Timestamp, u16),
    Breached(Timestamp),
    Retracted(Timestamp),
    Stopped(Timestamp),
    Cancelled(Timestamp),
    Continued(Timestamp),
}

fn happening(event: &ClockEvent) -> Option<Happening> {
    Some(match event {
        ClockEvent::ClockStarted(event) => Happening::Started(event.from),
        ClockEvent::ClockWarned(event) => Happening::Warned(event.at, event.percent),
        ClockEvent::ClockBreached(event) => Happening::Breached(event.at),
        ClockEvent::BreachRetracted(event) => Happening::Retracted(event.breached_at),
        ClockEvent::ClockStopped(event) => Happening::Stopped(event.at),
        ClockEvent::ClockCancelled(event) => Happening::Cancelled(event.at),
        ClockEvent::ClockContinued(event) => Happening::Continued(event.at),
        ClockEvent::ClockPaused(_)
        | ClockEvent::ClockResumed(_)
        | ClockEvent::LadderStepReached(_)
        | ClockEvent::ClockRematched(_)
        | ClockEvent::ClockHandedOver(_)
        | ClockEvent::ClockRescheduled(_) => return None,
    })
}

impl Happening {
    fn told(self) -> (&'static str, Timestamp) {
        match self {
            Self::Started(at) => ("sla started", at),
            Self::Warned(at, _) => ("sla warned", at),
            Self::Breached(at) => ("sla breached", at),
            Self::Retracted(at) => ("sla retracted", at),
            Self::Stopped(at) => ("sla stopped", at),
            Self::Cancelled(at) => ("sla cancelled", at),
            Self::Continued(at) => ("sla continued", at),
        }
    }

    /// A span of no length, at the instant at which it became true, below what will be the root of the clock's trace.
    fn span(self, subject: Subject<'_>) -> SpanRecord {
        let (name, at) = self.told();
        let percent = match self {
            Self::Warned(_, percent) => Some(percent),
            _ => None,
        };
        let mut attributes = subject.attributes();
        if let Some(percent) = percent {
            attributes.push((sla::PERCENT, Attribute::Number(percent.into())));
        }
        if matches!(self, Self::Stopped(_) | Self::Cancelled(_)) {
            attributes.extend(ending(subject.clock));
        }
        let error = matches!(self, Self::Breached(_)).then(|| BROKEN.to_owned());
        let told = [
            name.as_bytes(),
            &at.as_micros().to_be_bytes(),
            &percent.unwrap_or_default().to_be_bytes(),
        ];
        SpanRecord {
            trace_id: subject.trace(),
            span_id: subject.id(&told),
            parent: Some(subject.root()),
            name: name.into(),
            start: at,
            end: at,
            links: subject.links(),
            error,
            attributes,
        }
    }
}

impl Subject<'_> {
    fn hash(&self, parts: &[&[u8]]) -> [u8; 16] {
        let number = self.clock.number.to_be_bytes();
        let of = [
            b"sla clock".as_slice(),
            self.request.as_bytes(),
            self.clock.metric.as_str().as_bytes(),
            &number,
        ];
        derived_id(&[&of, parts].concat()).into_bytes()
    }

    fn trace(&self) -> [u8; 16] {
        self.hash(&[])
    }

    fn id(&self, told: &[&[u8]]) -> [u8; 8] {
        let mut id = [0; 8];
        // The end: at the beginning some bits say what kind of UUID it is.
        id.copy_from_slice(&self.hash(told)[8..]);
        id
    }

    fn root(&self) -> [u8; 8] {
        self.id(&[b"root"])
    }

    fn links(&self) -> Vec<String> {
        self.traceparent.map(str::to_owned).into_iter().collect()
    }

    fn attributes(&self) -> Vec<(&'static str, Attribute)> {
        let text = |text: &str| Attribute::Text(text.to_owned());
        let mut all = vec![
            (sla::REQUEST_ID, text(self.request)),
            (sla::METRIC, text(self.clock.metric.as_str())),
        ];
        if let Some(promise) = self.clock.promise() {
            all.push((sla::POLICY, text(promise.policy.as_str())));
            all.push((sla::TARGET_SECONDS, seconds(promise.target_seconds)));
        }
        if let Some(owner) = self.owner() {
            all.push((sla::DEPARTMENT, text(owner.as_str())));
        }
        all
    }
}

fn seconds(seconds: u64) -> Attribute {
    Attribute::Number(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn elapsed(micros: u64) -> (&'static str, Attribute) {
    (sla::ELAPSED_SECONDS, seconds(micros / 1_000_000))
}

/// How it ended, and what had elapsed then.
fn ending(clock: &Clock) -> [(&'static str, Attribute); 2] {
    let outcome = clock.verdict().map_or("cancelled", Verdict::as_str);
    let outcome = (sla::OUTCOME, Attribute::Text(outcome.to_owned()));
    [outcome, elapsed(clock.counted())]
}

/// The life of a clock that has ended: the whole, and its stretches; nothing of one that goes on.
fn life(subject: Subject<'_>) -> Vec<SpanRecord> {
    let clock = subject.clock;
    let (Some(ended), Some(started)) = (clock.ended, clock.started()) else {
        return Vec::new();
    };
    let mut attributes = subject.attributes();
    attributes.extend(ending(clock));
    let broken = clock.verdict() == Some(Verdict::Breached);
    let root = SpanRecord {
        trace_id: subject.trace(),
        span_id: subject.root(),
        parent: None,
        name: Cow::Owned(format!("clock {}", clock.metric.as_str())),
        start: started,
        end: ended.at,
        links: subject.links(),
        error: broken.then(|| BROKEN.to_owned()),
        attributes,
    };
    let ends = clock.segments.iter().skip(1).map(|segment| segment.from);
    let ends = ends.chain([ended.at]);
    let stretches = clock.segments.iter().zip(ends).zip(0u32..);
    let stretches = stretches.map(|((segment, end), place)| {
        let (name, counts) = match segment.kind {
            SegmentKind::Running => ("running", true),
            SegmentKind::Paused(_) => ("paused", false),
            SegmentKind::Stopped => ("resolved", false),
        };
        let owner = subject.clocks.owner_of(segment);
        let owner = owner.map(|owner| {
            let owner = Attribute::Text(owner.as_str().to_owned());
            (sla::DEPARTMENT, owner)
        });
        let counted = counts.then(|| elapsed(segment.counted));
        SpanRecord {
            trace_id: subject.trace(),
            span_id: subject.id(&[b"stretch", &place.to_be_bytes()]),
            parent: Some(subject.root()),
            name: name.into(),
            start: segment.from,
            end,
            links: Vec::new(),
            error: None,
            attributes: owner.into_iter().chain(counted).collect(),
        }
    });
    [root].into_iter().chain(stretches).collect()
}
