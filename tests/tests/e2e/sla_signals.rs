//! What a collector sees of clocks: each breach at once, a whole life when it has ended, the same again on demand; and
//! clocks that react to what is said to the requests service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::sla::{ClockEvent, Metric};
use khidma_kernel::Role;
use khidma_proto::requests as pb;
use khidma_proto::sla::traces_service_client::TracesServiceClient;
use khidma_proto::sla::{EmitTracesRequest, EmitTracesResponse};
use khidma_runtime::Tasks;
use khidma_testkit::otlp::{OtlpReceiver, Point, Span};
use khidma_testkit::{Host, Watched};
use tonic::{Code, Status};

use crate::clients::{Requests, key, refused, wish};
use crate::site::{AMINA, Site};
use crate::sla_stage::{ask, is_breach, promise, resolve, until_said};
use crate::{PATIENCE, seed};

/// The trace of the call that submitted a request.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALL: &str = "b7ad6b7169203331";
const SECOND: Duration = Duration::from_secs(1);

async fn log() -> Arc<dyn EventLog> {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    promise(&*log, 4 * 3600, 10 * 3600).await;
    log
}

/// Asks for the traces of `request` again.
async fn emit(connection: Connection, request: &str) -> Result<EmitTracesResponse, Status> {
    let question = EmitTracesRequest {
        service_request_id: request.to_owned(),
        min_position: 0,
    };
    let mut client = TracesServiceClient::new(connection);
    Ok(client.emit_traces(question).await?.into_inner())
}

fn named<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

/// Each span by its ids, and what it tells.
fn by_id(spans: &[Span]) -> BTreeMap<(String, String), Span> {
    let keyed = spans.iter().map(|span| {
        let ids = (span.trace_id.clone(), span.span_id.clone());
        (ids, span.clone())
    });
    keyed.collect()
}

/// The machine may be busy with something else for once, not every time.
#[tokio::test(flavor = "multi_thread")]
async fn a_breach_is_with_the_collector_within_a_second() {
    let mut took = Vec::new();
    while took.len() < 4 && !took.iter().any(|one| *one < SECOND) {
        took.push(breaches_arrive().await);
    }
    assert!(took.iter().any(|one| *one < SECOND), "{took:?}");
}

