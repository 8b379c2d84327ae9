//! A server on a free port with its own keys, and clients for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::config::{self, Limits, Tls};
use khidma_edge::identity::{LocalAuthority, Verifier};
use khidma_edge::server::{Context, Readiness, Running, Service, serve};
use khidma_edge::telemetry::Meters;
use khidma_kernel::{Role, Timestamp};
use khidma_runtime::{Clock, ManualClock, Tasks};
use tokio::net::TcpListener;

use crate::echo::Echo;

/// Longer than anything here takes, unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// When it is, as far as tokens are concerned.
const NOW: i64 = 1_800_000_000;

/// What a test may choose.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) tls: Option<Tls>,
    pub(crate) meters: Option<Meters>,
    /// Adds pages to the service.
    pub(crate) paged: Option<fn(Service) -> Service>,
}

/// A running server and what stands around it.
pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) echo: Echo,
    pub(crate) ready: Arc<AtomicBool>,
    pub(crate) authority: LocalAuthority,
    /// Keeps the folder of the keys.
    _folder: tempfile::TempDir,
    pub(crate) tasks: Tasks,
    pub(crate) clock: Clock,
    pub(crate) hand: ManualClock,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    pub(crate) async fn open_with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rules = config::Identity::default();
        let authority =
            LocalAuthority::open_or_create(&folder.path().join("identity"), &rules).unwrap();
        let (clock, hand) = Clock::manual(Timestamp::EPOCH.plus_seconds(NOW));
        let verifier =
            Verifier::from_jwks_file(authority.jwks_file(), &rules, clock.clone()).unwrap();
        let (echo, ready) = (Echo::new(&options.limits), Arc::new(AtomicBool::new(true)));
        let asked = ready.clone();
        let readiness = move || match asked.load(Ordering::SeqCst) {
            true => Readiness::Ready,
            false => Readiness::NotReady("the test says so".into()),
        };
        let context = Context {
            limits: options.limits,
            tls: options.tls,
            verifier: Arc::new(verifier),
            tasks: Tasks::new(),
            meters: options.meters.unwrap_or_else(Meters::none),
            descriptors: Vec::new(),
        };
        let tasks = context.tasks.clone();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let service = Service::new("echo", readiness).with(echo.clone());
        let service = match options.paged {
            Some(add) => add(service),
            None => service,
        };
        let running = serve(listener, vec![service], context).await.unwrap();
        Self {
            running,
            echo,
            ready,
            authority,
            _folder: folder,
            tasks,
            clock,
            hand,
        }
    }

    pub(crate) fn token(&self) -> String {
        let (person, department) = ("amina".parse().unwrap(), "it".parse().unwrap());
        let roles = BTreeSet::from([Role::Manager]);
        let lifetime = Duration::from_secs(600);
        self.authority
            .issue(&person, &department, &roles, lifetime, self.clock.now())
            .unwrap()
    }

    pub(crate) fn target(&self) -> Target {
        Target::new(format!("http://{}", self.running.address()))
    }

    /// A connection as amina, manager of IT.
    pub(crate) async fn connect(&self) -> Connection {
        connect(&self.target(), Some(&self.token())).await.unwrap()
    }
}
