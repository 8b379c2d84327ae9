//! Services in this process: their log, whose callers they believe, their listener, and a graceful end.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::config::Log;
use khidma_edge::identity::Verifier;
use khidma_edge::server::{self, Running};
use khidma_edge::telemetry::Signals;
use khidma_edge::{Config, Deps, StartError, operations};
use khidma_eventlog::jetstream::Credentials;
use khidma_eventlog::{EmbeddedLog, EventLog, JetStreamConfig, JetStreamLog, LogError};
use khidma_proto::DESCRIPTORS;
use khidma_runtime::{Clock, Tasks};
use tokio::net::TcpListener;

use crate::cli::ServiceName;
use crate::failure::Failure;

/// What `[log] url` says for the log in this process.
const EMBEDDED: &str = "embedded";

/// Services that run in this process.
pub struct Host {
    running: Running,
    tasks: Tasks,
    patience: Duration,
}

impl Host {
    /// Starts `services` on the configured address and log, and returns when their read models have caught up with
    /// the log.
    ///
    /// # Errors
    /// The address is taken; the log, a folder or a key file cannot be used.
    pub async fn start(
        config: Config,
        services: &[ServiceName],
        clock: Clock,
        signals: Signals,
    ) -> Result<Self, Failure> {
        Self::assemble(config, services, clock, signals, Tasks::new()).await
    }

    /// As [`Host::start`], unless `stop` comes first: then, and where it does not start, nothing of it is left running.
    ///
    /// # Errors
    /// See [`Host::start`].
    pub async fn start_unless(
        stop: impl Future<Output = ()>,
        config: Config,
        services: &[ServiceName],
        clock: Clock,
        signals: Signals,
    ) -> Result<Option<Self>, Failure> {
        let (tasks, patience) = (Tasks::new(), config.limits.drain_patience());
        let started = tokio::select! {
            started = Self::assemble(config, services, clock, signals, tasks.clone()) => started.map(Some),
            () = stop => Ok(None),
        };
        if !matches!(started, Ok(Some(_))) {
            tasks.drain(patience).await;
        }
        started
    }

    async fn assemble(
        config: Config,
        services: &[ServiceName],
        clock: Clock,
        signals: Signals,
        tasks: Tasks,
    ) -> Result<Self, Failure> {
        let listener = listen(config.listen).await?;
        let log = open_log(&config, &tasks).await?;
        let verifier =
            Verifier::from_jwks_file(&config.jwks_file(), &config.identity, clock.clone());
        let verifier = Arc::new(verifier.map_err(|error| Failure::Local(error.to_string()))?);
        let config = Arc::new(config);
        let deps = Deps::new(config.clone(), log.clone(), clock, tasks.clone())
            .with_signals(signals.clone());
        let (mut surfaces, mut projections) = (Vec::new(), Vec::new());
        for service in services {
            let started = start_service(*service, &deps).await?;
            surfaces.push(started.service);
            projections.push(started.projection);
        }
        surfaces.push(operations::service(
            log.clone(),
            projections.clone(),
            tasks.clone(),
        ));
        let context = server::Context {
            limits: config.limits.clone(),
            tls: config.tls.clone(),
            verifier,
            tasks: tasks.clone(),
            meters: signals.meters,
            descriptors: vec![DESCRIPTORS],
        };
        let running = server::serve(listener, surfaces, context).await;
        let running = running.map_err(|error| Failure::Local(error.to_string()))?;
        let head = log
            .head()
            .await
            .map_err(|error| log_failure(&config.log.url, &error))?;
        for projection in &projections {
            projection
                .wait_for(head)
                .await
                .map_err(|error| Failure::Local(error.to_string()))?;
        }
        let patience = config.limits.drain_patience();
        Ok(Self {
            running,
            tasks,
            patience,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Ends gracefully: nobody new is let in, running calls end, then all else. Whether all ended in time.
    pub async fn stop(self) -> bool {
        let calls_ended = self.running.drain().await;
        self.tasks.drain(self.patience).await && calls_ended
    }
}

async fn start_service(service: ServiceName, deps: &Deps) -> Result<khidma_edge::Started, Failure> {
    let started = match service {
        ServiceName::Directory => khidma_directory::start(deps).await,
        ServiceName::Requests => khidma_requests::start(deps).await,
        ServiceName::Sla => khidma_sla::start(deps).await,
        ServiceName::Notifications => khidma_notifications::start(deps).await,
        ServiceName::Feeds => khidma_feeds::start(deps).await,
        ServiceName::Feedback => khidma_feedback::start(deps).await,
    };
    started.map_err(|error| match error {
        StartError::Config(error) => error.into(),
        error @ (StartError::Projection(_) | StartError::Unusable { .. }) => {
            Failure::Local(error.to_string())
        }
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Local(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{address} is taken, perhaps by another khidma; --listen {}:0 takes a free port", address.ip())
            }
            _ => format!("cannot listen on {address}: {error}"),
        })
    })
}

/// Whether the log lives in this process, so that no other process can share it.
pub fn is_embedded(config: &Config) -> bool {
    config.log.url == EMBEDDED
}

async fn open_log(config: &Config, tasks: &Tasks) -> Result<Arc<dyn EventLog>, Failure> {
    let failed = |error: LogError| log_failure(&config.log.url, &error);
    if is_embedded(config) {
        let (folder, tasks) = (config.data.join("log"), tasks.clone());
        let opening = tasks
            .clone()
            .spawn_blocking(move || EmbeddedLog::open(&folder, &tasks));
        let log = opening
            .await
            .map_err(|error| Failure::Local(format!("the event log did not open: {error}")))?;
        return Ok(Arc::new(log.map_err(failed)?));
    }
    let jetstream = JetStreamConfig {
        credentials: credentials(&config.log)?,
        replicas: config.log.replicas.into(),
        ..JetStreamConfig::new(config.log.url.as_str())
    };
    Ok(Arc::new(
        JetStreamLog::connect(jetstream, tasks)
            .await
            .map_err(failed)?,
    ))
}

fn log_failure(url: &str, error: &LogError) -> Failure {
    match error {
        LogError::Unavailable(_) => Failure::NotReady(format!("the event log at {url}: {error}")),
        LogError::Damaged { .. } | LogError::Failed(_) => {
            Failure::Local(format!("the event log {url}: {error}"))
        }
    }
}

fn credentials(log: &Log) -> Result<Credentials, Failure> {
    if let Some(file) = &log.creds_file {
        return Ok(Credentials::File(file.clone()));
    }
    let (Some(user), Some(file)) = (&log.user, &log.password_file) else {
        return Ok(Credentials::None);
    };
    Ok(Credentials::Password {
        user: user.clone(),
        password: read_secret(file)?,
    })
}

fn read_secret(file: &PathBuf) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| {
        Failure::Usage(format!("log.password_file {}: {error}", file.display()))
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