/// Clocks are broken, and all that is told of it arrives; how long it took.
async fn breaches_arrive() -> Duration {
    let collector = OtlpReceiver::start().await.unwrap();
    let telemetry = collector.exporter().unwrap();
    let (log, watched) = (log().await, Watched::by(&collector, &telemetry));
    let start = async |deps| Ok(vec![khidma_sla::start(&deps).await?]);
    let host = Host::watched(log.clone(), watched, start).await;
    let traceparent = format!("00-{TRACE}-{CALL}-01");
    let mut asked = Vec::new();
    for _ in 0..25 {
        asked.push(ask(&*log, host.now(), Some(&traceparent)).await);
    }
    let started = |event: &ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
    until_said(&*log, 50, started).await;

    let due = host.now().plus_seconds(10 * 3600);
    host.hand.set(due.plus_seconds(-1));
    until_said(&*log, 25, is_breach).await;
    let began = Instant::now();
    host.hand.advance_seconds(2);
    let resolve_broken = |span: &&Span| {
        span.name == "sla breached" && span.attributes["khidma.sla.metric"] == "resolve"
    };
    let arrived = |spans: &[Span]| spans.iter().filter(resolve_broken).count() == asked.len();
    let spans = collector.wait_for(PATIENCE, arrived).await;
    let took = began.elapsed();
    assert!(arrived(&spans), "{}", spans.len());
    println!("{} breaches with the collector after {took:?}", asked.len());
    for span in spans.iter().filter(resolve_broken) {
        assert_eq!((span.start, span.end), (due, due));
        assert!(span.failed);
        assert_eq!(span.links, [(TRACE.to_owned(), CALL.to_owned())]);
        assert_eq!(span.attributes["khidma.sla.department"], "it");
        assert_eq!(span.attributes["khidma.sla.policy"], "everything");
        assert_eq!(span.attributes["khidma.sla.target_seconds"], "36000");
    }
    let traces: BTreeSet<_> = spans
        .iter()
        .filter(resolve_broken)
        .map(|span| &span.trace_id)
        .collect();
    assert_eq!(traces.len(), asked.len(), "a trace a clock");

    // The numbers: 25 clocks of each promise, broken all of them, each after two warnings.
    let broken = |points: &[Point]| points.iter().map(|point| point.value).sum::<f64>() >= 50.0;
    let points = collector
        .wait_for_points("khidma.sla.breaches", PATIENCE, broken)
        .await;
    assert!(points.iter().all(|point| point.value == 25.0), "{points:?}");
    assert_eq!(points.len(), 2);
    let open = |points: &[Point]| points.iter().any(|point| point.value == 25.0);
    let points = collector
        .wait_for_points("khidma.sla.clocks.open", PATIENCE, open)
        .await;
    let running = points
        .iter()
        .filter(|point| point.labels["state"] == "running");
    assert_eq!(running.map(|point| point.value).sum::<f64>(), 50.0);
    for name in [
        "khidma.sla.warnings",
        "khidma.sla.finished",
        "khidma.sla.timer.lateness",
    ] {
        let any = |points: &[Point]| !points.is_empty();
        let points = collector.wait_for_points(name, PATIENCE, any).await;
        assert!(any(&points), "{name}");
    }
    telemetry.shut_down().await;
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_is_told_when_it_has_ended_and_again_with_the_same_ids() {
    let collector = OtlpReceiver::start().await.unwrap();
    let telemetry = collector.exporter().unwrap();
    let (log, watched) = (log().await, Watched::by(&collector, &telemetry));
    let start = async |deps| Ok(vec![khidma_sla::start(&deps).await?]);
    let host = Host::watched(log.clone(), watched, start).await;
    let asked = ask(&*log, host.now(), None).await;
    host.hand.advance_seconds(5 * 3600);
    until_said(&*log, 1, is_breach).await;
    resolve(&*log, &asked, host.now()).await;
    let whole = |spans: &[Span]| named(spans, "clock resolve").len() == 1;
    let spans = collector.wait_for(PATIENCE, whole).await;
    let of = |name: &str| named(&spans, name)[0].clone();
    let (kept, broken) = (of("clock resolve"), of("clock acknowledge"));
    assert!(!kept.failed && broken.failed);
    assert_eq!(kept.attributes["khidma.sla.outcome"], "met");
    assert_eq!(broken.attributes["khidma.sla.outcome"], "breached");
    for root in [&kept, &broken] {
        assert_eq!((root.start, root.end), (asked.at, host.now()));
        assert_eq!(root.attributes["khidma.sla.elapsed_seconds"], "18000");
        assert_eq!(root.attributes["khidma.request.id"], asked.id);
        assert!(root.parent.is_none() && root.links.is_empty());
        let parts: Vec<_> = spans
            .iter()
            .filter(|span| span.parent.as_ref() == Some(&root.span_id))
            .collect();
        assert!(parts.iter().all(|part| part.trace_id == root.trace_id));
        assert!(
            parts.iter().any(|part| part.name == "running"),
            "{parts:#?}"
        );
    }

    let first = by_id(&collector.spans());
    let unknown = (Code::NotFound, "UNKNOWN_REQUEST".to_owned());
    let hr = host.connect("amina", "hr", &[]).await;
    assert_eq!(refused(emit(hr, &asked.id).await), unknown);
    let it = host.connect("daniel", "it", &[]).await;
    let answer = emit(it, &asked.id).await.unwrap();
    let admin = host.connect("admin", "company", &[Role::Admin]).await;
    assert_eq!(emit(admin, &asked.id).await.unwrap(), answer);
    assert_eq!(answer.trace_ids, [broken.trace_id, kept.trace_id]);
    let (count, before) = (answer.spans as usize, first.len());
    // Warnings are not told again: what is in the row is.
    let warnings = named(&spans, "sla warned").len();
    assert_eq!(count, before - warnings);
    let twice = |spans: &[Span]| spans.len() == before + 2 * count;
    let again = collector.wait_for(PATIENCE, twice).await;
    assert!(twice(&again), "{} spans", again.len());
    assert_eq!(by_id(&again), first, "the same ids tell the same");
    telemetry.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_traces_are_refused_clearly() {
    let log = log().await;
    let host = Host::on(log.clone(), async |deps| {
        Ok(vec![khidma_sla::start(&deps).await?])
    })
    .await;
    let asked = ask(&*log, host.now(), None).await;
    let started = |event: &ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
    until_said(&*log, 2, started).await;
    host.caught_up().await;
    let it = host.connect("daniel", "it", &[]).await;
    let refusal = (Code::FailedPrecondition, "NO_COLLECTOR".to_owned());
    assert_eq!(refused(emit(it, &asked.id).await), refusal);
}

/// What a clock did, with the seconds since the beginning.
fn deeds(said: &[khidma_kernel::Recorded<ClockEvent>], metric: Metric) -> Vec<String> {
    let told = said.iter().filter_map(|one| match &one.event {
        ClockEvent::ClockStarted(event) => Some((event.clock, "started".to_owned())),
        ClockEvent::ClockPaused(event) => {
            let counted = event.elapsed_micros / 1_000_000;
            Some((event.clock, format!("paused at {counted}")))
        }
        ClockEvent::ClockResumed(event) => Some((event.clock, "resumed".to_owned())),
        ClockEvent::ClockBreached(event) => Some((event.clock, "breached".to_owned())),
        ClockEvent::ClockStopped(event) => {
            let (counted, verdict) = (event.elapsed_micros / 1_000_000, event.verdict.as_str());
            Some((event.clock, format!("stopped at {counted}, {verdict}")))
        }
        _ => None,
    });
    let of_metric = told.filter(|(clock, _)| clock.metric == metric);
    of_metric.map(|(_, deed)| deed).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_follow_what_is_said_to_the_requests_service() {
    let log = log().await;
    seed::organisation(&*log).await;
    let host = Host::on(log.clone(), async |deps| {
        Ok(vec![
            khidma_directory::start(&deps).await?,
            khidma_requests::start(&deps).await?,
            khidma_sla::start(&deps).await?,
        ])
    })
    .await;
    let mut amina = Requests::new(host.connect("amina", "hr", &[]).await);
    let mut daniel = Requests::new(host.connect("daniel", "it", &[]).await);
    let id = amina
        .submit(wish("A laptop"))
        .await
        .unwrap()
        .into_inner()
        .id;
    host.hand.advance_seconds(3600);
    let claim = pb::ClaimRequest {
        request_id: key(),
        id: id.clone(),
    };
    daniel.claim(claim).await.unwrap();
    host.hand.advance_seconds(3600);
    let wait = pb::WaitOnRequesterRequest {
        request_id: key(),
        id: id.clone(),
        question: "Which keyboard?".into(),
    };
    daniel.wait_on_requester(wait).await.unwrap();
    // The requester takes two days over it, which does not count.
    host.hand.advance_seconds(48 * 3600);
    let reply = crate::clients::reply(&id, "A Persian one");
    amina.reply(reply).await.unwrap();
    host.hand.advance_seconds(8 * 3600);
    let resolve = pb::ResolveRequest {
        request_id: key(),
        id: id.clone(),
        outcome: "It is on the desk".into(),
    };
    daniel.resolve(resolve).await.unwrap();
    let stopped = |event: &ClockEvent| matches!(event, ClockEvent::ClockStopped(_));
    let all = until_said(&*log, 2, stopped).await;
    assert_eq!(
        deeds(&all[&id], Metric::Acknowledge),
        ["started", "stopped at 3600, met"]
    );
    assert_eq!(
        deeds(&all[&id], Metric::Resolve),
        [
            "started",
            "paused at 7200",
            "resumed",
            "stopped at 36000, met"
        ]
    );
    host.caught_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_sends_again_what_is_linked_to_the_call_it_began_with() {
    let (collector, site) = (OtlpReceiver::start().await.unwrap(), Site::new());
    site.seed_embedded().await;
    promise(&site.embedded_log(&Tasks::new()), 4 * 3600, 10 * 3600).await;
    let arguments = ["up", "--listen", "127.0.0.1:0", "--log", "embedded"];
    let mut command = site.command("up", &arguments);
    command.env("KHIDMA_TELEMETRY__OTLP_ENDPOINT", collector.endpoint());
    let mut process = site.run("up", command);
    let address = process.address().await;
    let mut amina = site.requests(&address, AMINA).await;
    let asked = amina.submit(wish("A laptop")).await.unwrap().into_inner();
    let call = "khidma.requests.v1.RequestsService/Submit";
    let began =
        |spans: &[Span]| named(spans, "sla started").len() == 2 && !named(spans, call).is_empty();
    let spans = collector.wait_for(PATIENCE, began).await;
    assert!(began(&spans), "{spans:#?}");
    let call = &named(&spans, call)[0];
    for started in named(&spans, "sla started") {
        assert_eq!(started.links.len(), 1);
        assert_eq!(started.links[0].0, call.trace_id);
    }

    let line = ["trace", "request", &asked.id, "--server", &address];
    let said = site.khidma(&line).await;
    assert_eq!(said.exit, Some(0), "{said:?}");
    assert!(said.stdout.starts_with("sent 2 spans\n"), "{said:?}");
    for started in named(&spans, "sla started") {
        assert!(said.stdout.contains(&started.trace_id), "{said:?}");
    }
    let again = |spans: &[Span]| named(spans, "sla started").len() == 4;
    let spans = collector.wait_for(PATIENCE, again).await;
    assert_eq!(
        by_id(&spans)
            .values()
            .filter(|span| span.name == "sla started")
            .count(),
        2
    );
    process.stop().await;
}
