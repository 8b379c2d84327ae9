//! Services on a real server of their own, on a free port, for one test.
#![expect(clippy::expect_used, reason = "this is how a test fails")]

use std::collections::BTreeSet;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::identity::{LocalAuthority, Verifier};
use khidma_edge::server::{Context, Running, serve};
use khidma_edge::telemetry::{Signals, Telemetry};
use khidma_edge::{Config, Deps, StartError, Started, operations};
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::{Role, Timestamp};
use khidma_projection::ProjectionState;
use khidma_runtime::{Clock, ManualClock, Tasks};
use tempfile::TempDir;

use crate::eventually;
use crate::otlp::OtlpReceiver;

/// 2026-03-02T09:00:00Z, a Monday.
const BEGINNING: i64 = 1_772_442_000_000_000;

/// A running server with everything in a test's hand.
pub struct Host {
    /// The log its services share.
    pub log: Arc<dyn EventLog>,
    /// The hand of their clock, which stands at 2026-03-02T09:00:00Z.
    pub hand: ManualClock,
    /// The services.
    pub projections: Vec<khidma_projection::Projection>,
    clock: Clock,
    authority: LocalAuthority,
    address: String,
    tasks: Tasks,
    _running: Running,
    folder: Arc<TempDir>,
}

/// Who watches the server of a test.
#[derive(Clone)]
pub struct Watched {
    /// Where it exports to. Setting up the exporters themselves is the test's affair, as that is the whole process's.
    pub collector: String,
    /// What it and its services measure with and tell of.
    pub signals: Signals,
}

impl Watched {
    /// By `collector`, to which `telemetry` exports. It is [`OtlpReceiver::exporter`], or, where the test looks at the
    /// spans of calls too, what `telemetry::init` gave.
    pub fn by(collector: &OtlpReceiver, telemetry: &Telemetry) -> Self {
        Self {
            collector: collector.endpoint(),
            signals: telemetry.signals(),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl Host {
    /// Starts the services that `start` starts, on a log in memory.
    pub async fn start<F, R>(start: F) -> Self
    where
        F: FnOnce(Deps) -> R,
        R: Future<Output = Result<Vec<Started>, StartError>>,
    {
        Self::on(Arc::new(MemoryLog::new()), start).await
    }

    /// Starts the services that `start` starts, on `log`, and waits until they are ready.
    pub async fn on<F, R>(log: Arc<dyn EventLog>, start: F) -> Self
    where
        F: FnOnce(Deps) -> R,
        R: Future<Output = Result<Vec<Started>, StartError>>,
    {
        Self::open(new_folder(), log, None, start).await
    }

    /// The same in a data folder of the test's own, to start again where another host has ended.
    pub async fn in_folder<F, R>(folder: Arc<TempDir>, log: Arc<dyn EventLog>, start: F) -> Self
    where
        F: FnOnce(Deps) -> R,
        R: Future<Output = Result<Vec<Started>, StartError>>,
    {
        Self::open(folder, log, None, start).await
    }

    /// As [`Host::on`], under the eyes of a collector.
    pub async fn watched<F, R>(log: Arc<dyn EventLog>, watched: Watched, start: F) -> Self
    where
        F: FnOnce(Deps) -> R,
        R: Future<Output = Result<Vec<Started>, StartError>>,
    {
        Self::open(new_folder(), log, Some(watched), start).await
    }

    async fn open<F, R>(
        folder: Arc<TempDir>,
        log: Arc<dyn EventLog>,
        watched: Option<Watched>,
        start: F,
    ) -> Self
    where
        F: FnOnce(Deps) -> R,
        R: Future<Output = Result<Vec<Started>, StartError>>,
    {
        let mut config = Config::in_folder(folder.path());
        config.telemetry.otlp_endpoint = watched.as_ref().map(|watched| watched.collector.clone());
        let (clock, hand) = Clock::manual(Timestamp::from_micros(BEGINNING));
        let tasks = Tasks::new();
        let authority =
            LocalAuthority::open_or_create(&folder.path().join("identity"), &config.identity)
                .expect("a signing key");
        let verifier =
            Verifier::from_jwks_file(authority.jwks_file(), &config.identity, clock.clone())
                .expect("the key just made");
        let limits = config.limits.clone();
        let signals = watched.map_or_else(Signals::none, |watched| watched.signals);
        let deps = Deps::new(Arc::new(config), log.clone(), clock.clone(), tasks.clone())
            .with_signals(signals.clone());
        let started = start(deps).await.expect("the services start");
        let projections: Vec<_> = started
            .iter()
            .map(|started| started.projection.clone())
            .collect();
        let mut services: Vec<_> = started.into_iter().map(|started| started.service).collect();
        services.push(operations::service(
            log.clone(),
            projections.clone(),
            tasks.clone(),
        ));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let context = Context {
            limits,
            tls: None,
            verifier: Arc::new(verifier),
            tasks: tasks.clone(),
            meters: signals.meters,
            descriptors: vec![khidma_proto::DESCRIPTORS],
        };
        let running = serve(listener, services, context)
            .await
            .expect("the server starts");
        let address = format!("http://{}", running.address());
        let host = Self {
            log,
            hand,
            projections,
            clock,
            authority,
            address,
            tasks,
            _running: running,
            folder,
        };
        host.caught_up().await;
        host
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ends it, and returns when what it had begun has ended.
    pub async fn stop(self) {
        let ended = self.tasks.drain(Duration::from_secs(20)).await;
        assert!(ended, "something does not end");
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folder with all that it keeps but the log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A token for a person of a department, good for a year.
    pub fn token(&self, person: &str, department: &str, roles: &[Role]) -> String {
        let roles: BTreeSet<Role> = roles.iter().copied().collect();
        let (person, department) = (
            person.parse().expect("an id"),
            department.parse().expect("an id"),
        );
        let year = Duration::from_secs(365 * 24 * 3600);
        self.authority
            .issue(&person, &department, &roles, year, self.clock.now())
            .expect("a token")
    }

    /// A connection of a person of a department.
    pub async fn connect(&self, person: &str, department: &str, roles: &[Role]) -> Connection {
        let token = self.token(person, department, roles);
        connect(&Target::new(&self.address), Some(&token))
            .await
            .expect("the server answers")
    }

    /// Waits until every read model is ready and shows all there is on the log.
    pub async fn caught_up(&self) {
        let caught_up = eventually(Duration::from_secs(120), || async {
            let head = self.log.head().await.expect("the log answers");
            // On an empty log, being at the head alone would not tell that it can be read yet.
            self.projections.iter().all(|projection| {
                projection.position() >= head && projection.status().state == ProjectionState::Live
            })
        });
        assert!(caught_up.await, "the read models do not catch up");
    }
}

fn new_folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().expect("a folder for the test"))
}
