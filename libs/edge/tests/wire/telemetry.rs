//! What a collector sees of a call. One test: telemetry is the whole process's, and the other tests' calls are in it too.

use std::time::Duration;

use khidma_edge::client::Connection;
use khidma_edge::config::Telemetry;
use khidma_edge::telemetry::{self, Meters};
use khidma_testkit::otlp::{OtlpReceiver, Span};
use tonic::Request;
use tracing::Instrument;

use crate::echo::{call, echo};
use crate::harness::{House, Options, PATIENCE};

const CALLER: &str = "the caller's work";
const ECHO: &str = "khidma.test.v1.EchoService/Echo";

/// Trace and span of a `traceparent`.
#[derive(Debug, PartialEq)]
struct Ids {
    trace: String,
    span: String,
}

impl Ids {
    fn of(traceparent: &str) -> Self {
        let parts: Vec<_> = traceparent.split('-').collect();
        Self {
            trace: parts[1].to_owned(),
            span: parts[2].to_owned(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_sees_spans_metrics_and_logs() {
    let collector = OtlpReceiver::start().await.unwrap();
    let config = Telemetry {
        otlp_endpoint: Some(collector.endpoint()),
        ..Telemetry::default()
    };
    let telemetry = telemetry::init(&config).unwrap();
    measure(&telemetry.meters());
    let house = House::open_with(Options {
        meters: Some(telemetry.meters()),
        ..Options::default()
    })
    .await;
    let connection = house.connect().await;

    let work = telemetry::span_from(None, CALLER, false);
    let (caller, served) = make_calls(&connection).instrument(work).await;
    let handler = Ids::of(&served);
    assert_eq!(
        handler.trace, caller.trace,
        "the handler works in the caller's trace"
    );
    telemetry::span_from(Some(&served), "project", false).record("khidma.position", 7);
    drop(telemetry::span_from(Some(&served), "react", true));

    let all = |spans: &[Span]| {
        spans.iter().any(|span| span.name == "react") && in_trace(spans, &caller, "").len() >= 5
    };
    let spans = collector.wait_for(PATIENCE, all).await;
    check_calls(&spans, &caller, &handler);
    check_causes(&spans, &caller, &handler);

    drop(telemetry::span_from(None, "the last", false));
    tokio::time::timeout(Duration::from_secs(15), telemetry.shut_down())
        .await
        .unwrap();
    check_the_rest(&collector);
}

fn measure(meters: &Meters) {
    meters.gauge("khidma.test.gauge", "{thing}", "A number", || 42.0);
    meters
        .counter("khidma.test.counter", "{thing}", "A growing number")
        .add(1, &[("kind", "test")]);
}

/// A good call, a failing one and one of a method that does not exist. Our own ids, and what the handler of the first
/// call saw as its own.
async fn make_calls(connection: &Connection) -> (Ids, String) {
    let served = echo(connection, Request::new("traceparent".into()))
        .await
        .unwrap();
    echo(connection, Request::new("fail".into()))
        .await
        .unwrap_err();
    call(
        connection,
        "/khidma.test.v1.EchoService/Made-up",
        Request::new("x".into()),
    )
    .await
    .unwrap_err();
    (Ids::of(&telemetry::current_traceparent().unwrap()), served)
}

/// The spans in the trace of `ids`, of that `name` where one is given.
fn in_trace<'a>(spans: &'a [Span], ids: &Ids, name: &str) -> Vec<&'a Span> {
    let wanted =
        |span: &&Span| span.trace_id == ids.trace && (name.is_empty() || span.name == name);
    spans.iter().filter(wanted).collect()
}

fn attribute<'a>(span: &'a Span, name: &str) -> &'a str {
    span.attributes
        .get(name)
        .map(String::as_str)
        .unwrap_or_default()
}

fn check_calls(spans: &[Span], caller: &Ids, handler: &Ids) {
    let echoes = in_trace(spans, caller, ECHO);
    assert_eq!(echoes.len(), 2, "{spans:#?}");
    assert!(
        echoes
            .iter()
            .all(|span| span.parent.as_ref() == Some(&caller.span))
    );
    let (good, bad): (Vec<_>, Vec<_>) = echoes
        .into_iter()
        .partition(|span| span.span_id == handler.span);
    let (good, bad) = (good[0], bad[0]);
    assert_eq!(
        (good.failed, attribute(good, "rpc.grpc.status_code")),
        (false, "0")
    );
    assert_eq!(
        (bad.failed, attribute(bad, "rpc.grpc.status_code")),
        (true, "13")
    );
    assert_eq!(attribute(good, "rpc.system"), "grpc");
    assert_eq!(attribute(good, "rpc.service"), "khidma.test.v1.EchoService");
    assert_eq!(attribute(good, "rpc.method"), "Echo");
    assert!(
        !format!("{spans:?}").contains("amina"),
        "a span names a person"
    );
}

fn check_causes(spans: &[Span], caller: &Ids, handler: &Ids) {
    let root = in_trace(spans, caller, CALLER)[0];
    assert_eq!((root.parent.as_ref(), &root.span_id), (None, &caller.span));
    let project = in_trace(spans, caller, "project")[0];
    assert_eq!(project.parent.as_ref(), Some(&handler.span));
    assert_eq!(attribute(project, "khidma.position"), "7");
    let react = spans.iter().find(|span| span.name == "react").unwrap();
    assert_ne!(
        react.trace_id, caller.trace,
        "a reaction is a trace of its own"
    );
    let cause = (handler.trace.clone(), handler.span.clone());
    assert_eq!((react.parent.as_ref(), &react.links), (None, &vec![cause]));
}

/// What waited until the end was exported all the same.
fn check_the_rest(collector: &OtlpReceiver) {
    assert!(collector.spans().iter().any(|span| span.name == "the last"));
    let metrics = collector.metrics();
    for name in [
        "rpc.server.duration",
        "rpc.server.active_requests",
        "khidma.test.gauge",
        "khidma.test.counter",
    ] {
        assert!(
            metrics.iter().any(|metric| metric == name),
            "{name} is not among {metrics:?}"
        );
    }
    assert!(
        collector.logs().iter().any(|text| text == "internal error"),
        "{:?}",
        collector.logs()
    );
}
