//! What a service is given to stand on, and what it gives back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use khidma_engine::Engine;
use khidma_eventlog::{EventLog, Stored};
use khidma_events::Event;
use khidma_kernel::Decider;
use khidma_projection::{
    Hooks, Projection, ProjectionConfig, ProjectionError, ProjectionState, Views,
};
use khidma_runtime::{Clock, Tasks};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Span;

use crate::config::{Config, ConfigError};
use crate::query::Scans;
use crate::server::{Readiness, Service};
use crate::telemetry::{self, Meters, Signals, Traces};

/// How often the log is asked whether it is there, and how long it may take to answer.
const PULSE: Duration = Duration::from_secs(1);

/// What every service of a process is given. Clones share it.
#[derive(Clone)]
pub struct Deps {
    /// The configuration of the process.
    pub config: Arc<Config>,
    /// The log of record.
    pub log: Arc<dyn EventLog>,
    /// The time.
    pub clock: Clock,
    /// The tasks of the process.
    pub tasks: Tasks,
    /// Where their long reads are done.
    pub scans: Scans,
    /// Makes their metrics.
    pub meters: Meters,
    /// Takes the spans that they tell afterwards.
    pub traces: Traces,
    log_answers: Arc<AtomicBool>,
}

/// A service that has started: to be put on a server.
pub struct Started {
    /// Its gRPC surface and readiness.
    pub service: Service,
    /// Its read model, for the operators.
    pub projection: Projection,
}

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its section of the configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What its section of the configuration names cannot be used.
    #[error("[{section}]: {reason}")]
    Unusable {
        /// The section.
        section: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Its read model cannot be opened.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}

impl Deps {
    /// What the services of one process share. Begins to watch whether the log answers. What they measure and tell is
    /// seen by nobody, unless [`Deps::with_signals`] says by whom.
    pub fn new(config: Arc<Config>, log: Arc<dyn EventLog>, clock: Clock, tasks: Tasks) -> Self {
        let log_answers = Arc::new(AtomicBool::new(true));
        tasks.spawn(watch(log.clone(), log_answers.clone(), tasks.clone()));
        let Signals { meters, traces } = Signals::none();
        Self {
            config,
            log,
            clock,
            scans: Scans::new(tasks.clone()),
            tasks,
            meters,
            traces,
            log_answers,
        }
    }

    /// The same, seen: services measure and tell with `signals`.
    #[must_use]
    pub fn with_signals(self, signals: Signals) -> Self {
        let Signals { meters, traces } = signals;
        Self {
            meters,
            traces,
            ..self
        }
    }

    /// Starts the read model of a service, in the data folder.
    ///
    /// # Errors
    /// Its folder cannot be used.
    pub async fn project(&self, views: Arc<dyn Views>) -> Result<Projection, ProjectionError> {
        let config = ProjectionConfig::in_folder(self.config.data.join("views"));
        self.project_as(config, views).await
    }

    /// As [`Deps::project`], with so many bytes of cache: for a service that reads all of its rows at once.
    ///
    /// # Errors
    /// Its folder cannot be used.
    pub async fn project_cached(
        &self,
        views: Arc<dyn Views>,
        cache_bytes: u64,
    ) -> Result<Projection, ProjectionError> {
        let config = ProjectionConfig::in_folder(self.config.data.join("views"));
        let config = ProjectionConfig {
            cache_bytes,
            ..config
        };
        self.project_as(config, views).await
    }

    async fn project_as(
        &self,
        config: ProjectionConfig,
        views: Arc<dyn Views>,
    ) -> Result<Projection, ProjectionError> {
        // Reading a commit's trace costs as much as folding it: only where somebody will see the span.
        let traced = self.config.telemetry.otlp_endpoint.is_some();
        let hooks = Hooks {
            span: traced.then(|| Arc::new(span_of) as _),
        };
        Projection::start(config, views, self.log.clone(), &self.tasks, hooks).await
    }

    /// What carries out the commands of one kind of entity of the service with that read model.
    pub fn engine<D>(&self, projection: &Projection) -> Engine<D>
    where
        D: Decider,
        D::Event: Event,
        D::State: Serialize + DeserializeOwned,
    {
        Engine::new(
            self.log.clone(),
            projection.clone(),
            self.clock.clone(),
            self.tasks.clone(),
        )
    }

    /// A service over `projection`: ready while the log answers and the read model follows it.
    pub fn service(&self, projection: &Projection) -> Service {
        let (projection, log_answers) = (projection.clone(), self.log_answers.clone());
        Service::new(projection.name(), move || match projection.status().state {
            _ if !log_answers.load(Ordering::Relaxed) => {
                Readiness::NotReady("the event log does not answer".into())
            }
            ProjectionState::Live => Readiness::Ready,
            ProjectionState::CatchingUp { at, target, .. } => {
                // Without numbers while the log is silent: they would change, and be logged, at every look.
                Readiness::NotReady(if target < at {
                    "catching up".into()
                } else {
                    format!("catching up to {target}")
                })
            }
            ProjectionState::Failed { reason } => Readiness::NotReady(reason),
        })
    }
}

async fn watch(log: Arc<dyn EventLog>, answers: Arc<AtomicBool>, tasks: Tasks) {
    let token = tasks.token();
    while token
        .run_until_cancelled(tokio::time::sleep(PULSE))
        .await
        .is_some()
    {
        let there = matches!(tokio::time::timeout(PULSE, log.head()).await, Ok(Ok(_)));
        if answers.swap(there, Ordering::Relaxed) != there {
            tracing::warn!(
                there,
                "the event log {}",
                if there {
                    "answers again"
                } else {
                    "does not answer"
                }
            );
        }
    }
}

/// The span of applying a live commit, a child of the command's.
fn span_of(commit: &Stored) -> Span {
    let meta = khidma_events::decode_meta(&commit.payload);
    let traceparent = meta.ok().and_then(|meta| meta.traceparent);
    let span = telemetry::span_from(traceparent.as_deref(), "projection", false);
    span.record("khidma.position", commit.position.0);
    span
}
