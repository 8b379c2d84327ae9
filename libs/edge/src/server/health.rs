//! Health by the gRPC protocol, kept in step with what the services say of themselves.

use std::sync::Arc;
use std::time::Duration;

use khidma_runtime::Tasks;
use tokio_util::sync::CancellationToken;
use tonic::service::{Routes, RoutesBuilder};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// How often the services are asked.
const INTERVAL: Duration = Duration::from_millis(100);
/// The name that stands for the whole process.
const PROCESS: &str = "";

/// Whether a service can do its work now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// It can.
    Ready,
    /// It cannot, and why: for the log.
    NotReady(String),
}

/// A service whose readiness is watched.
pub(super) struct Watched {
    pub(super) name: &'static str,
    pub(super) proto_names: Vec<&'static str>,
    pub(super) ready: Arc<dyn Fn() -> Readiness + Send + Sync>,
}

/// Adds the health service, which says NOT_SERVING from the start until a service is ready, whenever it is not, and
/// from the moment `token` is cancelled.
pub(super) async fn watch(
    mut routes: RoutesBuilder,
    services: Vec<Watched>,
    tasks: &Tasks,
    token: CancellationToken,
) -> Routes {
    let (reporter, server) = tonic_health::server::health_reporter();
    let mut watcher = Watcher {
        reporter,
        known: vec![None; services.len()],
        services,
    };
    watcher.report_all(ServingStatus::NotServing).await;
    watcher.look().await;
    tasks.spawn(async move {
        while token
            .run_until_cancelled(tokio::time::sleep(INTERVAL))
            .await
            .is_some()
        {
            watcher.look().await;
        }
        watcher.report_all(ServingStatus::NotServing).await;
    });
    routes.add_service(server);
    routes.routes()
}

struct Watcher {
    reporter: HealthReporter,
    services: Vec<Watched>,
    /// What each service said last.
    known: Vec<Option<Readiness>>,
}

impl Watcher {
    /// Asks every service, and reports what has changed.
    async fn look(&mut self) {
        let mut changed = false;
        for (service, known) in self.services.iter().zip(&mut self.known) {
            let now = (service.ready)();
            if known.as_ref() == Some(&now) {
                continue;
            }
            match &now {
                Readiness::Ready => tracing::info!(service = service.name, "ready"),
                // Everything begins so.
                Readiness::NotReady(reason) if known.is_none() => {
                    tracing::info!(service = service.name, reason, "not ready yet")
                }
                Readiness::NotReady(reason) => {
                    tracing::warn!(service = service.name, reason, "not ready")
                }
            }
            for name in &service.proto_names {
                self.reporter
                    .set_service_status(name, status(now == Readiness::Ready))
                    .await;
            }
            *known = Some(now);
            changed = true;
        }
        if changed {
            let all = self
                .known
                .iter()
                .all(|known| *known == Some(Readiness::Ready));
            self.reporter.set_service_status(PROCESS, status(all)).await;
        }
    }

    async fn report_all(&self, status: ServingStatus) {
        let names = self
            .services
            .iter()
            .flat_map(|service| &service.proto_names)
            .copied();
        for name in names.chain([PROCESS]) {
            self.reporter.set_service_status(name, status).await;
        }
    }
}

fn status(ready: bool) -> ServingStatus {
    if ready {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    }
}
