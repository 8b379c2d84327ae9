//! The exporters to a collector.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{BatchLogProcessor, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanProcessor,
};

use super::TelemetryError;
use crate::config;

/// Spans that may wait for export: some seconds' worth at full speed. What comes on top is dropped and counted.
const SPAN_QUEUE: usize = 16_384;
/// How soon spans leave. A breach has to be with the collector within a second of its instant, and the timer, the append
/// and the way there want most of that second; four small exports a second cost nothing.
const SPAN_DELAY: Duration = Duration::from_millis(250);
/// How soon log records leave: they are on standard error at once.
const LOG_DELAY: Duration = Duration::from_secs(1);
/// How long one export may take, and how long the last one is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Exporters {
    pub(super) tracers: SdkTracerProvider,
    /// The spans that are told afterwards: with a queue and an exporter of their own, which calls cannot fill.
    pub(super) records: Arc<BatchSpanProcessor>,
    pub(super) loggers: SdkLoggerProvider,
    pub(super) meters: SdkMeterProvider,
}

impl Exporters {
    /// Connects when there is something to export, and again whenever the collector comes back.
    pub(super) fn start(
        endpoint: &str,
        config: &config::Telemetry,
    ) -> Result<Self, TelemetryError> {
        let wrong = |error: ExporterBuildError| TelemetryError::Endpoint {
            endpoint: endpoint.to_owned(),
            reason: error.to_string(),
        };
        let spans = || {
            let exporter = SpanExporter::builder()
                .with_tonic()
                .with_endpoint(endpoint)
                .with_timeout(PATIENCE);
            exporter.build().map_err(wrong)
        };
        let logs = LogExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE);
        let metrics = MetricExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE);
        let resource = resource(config);
        Ok(Self {
            tracers: tracers(spans()?, resource.clone(), config.trace_ratio),
            records: records(spans()?, &resource),
            loggers: loggers(logs.build().map_err(wrong)?, resource.clone()),
            meters: meters(
                metrics.build().map_err(wrong)?,
                resource,
                config.metrics_interval_seconds,
            ),
        })
    }

    pub(super) async fn shut_down(self) {
        let Self {
            tracers,
            records,
            loggers,
            meters,
        } = self;
        // Each blocks its thread until its last export has ended.
        let last: [Box<dyn FnOnce() -> OTelSdkResult + Send>; 4] = [
            Box::new(move || tracers.shutdown_with_timeout(PATIENCE)),
            Box::new(move || records.shutdown_with_timeout(PATIENCE)),
            Box::new(move || loggers.shutdown_with_timeout(PATIENCE)),
            Box::new(move || meters.shutdown_with_timeout(PATIENCE)),
        ];
        for ended in futures::future::join_all(last.map(tokio::task::spawn_blocking)).await {
            if let Ok(Err(error)) = ended {
                tracing::warn!(%error, "some telemetry was not exported");
            }
        }
    }
}

fn resource(config: &config::Telemetry) -> Resource {
    let instance = config
        .service_instance
        .clone()
        .map(|id| KeyValue::new("service.instance.id", id));
    Resource::builder()
        .with_service_name(config.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attributes(instance)
        .build()
}

fn batches(exporter: SpanExporter) -> BatchSpanProcessor {
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(SPAN_QUEUE)
        .with_scheduled_delay(SPAN_DELAY)
        .build();
    BatchSpanProcessor::builder(exporter)
        .with_batch_config(batches)
        .build()
}

fn records(exporter: SpanExporter, resource: &Resource) -> Arc<BatchSpanProcessor> {
    let mut records = batches(exporter);
    records.set_resource(resource);
    Arc::new(records)
}

fn tracers(exporter: SpanExporter, resource: Resource, ratio: f64) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
            ratio,
        ))))
        .with_span_processor(batches(exporter))
        .build()
}

fn loggers(exporter: LogExporter, resource: Resource) -> SdkLoggerProvider {
    let batches = opentelemetry_sdk::logs::BatchConfigBuilder::default()
        .with_scheduled_delay(LOG_DELAY)
        .build();
    SdkLoggerProvider::builder()
        .with_resource(resource)
        .with_log_processor(
            BatchLogProcessor::builder(exporter)
                .with_batch_config(batches)
                .build(),
        )
        .build()
}

fn meters(exporter: MetricExporter, resource: Resource, interval_seconds: u32) -> SdkMeterProvider {
    let interval = Duration::from_secs(interval_seconds.into());
    SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(
            PeriodicReader::builder(exporter)
                .with_interval(interval)
                .build(),
        )
        .build()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use opentelemetry::trace::{Tracer, TracerProvider};

    use super::*;

    #[tokio::test]
    async fn a_collector_that_is_away_costs_spans_and_not_time() {
        // Bound and never accepting, so nobody else can take the port either.
        let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let exporters = Exporters::start(&endpoint, &config::Telemetry::default()).unwrap();
        let (tracer, began) = (exporters.tracers.tracer("test"), Instant::now());
        for _ in 0..4 * SPAN_QUEUE {
            drop(tracer.start("call"));
        }
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "spans wait for the collector: {:?}",
            began.elapsed()
        );
        let began = Instant::now();
        exporters.shut_down().await;
        assert!(
            began.elapsed() < 4 * PATIENCE,
            "the end waits for the collector: {:?}",
            began.elapsed()
        );
    }

    #[test]
    fn an_endpoint_that_is_none_is_named() {
        let started = Exporters::start("not an address", &config::Telemetry::default());
        let text = started.err().unwrap().to_string();
        assert!(
            text.contains("telemetry.otlp_endpoint") && text.contains("not an address"),
            "{text}"
        );
    }
}
