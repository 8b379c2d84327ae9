//! A collector in the test's own process: it takes traces, metrics and logs by OTLP/gRPC and remembers them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use khidma_edge::command::Message;
use khidma_edge::config;
use khidma_edge::telemetry::{Telemetry, TelemetryError};
use khidma_kernel::Timestamp;
use khidma_runtime::Tasks;
use opentelemetry_proto::tonic::collector::logs::v1 as logs;
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::trace::v1 as trace;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{self as measured, number_data_point};
use opentelemetry_proto::tonic::trace::v1 as proto;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// A span as it was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// The trace, 32 hexadecimal digits.
    pub trace_id: String,
    /// The span, 16 hexadecimal digits.
    pub span_id: String,
    /// The span it is part of, if any.
    pub parent: Option<String>,
    /// Its attributes; values of any kind as text.
    pub attributes: BTreeMap<String, String>,
    /// When it began, to the microsecond.
    pub start: Timestamp,
    /// When it ended, to the microsecond.
    pub end: Timestamp,
    /// Whether it ended in an error.
    pub failed: bool,
    /// What was said of the error; empty where nothing was.
    pub error: String,
    /// The spans it is linked to, as (trace, span).
    pub links: Vec<(String, String)>,
}

/// One series of a metric, as it was exported last.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The name of the metric.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What tells this series from the metric's others.
    pub labels: BTreeMap<String, String>,
    /// The number; of a histogram, the sum of what was recorded.
    pub value: f64,
    /// Of a histogram, the upper bound of each bucket but the last, with how many values fell into it.
    pub buckets: Vec<(f64, u64)>,
}

/// What has arrived.
#[derive(Debug, Default)]
struct Received {
    spans: Vec<Span>,
    metrics: Vec<String>,
    points: BTreeMap<(String, BTreeMap<String, String>), Point>,
    logs: Vec<String>,
    everything: String,
}

/// The collector. It ends when it is dropped.
#[derive(Debug)]
pub struct OtlpReceiver {
    address: SocketAddr,
    inbox: Inbox,
    tasks: Tasks,
}

#[derive(Debug, Clone)]
struct Inbox {
    received: Arc<Mutex<Received>>,
    arrivals: watch::Sender<u64>,
}

impl OtlpReceiver {
    /// Starts on a free port of the loopback address.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let inbox = Inbox {
            received: Arc::default(),
            arrivals: watch::Sender::new(0),
        };
        let tasks = Tasks::new();
        let server = Server::builder()
            .add_service(trace::trace_service_server::TraceServiceServer::new(
                inbox.clone(),
            ))
            .add_service(metrics::metrics_service_server::MetricsServiceServer::new(
                inbox.clone(),
            ))
            .add_service(logs::logs_service_server::LogsServiceServer::new(
                inbox.clone(),
            ));
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let stopping = tasks.token().cancelled_owned();
        tasks.spawn(server.serve_with_incoming_shutdown(incoming, stopping));
        Ok(Self {
            address,
            inbox,
            tasks,
        })
    }

    /// Where to export to: `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Telemetry that exports to here, metrics each second, and leaves the process's own spans and log lines alone: each
    /// test may have one. To be shut down at the test's end.
    ///
    /// # Errors
    /// See [`TelemetryError`].
    pub fn exporter(&self) -> Result<Telemetry, TelemetryError> {
        Telemetry::detached(&config::Telemetry {
            otlp_endpoint: Some(self.endpoint()),
            metrics_interval_seconds: 1,
            ..config::Telemetry::default()
        })
    }

    /// The spans so far, as they came.
    pub fn spans(&self) -> Vec<Span> {
        self.inbox.read(|received| received.spans.clone())
    }

    /// The names of the metrics so far.
    pub fn metrics(&self) -> Vec<String> {
        self.inbox.read(|received| received.metrics.clone())
    }

    /// Every series of the metric `name`, as it came last, in the order of the labels.
    pub fn points(&self, name: &str) -> Vec<Point> {
        self.inbox.read(|received| received.points(name))
    }

    /// The texts of the log records so far.
    pub fn logs(&self) -> Vec<String> {
        self.inbox.read(|received| received.logs.clone())
    }

    /// All that has arrived, as it came, resources, labels and all; bytes in hexadecimal: to look for what should not be
    /// there.
    pub fn everything(&self) -> String {
        self.inbox.read(|received| received.everything.clone())
    }

    /// Waits until `condition` holds for the spans so far, at most for `patience`. The spans then; whether the condition
    /// holds is the caller's to assert, so that the message can show them.
    pub async fn wait_for<F>(&self, patience: Duration, condition: F) -> Vec<Span>
    where
        F: Fn(&[Span]) -> bool,
    {
        self.wait(patience, |received| condition(&received.spans))
            .await;
        self.spans()
    }

    /// As [`OtlpReceiver::wait_for`], for the series of the metric `name`.
    pub async fn wait_for_points<F>(
        &self,
        name: &str,
        patience: Duration,
        condition: F,
    ) -> Vec<Point>
    where
        F: Fn(&[Point]) -> bool,
    {
        self.wait(patience, |received| condition(&received.points(name)))
            .await;
        self.points(name)
    }

    async fn wait(&self, patience: Duration, met: impl Fn(&Received) -> bool) {
        let mut arrivals = self.inbox.arrivals.subscribe();
        let met = arrivals.wait_for(|_| self.inbox.read(&met));
        let _ = tokio::time::timeout(patience, met).await;
    }
}

