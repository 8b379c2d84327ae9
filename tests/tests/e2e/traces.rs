//! One trace from the caller through the call, the command and the append to the projections, as a collector sees it.

use khidma_edge::config::Telemetry;
use khidma_edge::telemetry::{self, span_from};
use khidma_testkit::otlp::{OtlpReceiver, Span};
use tracing::Instrument;

use crate::PATIENCE;
use crate::clients::wish;
use crate::site::{AMINA, Site};

const CALLER: &str = "a caller asks for a laptop";
const CALL: &str = "khidma.requests.v1.RequestsService/Submit";

/// The one span `name` of the trace, whose parent is `parent`.
fn only<'a>(trace: &[&'a Span], name: &str, parent: Option<&Span>) -> &'a Span {
    let mut found = trace.iter().filter(|span| span.name == name);
    let span = found
        .next()
        .unwrap_or_else(|| panic!("no span {name}: {trace:#?}"));
    assert!(found.next().is_none(), "two spans {name}: {trace:#?}");
    assert_eq!(
        span.parent.as_ref(),
        parent.map(|parent| &parent.span_id),
        "{trace:#?}"
    );
    span
}

fn in_trace<'a>(spans: &'a [Span], id: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.trace_id == id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_caller_to_the_read_models() {
    let collector = OtlpReceiver::start().await.unwrap();
    let config = Telemetry {
        otlp_endpoint: Some(collector.endpoint()),
        service_name: "caller".into(),
        log_filter: "off".into(),
        ..Telemetry::default()
    };
    let telemetry = telemetry::init(&config).unwrap();
    let site = Site::new();
    site.seed_embedded().await;
    let arguments = ["up", "--listen", "127.0.0.1:0", "--log", "embedded"];
    let mut command = site.command("up", &arguments);
    command.env("KHIDMA_TELEMETRY__OTLP_ENDPOINT", collector.endpoint());
    let mut process = site.run("up", command);
    let address = process.address().await;
    let mut amina = site.requests(&address, AMINA).await;

    let asking = async {
        let submitted = amina.submit(wish("A laptop")).await.unwrap().into_inner();
        let context = telemetry::current_traceparent().unwrap();
        let trace = context.split('-').nth(1).unwrap().to_owned();
        (trace, submitted.position.to_string())
    };
    let (trace, position) = asking.instrument(span_from(None, CALLER, false)).await;
    telemetry.shut_down().await;

    // One projection a read model: each of the six services has one. The receipt's delivery follows in the same trace.
    let of_the_request = |span: &Span| {
        span.name == "projection" && span.attributes.get("khidma.position") == Some(&position)
    };
    let whole = |spans: &[Span]| {
        let trace = in_trace(spans, &trace);
        let projections = trace.iter().filter(|span| of_the_request(span)).count();
        projections >= 6 && trace.iter().any(|span| span.name == CALL)
    };
    let spans = collector.wait_for(PATIENCE, whole).await;
    // Not before: a read model that stops leaves what it has not folded to its next start.
    process.stop().await;
    let trace = in_trace(&spans, &trace);
    let caller = only(&trace, CALLER, None);
    let call = only(&trace, CALL, Some(caller));
    let command = only(&trace, "command", Some(call));
    only(&trace, "append", Some(command));
    let projections = trace.iter().filter(|span| of_the_request(span));
    let projections: Vec<_> = projections.collect();
    assert_eq!(projections.len(), 6, "{trace:#?}");
    for projection in projections {
        assert_eq!(projection.parent.as_ref(), Some(&call.span_id));
    }
    assert!(trace.iter().all(|span| !span.failed), "{trace:#?}");
}
