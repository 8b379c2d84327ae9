//! One span and one measurement for every call of the server.
//!
//! A call ends, here, when its handler has answered. What an open stream says later belongs to the commits it tells
//! of; a span as long as a subscription would never be exported.

use std::collections::HashSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderMap, Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, UpDownCounter};
use opentelemetry::trace::Status as SpanStatus;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Meters;
use super::trace::{TRACEPARENT, adopt};

/// Health checks come every few seconds and tell nothing.
const NOT_TRACED: &str = "/grpc.health.v1.Health/";
/// Bounds of the histogram, in milliseconds.
const BOUNDS: [f64; 14] = [
    0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 10_000.0,
];

/// Hears nothing. Known to `tracing` as a listener beside the real one, which `Dispatch::none()` is not: what is first
/// said in an untraced call would then be taken for something that nobody ever wants to hear, and stay unheard for good.
static NOBODY: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Traces and measures each call, by the conventions of OpenTelemetry for RPC.
#[derive(Clone)]
pub struct TelemetryLayer {
    duration: Histogram<f64>,
    running: UpDownCounter<i64>,
    untraced: Arc<HashSet<&'static str>>,
}

impl TelemetryLayer {
    /// Measures with `meters`.
    pub fn new(meters: &Meters) -> Self {
        let duration = meters
            .meter
            .f64_histogram("rpc.server.duration")
            .with_unit("ms")
            .with_description("How long calls take until their handler has answered")
            .with_boundaries(BOUNDS.to_vec());
        let running = meters
            .meter
            .i64_up_down_counter("rpc.server.active_requests")
            .with_unit("{request}")
            .with_description("Calls whose handler has not answered yet");
        Self {
            duration: duration.build(),
            running: running.build(),
            untraced: Arc::default(),
        }
    }

    /// Leaves no trace of calls of these rpcs, `/package.Service/Method`: no span is begun or gone on with and no log line
    /// written, here or in their handlers, and nothing but name and duration is measured.
    #[must_use]
    pub fn without(self, untraced: impl IntoIterator<Item = &'static str>) -> Self {
        let untraced = Arc::new(untraced.into_iter().collect());
        Self { untraced, ..self }
    }
}

impl<S> Layer<S> for TelemetryLayer {
    type Service = TelemetryService<S>;

    fn layer(&self, inner: S) -> TelemetryService<S> {
        TelemetryService {
            inner,
            layer: self.clone(),
        }
    }
}

/// See [`TelemetryLayer`].
#[derive(Clone)]
pub struct TelemetryService<S> {
    inner: S,
    layer: TelemetryLayer,
}

impl<S> Service<Request<Body>> for TelemetryService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if request.uri().path().starts_with(NOT_TRACED) {
            return Box::pin(self.inner.call(request));
        }
        if self.layer.untraced.contains(request.uri().path()) {
            return self.call_untraced(request);
        }
        let call = Call::begin(&request, self.layer.clone());
        let span = call.span.clone();
        let answer = span.in_scope(|| self.inner.call(request)).instrument(span);
        Box::pin(async move {
            let Ok(response) = answer.await;
            call.end(code(response.headers()));
            Ok(response)
        })
    }
}

impl<S> TelemetryService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    fn call_untraced(
        &mut self,
        request: Request<Body>,
    ) -> <Self as Service<Request<Body>>>::Future {
        let (began, duration) = (Instant::now(), self.layer.duration.clone());
        let path = request.uri().path().trim_start_matches('/').to_owned();
        let answer = tracing::dispatcher::with_default(&NOBODY, || {
            self.inner.call(request).with_subscriber(NOBODY.clone())
        });
        Box::pin(async move {
            let answer = answer.await;
            duration.record(milliseconds(began), &named(&path));
            answer
        })
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The labels that say of which rpc a measurement is.
fn named(path: &str) -> [KeyValue; 3] {
    let (service, method) = path.split_once('/').unwrap_or((path, ""));
    [
        KeyValue::new("rpc.system", "grpc"),
        KeyValue::new("rpc.service", service.to_owned()),
        KeyValue::new("rpc.method", method.to_owned()),
    ]
}

/// A refusal stands in the header fields; an answer that began well has no status there yet.
fn code(headers: &HeaderMap) -> Code {
    headers
        .get(Status::GRPC_STATUS)
        .map_or(Code::Ok, |value| Code::from_bytes(value.as_bytes()))
}

/// A call under way. One that is dropped before its end was given up by its caller.
struct Call {
    span: Span,
    path: String,
    began: Instant,
    layer: TelemetryLayer,
    ended: bool,
}

impl Call {
    fn begin(request: &Request<Body>, layer: TelemetryLayer) -> Self {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        let (service, method) = path.split_once('/').unwrap_or((&path, ""));
        let span =
            tracing::info_span!(parent: None, "call", otel.name = path, otel.kind = "server");
        let traceparent = request
            .headers()
            .get(TRACEPARENT)
            .and_then(|value| value.to_str().ok());
        adopt(&span, traceparent, false);
        // For the collector only: in a log line they would say again what the name says.
        span.set_attribute("rpc.system", "grpc");
        span.set_attribute("rpc.service", service.to_owned());
        span.set_attribute("rpc.method", method.to_owned());
        layer.running.add(1, &[]);
        Self {
            span,
            path,
            began: Instant::now(),
            layer,
            ended: false,
        }
    }

    fn end(mut self, code: Code) {
        self.finish(code);
    }

    fn finish(&mut self, code: Code) {
        self.ended = true;
        self.span
            .set_attribute("rpc.grpc.status_code", i64::from(i32::from(code)));
        if is_our_fault(code) {
            self.span.set_status(SpanStatus::error(""));
        }
        // Anybody can make up names; only those that were found to be ours may become labels.
        let unknown = matches!(code, Code::Unimplemented | Code::Unauthenticated);
        let path = if unknown { "_OTHER/_OTHER" } else { &self.path };
        let code = KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(code)));
        let labels: Vec<_> = named(path).into_iter().chain([code]).collect();
        self.layer
            .duration
            .record(milliseconds(self.began), &labels);
        self.layer.running.add(-1, &[]);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(Code::Cancelled);
        }
    }
}

/// What the conventions count as an error of the server; the other codes are the caller's affair.
fn is_our_fault(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}
