//! A collector in the test's own process: it takes traces, metrics and logs by OTLP/gRPC and remembers them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use khidma_edge::command::Message;
use khidma_runtime::Tasks;
use opentelemetry_proto::tonic::collector::logs::v1 as logs;
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::trace::v1 as trace;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
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
    /// Whether it ended in an error.
    pub failed: bool,
    /// The spans it is linked to, as (trace, span).
    pub links: Vec<(String, String)>,
}

/// What has arrived.
#[derive(Debug, Default)]
struct Received {
    spans: Vec<Span>,
    metrics: Vec<String>,
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

    /// The spans so far, as they came.
    pub fn spans(&self) -> Vec<Span> {
        self.inbox.read(|received| received.spans.clone())
    }

    /// The names of the metrics so far.
    pub fn metrics(&self) -> Vec<String> {
        self.inbox.read(|received| received.metrics.clone())
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
        let mut arrivals = self.inbox.arrivals.subscribe();
        let met = arrivals.wait_for(|_| self.inbox.read(|received| condition(&received.spans)));
        let _ = tokio::time::timeout(patience, met).await;
        self.spans()
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
        let names = scopes
            .flat_map(|scope| scope.metrics)
            .map(|metric| metric.name);
        self.write(|received| received.metrics.extend(names));
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
        let attribute = |KeyValue { key, value, .. }| (key, text(value));
        Self {
            name: span.name,
            trace_id: hex(&span.trace_id),
            span_id: hex(&span.span_id),
            parent: (!span.parent_span_id.is_empty()).then(|| hex(&span.parent_span_id)),
            attributes: span.attributes.into_iter().map(attribute).collect(),
            failed: span
                .status
                .is_some_and(|status| status.code() == proto::status::StatusCode::Error),
            links: span
                .links
                .iter()
                .map(|link| (hex(&link.trace_id), hex(&link.span_id)))
                .collect(),
        }
    }
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
