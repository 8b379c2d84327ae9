//! What a collector sees of what is told afterwards, and of metrics with labels. Each test has exporters of its own.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use khidma_edge::config;
use khidma_edge::telemetry::{Attribute, Signals, SpanRecord, Telemetry};
use khidma_eventlog::MemoryLog;
use khidma_kernel::Timestamp;
use khidma_testkit::otlp::{OtlpReceiver, Point, Span};
use khidma_testkit::{Host, Watched};

use crate::harness::PATIENCE;

const CAUSE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

/// A clock of last week: its whole, and a part of it.
fn clock() -> [SpanRecord; 2] {
    let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let trace_id = std::array::from_fn(|index| u8::try_from(index).unwrap() + 1);
    let whole = SpanRecord {
        trace_id,
        span_id: [1; 8],
        parent: None,
        name: Cow::Borrowed("clock resolve"),
        start,
        end: start.plus_seconds(3 * 24 * 3600),
        links: vec![CAUSE.into(), "nonsense".into(), String::new()],
        error: Some("breached".into()),
        attributes: vec![
            ("khidma.sla.department", Attribute::Text("it".into())),
            ("khidma.sla.target_seconds", Attribute::Number(-7)),
            ("khidma.sla.paused", Attribute::Flag(true)),
        ],
    };
    let part = SpanRecord {
        span_id: [2; 8],
        parent: Some([1; 8]),
        name: Cow::Owned("running".to_owned()),
        end: Timestamp::from_micros(start.as_micros() + 1),
        links: Vec::new(),
        error: None,
        attributes: Vec::new(),
        ..whole.clone()
    };
    [whole, part]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_of_last_week_arrives_as_it_was_told() {
    let mut waited = Vec::new();
    let (collector, exporting, spans) = loop {
        let collector = OtlpReceiver::start().await.unwrap();
        let exporting = collector.exporter().unwrap();
        let traces = exporting.traces();
        assert!(traces.are_seen());
        let began = Instant::now();
        clock().into_iter().for_each(|span| traces.record(span));
        let spans = collector.wait_for(PATIENCE, |spans| spans.len() >= 2).await;
        waited.push(began.elapsed());
        if began.elapsed() < Duration::from_secs(1) {
            break (collector, exporting, spans);
        }
        // The machine may be busy with something else for once, not every time.
        assert!(
            waited.len() < 5,
            "a breach has to be seen within a second: {waited:?}"
        );
        exporting.shut_down().await;
    };
    let [whole, part] = clock();
    let expected = Span {
        name: "clock resolve".into(),
        trace_id: TRACE.into(),
        span_id: "0101010101010101".into(),
        parent: None,
        attributes: [
            ("khidma.sla.department", "it"),
            ("khidma.sla.target_seconds", "-7"),
            ("khidma.sla.paused", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        start: whole.start,
        end: whole.end,
        failed: true,
        error: "breached".into(),
        links: vec![(
            "4bf92f3577b34da6a3ce929d0e0e4736".into(),
            "00f067aa0ba902b7".into(),
        )],
    };
    assert_eq!(spans[0], expected);
    let second = Span {
        name: "running".into(),
        span_id: "0202020202020202".into(),
        parent: Some("0101010101010101".into()),
        attributes: [].into(),
        end: part.end,
        failed: false,
        error: String::new(),
        links: Vec::new(),
        ..expected
    };
    assert_eq!(spans[1], second);

    // Told again, it is the same story; flushed, it has arrived.
    let traces = exporting.traces();
    clock().into_iter().for_each(|span| traces.record(span));
    traces.flush().await.unwrap();
    let spans = collector.spans();
    assert_eq!(spans[..2], spans[2..]);
    assert!(
        collector.everything().contains("service.name"),
        "the collector is not told whose spans they are"
    );
    exporting.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_given_what_it_tells_and_measures_with() {
    let collector = OtlpReceiver::start().await.unwrap();
    let exporting = collector.exporter().unwrap();
    let log = Arc::new(MemoryLog::new());
    let watched = Watched::by(&collector, &exporting);
    let host = Host::watched(log, watched, |deps| async move {
        clock()
            .into_iter()
            .for_each(|span| deps.traces.record(span));
        deps.meters
            .counter("test.started", "{service}", "Services")
            .add(1, &[]);
        Ok(Vec::new())
    });
    let _host = host.await;
    exporting.shut_down().await;
    let spans = collector.spans();
    let traces: Vec<_> = spans.iter().map(|span| span.trace_id.as_str()).collect();
    assert_eq!(traces, [TRACE, TRACE]);
    assert_eq!(value(&collector.points("test.started"), &[]), Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_collector_would_take_is_mended_or_left_out() {
    let collector = OtlpReceiver::start().await.unwrap();
    let exporting = Telemetry::detached(&config::Telemetry {
        otlp_endpoint: Some(collector.endpoint()),
        // Of the traces begun here none is exported; what is told afterwards is.
        trace_ratio: 0.0,
        ..config::Telemetry::default()
    });
    let exporting = exporting.unwrap();
    let [whole, _] = clock();
    let broken = [
        SpanRecord {
            trace_id: [0; 16],
            ..whole.clone()
        },
        SpanRecord {
            span_id: [0; 8],
            ..whole.clone()
        },
        SpanRecord {
            start: "0033-04-03T15:00:00Z".parse().unwrap(),
            end: "0001-01-01T00:00:00Z".parse().unwrap(),
            ..whole.clone()
        },
        SpanRecord {
            end: "9999-12-30T00:00:00Z".parse().unwrap(),
            ..whole
        },
    ];
    for span in broken {
        exporting.traces().record(span);
    }
    exporting.shut_down().await;
    let spans = collector.spans();
    let ends: Vec<_> = spans.iter().map(|span| span.end.to_string()).collect();
    assert_eq!(
        ends,
        ["1970-01-01T00:00:00.000000Z", "2262-04-11T23:47:16.854775Z"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_nothing_happens_and_an_absent_one_is_said() {
    let nowhere = Telemetry::detached(&config::Telemetry::default()).unwrap();
    for traces in [nowhere.traces(), Signals::none().traces] {
        assert!(!traces.are_seen());
        clock().into_iter().for_each(|span| traces.record(span));
        traces.flush().await.unwrap();
    }
    nowhere.shut_down().await;

    // Bound and never accepting, so nobody else can take the port either.
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let away = Telemetry::detached(&config::Telemetry {
        otlp_endpoint: Some(format!("http://{}", silent.local_addr().unwrap())),
        ..config::Telemetry::default()
    });
    let away = away.unwrap();
    let began = Instant::now();
    for _ in 0..20_000 {
        clock()
            .into_iter()
            .for_each(|span| away.traces().record(span));
    }
    let waited = began.elapsed();
    assert!(
        waited < Duration::from_secs(5),
        "who tells waits: {waited:?}"
    );
    let text = away.traces().flush().await.unwrap_err().to_string();
    assert!(text.starts_with("the collector did not take"), "{text}");
}

/// The value of the series with these labels.
fn value(points: &[Point], labels: &[(&str, &str)]) -> Option<f64> {
    let has = |point: &&Point| {
        let all = point.labels.iter().map(|(name, value)| (&**name, &**value));
        all.eq(labels.iter().copied())
    };
    points.iter().find(has).map(|point| point.value)
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_arrive_by_their_labels() {
    let collector = OtlpReceiver::start().await.unwrap();
    let exporting = collector.exporter().unwrap();
    let meters = exporting.meters();
    let (open, department) = (Arc::new(AtomicU64::new(2)), String::from("it"));
    let read = open.clone();
    meters.gauges("test.open", "{clock}", "Open clocks", move || {
        let labels = vec![
            ("state", "running".into()),
            ("department", department.clone()),
        ];
        match read.load(Ordering::SeqCst) {
            0 => Vec::new(),
            count => vec![(labels, f64::from(u32::try_from(count).unwrap()))],
        }
    });
    let breaches = meters.counter("test.breaches", "{breach}", "Breaches");
    for department in ["it", "hr", "it"].map(String::from) {
        breaches.add(1, &[("department", &department)]);
    }
    breaches.add(0, &[("department", "legal")]);
    let lateness = meters.histogram("test.lateness", "s", "Lateness", &[0.1, 1.0]);
    for seconds in [0.05, 0.5, 0.75, 60.0] {
        lateness.record(seconds, &[]);
    }

    let told = |points: &[Point]| !points.is_empty();
    let running = [("department", "it"), ("state", "running")];
    let points = collector.wait_for_points("test.open", PATIENCE, told).await;
    assert_eq!((value(&points, &running), points.len()), (Some(2.0), 1));
    assert_eq!(points[0].unit, "{clock}");
    let points = collector.points("test.breaches");
    let of = |department| value(&points, &[("department", department)]);
    assert_eq!(
        (of("it"), of("hr"), of("legal")),
        (Some(2.0), Some(1.0), Some(0.0))
    );
    let points = collector.points("test.lateness");
    assert_eq!(points[0].buckets, [(0.1, 1), (1.0, 2)]);
    assert!((points[0].value - 61.3).abs() < 1e-9, "{points:?}");

    // What is no longer told is none, not what it was.
    open.store(0, Ordering::SeqCst);
    let none = |points: &[Point]| value(points, &running) == Some(0.0);
    let points = collector.wait_for_points("test.open", PATIENCE, none).await;
    assert!(none(&points), "{points:?}");
    exporting.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_that_are_too_many_do_not_grow_for_ever() {
    let collector = OtlpReceiver::start().await.unwrap();
    let exporting = collector.exporter().unwrap();
    let meters = exporting.meters();
    meters.gauges("test.many", "{thing}", "Too many", || {
        (0..3000)
            .map(|id| (vec![("id", format!("{id:04}"))], 1.0))
            .collect()
    });
    let counter = meters.counter("test.counted", "{thing}", "Too many");
    for id in 0..3000 {
        counter.add(1, &[("id", &id.to_string())]);
    }
    exporting.shut_down().await;
    let gauges = collector.points("test.many");
    assert_eq!(gauges.len(), 2000);
    assert_eq!(value(&gauges, &[("id", "1999")]), Some(1.0));
    let counted = collector.points("test.counted");
    assert_eq!(counted.len(), 2001);
    assert_eq!(
        value(&counted, &[("otel.metric.overflow", "true")]),
        Some(1000.0)
    );
}
