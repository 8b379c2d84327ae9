//! Trace context across process and time: W3C `traceparent`, `00-<trace>-<span>-<flags>`.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The metadata key, in lower case.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// The trace context of the current span, to be stored in a commit or sent along; `None` where nothing is traced.
pub fn current_traceparent() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let ids = span.span_context();
    let flags = ids.trace_flags().to_u8();
    ids.is_valid()
        .then(|| format!("00-{}-{}-{flags:02x}", ids.trace_id(), ids.span_id()))
}

/// A span `name` for work that `traceparent` caused, whatever the current span.
///
/// Work done right away (a projection taking up a live command) is a child of the cause. Work done at any later time
/// (a reaction, a timer) has to be a trace of its own with a `link` to the cause: a trace that lasts for days is cut by
/// the stores. Where `traceparent` is missing or malformed, the span begins a trace. `khidma.position` may be recorded
/// on it.
pub fn span_from(traceparent: Option<&str>, name: &'static str, link: bool) -> Span {
    let span = tracing::info_span!(
        parent: None,
        "work",
        otel.name = name,
        khidma.position = field::Empty,
    );
    adopt(&span, traceparent, link);
    span
}

/// Makes the cause in `traceparent` the span's parent, or links it.
pub(super) fn adopt(span: &Span, traceparent: Option<&str>, link: bool) {
    let Some(cause) = traceparent.and_then(parse) else {
        return;
    };
    if link {
        span.add_link(cause.span().span_context().clone());
    } else {
        // It fails only where nothing is traced, or where the span is filtered out: nothing to connect then.
        let _ = span.set_parent(cause);
    }
}

/// The context in a `traceparent`; `None` where it is none.
pub(super) fn parse(traceparent: &str) -> Option<Context> {
    struct Carrier<'a>(&'a str);
    impl Extractor for Carrier<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            (key == TRACEPARENT).then_some(self.0)
        }

        fn keys(&self) -> Vec<&str> {
            vec![TRACEPARENT]
        }
    }
    let context =
        TraceContextPropagator::new().extract_with_context(&Context::new(), &Carrier(traceparent));
    context.has_active_span().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_is_a_cause() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert!(parse(good).is_some());
        let zeros = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        for text in [
            "",
            "x",
            zeros,
            &good[..50],
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn without_a_collector_nothing_is_traced() {
        let span = span_from(None, "work", false);
        assert_eq!(span.in_scope(current_traceparent), None);
    }
}
