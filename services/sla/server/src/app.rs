//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::sla::clocks_service_server::ClocksServiceServer;
use khidma_proto::sla::policies_service_server::PoliciesServiceServer;
use khidma_proto::sla::traces_service_server::TracesServiceServer;
use khidma_proto::sla::what_if_service_server::WhatIfServiceServer;

use crate::config::SlaConfig;
use crate::grpc::{ClocksGrpc, PoliciesGrpc, TracesGrpc, WhatIfGrpc};
use crate::react::{self, Engines};
use crate::shelf::Shelf;
use crate::views::SlaViews;

/// Starts the service: its read model, its clocks and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: SlaConfig = deps.config.service("sla")?;
    let views = Arc::new(SlaViews::default());
    let projection = deps.project_cached(views, config.cache_bytes).await?;
    let shelf = Shelf::default();
    let engines = Engines {
        clocks: Arc::new(deps.engine(&projection)),
        policies: Arc::new(deps.engine(&projection)),
        adoptions: deps.engine(&projection),
    };
    let policies = PoliciesGrpc {
        engine: engines.policies.clone(),
        log: deps.log.clone(),
        projection: projection.clone(),
        shelf: shelf.clone(),
        clock: deps.clock.clone(),
        scans: deps.scans.clone(),
        scan_limit: config.scan_limit,
    };
    let what_if = WhatIfGrpc::new(
        projection.clone(),
        shelf.clone(),
        deps.clock.clone(),
        deps.tasks.clone(),
    );
    let clocks = ClocksGrpc::new(deps, &projection, shelf.clone(), &config);
    react::start(projection.clone(), deps, engines, shelf, &config);
    let traces = TracesGrpc {
        projection: projection.clone(),
        traces: deps.traces.clone(),
    };
    let limits = &deps.config.limits;
    let service = deps
        .service(&projection)
        .with(limited!(limits, PoliciesServiceServer::new(policies)))
        .with(limited!(limits, ClocksServiceServer::new(clocks)))
        .with(limited!(limits, TracesServiceServer::new(traces)))
        .with(limited!(limits, WhatIfServiceServer::new(what_if)));
    Ok(Started {
        service,
        projection,
    })
}
