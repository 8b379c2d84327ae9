//! Spans of what was not lived through by the code that tells of it: the life of a clock, told when it has ended.
//!
//! An open span is exported when it ends, and stores cut traces that grow for days. So what lasts is told afterwards, as
//! a whole, with its real times. Its ids are the caller's: the same story told twice is the same trace.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use khidma_kernel::Timestamp;
use opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor,
};

use super::trace::parse;

/// Takes spans that are told afterwards. Clones take them to the same place.
///
/// All of them are exported, whatever `telemetry.trace_ratio` says, and they wait in a queue of their own: a breach is
/// not crowded out by calls.
#[derive(Clone)]
pub struct Traces(Option<Arc<BatchSpanProcessor>>);

/// A span with everything that is to be known of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpanRecord {
    /// The trace it belongs to; not all zeros.
    pub trace_id: [u8; 16],
    /// The span itself, unique in its trace; not all zeros.
    pub span_id: [u8; 8],
    /// The span it is a part of; none for the root of a trace.
    pub parent: Option<[u8; 8]>,
    /// What happened.
    pub name: Cow<'static, str>,
    /// When it began; an instant outside 1970 to 2262 is told as the nearest one inside.
    pub start: Timestamp,
    /// When it ended, at `start` or later.
    pub end: Timestamp,
    /// The spans that it has to do with, as W3C `traceparent`; what is none is left out.
    pub links: Vec<String>,
    /// Why it is to be seen as an error, if it is.
    pub error: Option<String>,
    /// What else is to be known, by name.
    pub attributes: Vec<(&'static str, Attribute)>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// Words or an id.
    Text(String),
    /// A count or a time in the unit that the name says.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// Some of the recorded spans were not taken by the collector.
#[derive(Debug, thiserror::Error)]
#[error("the collector did not take all spans: {0}")]
pub struct NotExported(String);

impl Traces {
    /// Records nothing.
    pub fn none() -> Self {
        Self(None)
    }

    pub(super) fn to(processor: Arc<BatchSpanProcessor>) -> Self {
        Self(Some(processor))
    }

    /// Whether anybody will see what is recorded: where not, it need not be put together.
    pub fn are_seen(&self) -> bool {
        self.0.is_some()
    }

    /// Hands over a span for export, within a fraction of a second. It never waits: where the queue is full, or the
    /// collector away, the span is lost. One whose ids are all zeros is none, and left out.
    pub fn record(&self, span: SpanRecord) {
        let Some(processor) = &self.0 else {
            return;
        };
        let data = SpanData::from(span);
        if data.span_context.is_valid() {
            processor.on_end(data);
        }
    }

    /// Exports what waits, now, for a few seconds at most: for whoever records more than the queue holds, or has to
    /// know whether it arrived.
    ///
    /// # Errors
    /// The collector did not take the last of it.
    pub async fn flush(&self) -> Result<(), NotExported> {
        let Some(processor) = self.0.clone() else {
            return Ok(());
        };
        // It blocks its thread until the export has ended.
        let flushed = tokio::task::spawn_blocking(move || processor.force_flush()).await;
        let flushed = flushed.map_err(|error| NotExported(error.to_string()))?;
        flushed.map_err(|error| NotExported(error.to_string()))
    }
}

impl From<SpanRecord> for SpanData {
    fn from(span: SpanRecord) -> Self {
        let ids = SpanContext::new(
            TraceId::from_bytes(span.trace_id),
            SpanId::from_bytes(span.span_id),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        );
        let causes = span.links.iter().filter_map(|link| parse(link));
        let mut links = SpanLinks::default();
        links.links = causes
            .map(|cause| Link::with_context(cause.span().span_context().clone()))
            .collect();
        let attributes = span.attributes.into_iter();
        Self {
            span_context: ids,
            parent_span_id: span.parent.map_or(SpanId::INVALID, SpanId::from_bytes),
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: span.name,
            start_time: system_time(span.start),
            end_time: system_time(span.end.max(span.start)),
            attributes: attributes
                .map(|(name, value)| KeyValue::new(name, Value::from(value)))
                .collect(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links,
            status: span.error.map_or(Status::Unset, Status::error),
            instrumentation_scope: InstrumentationScope::builder("khidma").build(),
        }
    }
}

impl From<Attribute> for Value {
    fn from(value: Attribute) -> Self {
        match value {
            Attribute::Text(text) => text.into(),
            Attribute::Number(number) => number.into(),
            Attribute::Flag(flag) => flag.into(),
        }
    }
}

/// On the wire an instant is nanoseconds since the epoch in 64 bits.
fn system_time(at: Timestamp) -> SystemTime {
    let micros = at.as_micros().clamp(0, i64::MAX / 1000);
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros.unsigned_abs())
}
