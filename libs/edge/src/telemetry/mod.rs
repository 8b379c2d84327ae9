//! Traces, metrics and logs: log lines to standard error always, and all three by OTLP/gRPC where a collector is
//! configured. A collector that is away costs spans, never calls: exporters run in threads of their own with bounded
//! queues.

mod calls;
mod export;
mod meters;
mod record;
mod seldom;
mod trace;

use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::filter::{FilterExt, LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

pub use calls::{TelemetryLayer, TelemetryService};
pub use meters::{Counter, Histogram, Labels, Meters};
pub use record::{Attribute, NotExported, SpanRecord, Traces};
pub use trace::{current_traceparent, span_from};

use crate::config::{self, LogFormat};
use export::Exporters;

/// Why telemetry does not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `telemetry.log_filter` is no filter.
    #[error("telemetry.log_filter = {filter:?}: {reason}")]
    Filter {
        /// What it is set to.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `telemetry.otlp_endpoint` is no endpoint.
    #[error("telemetry.otlp_endpoint = {endpoint:?}: {reason}")]
    Endpoint {
        /// What it is set to.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody in this process has set up logging before.
    #[error("logging is set up already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Telemetry that runs. Call [`Telemetry::shut_down`] last, or what was not exported yet is lost.
pub struct Telemetry {
    exporters: Option<Exporters>,
    signals: Signals,
}

/// What the services of a process measure with and tell of. Clones share it.
#[derive(Clone)]
pub struct Signals {
    /// Makes metrics.
    pub meters: Meters,
    /// Takes spans that are told afterwards.
    pub traces: Traces,
}

/// Starts telemetry for the whole process; once, and inside a tokio runtime where an endpoint is configured.
///
/// # Errors
/// See [`TelemetryError`]. A collector that cannot be reached is none.
pub fn init(config: &config::Telemetry) -> Result<Telemetry, TelemetryError> {
    let filter =
        EnvFilter::try_new(&config.log_filter).map_err(|error| TelemetryError::Filter {
            filter: config.log_filter.clone(),
            reason: error.to_string(),
        })?;
    let telemetry = Telemetry::detached(config)?;
    let mut layers = vec![
        lines(config.log_format)
            .with_filter(filter.and(seldom::seldom()))
            .boxed(),
    ];
    if let Some(exporters) = &telemetry.exporters {
        let tracer = exporters.tracers.tracer("khidma");
        // Spans are cheap only while they are few: ours, not those of the libraries. Where code stands and which
        // thread ran it is for a profiler, and idle time for nobody.
        let spans = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        layers.push(spans.with_filter(ours(LevelFilter::OFF)).boxed());
        let logs = opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge::new(
            &exporters.loggers,
        );
        layers.push(logs.with_filter(ours(LevelFilter::WARN)).boxed());
    }
    tracing_subscriber::registry().with(layers).try_init()?;
    Ok(telemetry)
}

impl Signals {
    /// What nobody sees.
    pub fn none() -> Self {
        Self {
            meters: Meters::none(),
            traces: Traces::none(),
        }
    }
}

impl Telemetry {
    /// Exports metrics and recorded spans where an endpoint is configured, and leaves the process's spans and log lines
    /// alone: for a command that has something to tell, and for several of them in one process. Inside a tokio runtime
    /// where an endpoint is configured.
    ///
    /// # Errors
    /// [`TelemetryError::Endpoint`]. A collector that cannot be reached is none.
    pub fn detached(config: &config::Telemetry) -> Result<Self, TelemetryError> {
        let exporters = config
            .otlp_endpoint
            .as_deref()
            .map(|endpoint| Exporters::start(endpoint, config))
            .transpose()?;
        let signals = exporters.as_ref().map(|exporters| Signals {
            meters: Meters::of(&exporters.meters),
            traces: Traces::to(exporters.records.clone()),
        });
        let signals = signals.unwrap_or_else(Signals::none);
        Ok(Self { exporters, signals })
    }

    /// What services measure with and tell of.
    pub fn signals(&self) -> Signals {
        self.signals.clone()
    }

    /// The metrics of this process.
    pub fn meters(&self) -> Meters {
        self.signals.meters.clone()
    }

    /// Where spans are told afterwards.
    pub fn traces(&self) -> Traces {
        self.signals.traces.clone()
    }

    /// Exports what waits, for a few seconds at most, and stops exporting.
    pub async fn shut_down(self) {
        if let Some(exporters) = self.exporters {
            exporters.shut_down().await;
        }
    }
}

/// Log lines on standard error.
fn lines(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .compact()
            .boxed(),
        LogFormat::Json => lines.json().boxed(),
    }
}

/// Ours from INFO up and the others' from `others` up. Nothing of the exporters themselves, whose words would be
/// exported for ever.
fn ours(others: LevelFilter) -> Targets {
    let exporters =
        ["opentelemetry", "tonic", "h2", "hyper", "tower"].map(|target| (target, LevelFilter::OFF));
    Targets::new()
        .with_default(others)
        .with_target("khidma", LevelFilter::INFO)
        .with_targets(exporters)
}
