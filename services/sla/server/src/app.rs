//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_events::Event;
use khidma_kernel::Decider;
use khidma_projection::Projection;
use khidma_proto::sla::clocks_service_server::ClocksServiceServer;
use khidma_proto::sla::policies_service_server::PoliciesServiceServer;
use khidma_proto::sla::traces_service_server::TracesServiceServer;
use khidma_proto::sla::what_if_service_server::WhatIfServiceServer;
use serde::Serialize;
use serde::de::DeserializeOwned;

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
    let projection = deps.project(Arc::new(SlaViews::default())).await?;
    let shelf = Shelf::default();
    let engines = Engines {
        clocks: Arc::new(engine(deps, &projection)),
        policies: Arc::new(engine(deps, &projection)),
        adoptions: engine(deps, &projection),
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
    // Each generated server is a type of its own, and each has to be told.
    macro_rules! limited {
        ($server:expr) => {
            $server
                .max_decoding_message_size(limits.max_request_bytes)
                .max_encoding_message_size(limits.max_response_bytes)
        };
    }
    let service = deps
        .service(&projection)
        .with(limited!(PoliciesServiceServer::new(policies)))
        .with(limited!(ClocksServiceServer::new(clocks)))
        .with(limited!(TracesServiceServer::new(traces)))
        .with(limited!(WhatIfServiceServer::new(what_if)));
    Ok(Started {
        service,
        projection,
    })
}

fn engine<D>(deps: &Deps, projection: &Projection) -> Engine<D>
where
    D: Decider,
    D::Event: Event,
    D::State: Serialize + DeserializeOwned,
{
    Engine::new(
        deps.log.clone(),
        projection.clone(),
        deps.clock.clone(),
        deps.tasks.clone(),
    )
}