impl Received {
    fn points(&self, name: &str) -> Vec<Point> {
        let points = self.points.values();
        points.filter(|point| point.name == name).cloned().collect()
    }
}

impl Drop for OtlpReceiver {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl Inbox {
    fn read<T>(&self, look: impl FnOnce(&Received) -> T) -> T {
        look(&self.received.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers the message as it is: its text, and the ids in it (which are bytes) as people write them.
    fn keep<M: Debug + Message>(&self, request: Request<M>) -> M {
        let message = request.into_inner();
        let (text, bytes) = (format!("{message:?}"), hex(&message.encode_to_vec()));
        self.write(|received| received.everything += &format!("{text}\n{bytes}\n"));
        message
    }

    fn write(&self, add: impl FnOnce(&mut Received)) {
        add(&mut self.received.lock().unwrap_or_else(PoisonError::into_inner));
        self.arrivals.send_modify(|count| *count += 1);
    }
}

#[tonic::async_trait]
impl trace::trace_service_server::TraceService for Inbox {
    async fn export(
        &self,
        request: Request<trace::ExportTraceServiceRequest>,
    ) -> Result<Response<trace::ExportTraceServiceResponse>, Status> {
        let message = self.keep(request);
        let scopes = message
            .resource_spans
            .into_iter()
            .flat_map(|resource| resource.scope_spans);
        let spans = scopes.flat_map(|scope| scope.spans).map(Span::from);
        self.write(|received| received.spans.extend(spans));
        Ok(Response::new(trace::ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl metrics::metrics_service_server::MetricsService for Inbox {
    async fn export(
        &self,
        request: Request<metrics::ExportMetricsServiceRequest>,
    ) -> Result<Response<metrics::ExportMetricsServiceResponse>, Status> {
        let message = self.keep(request);
        let scopes = message
            .resource_metrics
            .into_iter()
            .flat_map(|resource| resource.scope_metrics);
        let arrived: Vec<_> = scopes.flat_map(|scope| scope.metrics).collect();
        self.write(|received| {
            for metric in arrived {
                received.metrics.push(metric.name.clone());
                let points = points(metric).into_iter();
                let keyed = points.map(|point| ((point.name.clone(), point.labels.clone()), point));
                received.points.extend(keyed);
            }
        });
        Ok(Response::new(
            metrics::ExportMetricsServiceResponse::default(),
        ))
    }
}

#[tonic::async_trait]
impl logs::logs_service_server::LogsService for Inbox {
    async fn export(
        &self,
        request: Request<logs::ExportLogsServiceRequest>,
    ) -> Result<Response<logs::ExportLogsServiceResponse>, Status> {
        let message = self.keep(request);
        let scopes = message
            .resource_logs
            .into_iter()
            .flat_map(|resource| resource.scope_logs);
        let texts = scopes
            .flat_map(|scope| scope.log_records)
            .map(|record| text(record.body));
        self.write(|received| received.logs.extend(texts));
        Ok(Response::new(logs::ExportLogsServiceResponse::default()))
    }
}

impl From<proto::Span> for Span {
    fn from(span: proto::Span) -> Self {
        let failed = proto::status::StatusCode::Error;
        let status = span.status.unwrap_or_default();
        Self {
            name: span.name,
            trace_id: hex(&span.trace_id),
            span_id: hex(&span.span_id),
            parent: (!span.parent_span_id.is_empty()).then(|| hex(&span.parent_span_id)),
            attributes: named(span.attributes),
            start: instant(span.start_time_unix_nano),
            end: instant(span.end_time_unix_nano),
            failed: status.code() == failed,
            error: status.message,
            links: span
                .links
                .iter()
                .map(|link| (hex(&link.trace_id), hex(&link.span_id)))
                .collect(),
        }
    }
}

fn points(metric: measured::Metric) -> Vec<Point> {
    let point = |labels: Vec<KeyValue>, value: f64, buckets: Vec<(f64, u64)>| Point {
        name: metric.name.clone(),
        unit: metric.unit.clone(),
        labels: named(labels),
        value,
        buckets,
    };
    let number = |data: measured::NumberDataPoint| {
        let value = match data.value {
            Some(number_data_point::Value::AsDouble(value)) => value,
            #[expect(
                clippy::cast_precision_loss,
                reason = "tests count no further than 2^53"
            )]
            Some(number_data_point::Value::AsInt(value)) => value as f64,
            None => f64::NAN,
        };
        point(data.attributes, value, Vec::new())
    };
    match metric.data {
        Some(Data::Gauge(gauge)) => gauge.data_points.into_iter().map(number).collect(),
        Some(Data::Sum(sum)) => sum.data_points.into_iter().map(number).collect(),
        Some(Data::Histogram(histogram)) => {
            let points = histogram.data_points.into_iter();
            let counted = |data: measured::HistogramDataPoint| {
                let buckets = data.explicit_bounds.into_iter().zip(data.bucket_counts);
                point(
                    data.attributes,
                    data.sum.unwrap_or_default(),
                    buckets.collect(),
                )
            };
            points.map(counted).collect()
        }
        _ => Vec::new(),
    }
}

fn named(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let attributes = attributes.into_iter();
    attributes
        .map(|KeyValue { key, value, .. }| (key, text(value)))
        .collect()
}

fn instant(nanos: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from(nanos / 1000).unwrap_or(i64::MAX))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}
