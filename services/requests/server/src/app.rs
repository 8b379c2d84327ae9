//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_proto::requests::catalogue_service_server::CatalogueServiceServer;
use khidma_proto::requests::requests_service_server::RequestsServiceServer;

use crate::config::RequestsConfig;
use crate::facts::Facts;
use crate::facts::catalogue::Catalogue;
use crate::grpc::{CatalogueGrpc, RequestsGrpc};
use crate::react;
use crate::views::RequestViews;

/// Starts the service: its read model, its timers and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: RequestsConfig = deps.config.service("requests")?;
    let limits = &deps.config.limits;
    let projection = deps.project(Arc::new(RequestViews)).await?;
    let engine = Arc::new(Engine::new(
        deps.log.clone(),
        projection.clone(),
        deps.clock.clone(),
        deps.tasks.clone(),
    ));
    react::start(projection.clone(), deps, engine.clone());
    let facts = Facts::follow(&projection, &deps.tasks);
    let catalogue = Arc::new(Catalogue::default());
    let offerings = CatalogueGrpc {
        engine: Engine::new(
            deps.log.clone(),
            projection.clone(),
            deps.clock.clone(),
            deps.tasks.clone(),
        ),
        log: deps.log.clone(),
        projection: projection.clone(),
        facts: facts.clone(),
        catalogue: catalogue.clone(),
        scan_limit: config.scan_limit,
        scans: deps.scans.clone(),
    };
    let grpc = RequestsGrpc {
        log: deps.log.clone(),
        catalogue,
        engine,
        projection: projection.clone(),
        facts,
        config,
        scans: deps.scans.clone(),
        tasks: deps.tasks.clone(),
    };
    let server = RequestsServiceServer::new(grpc)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let offerings = CatalogueServiceServer::new(offerings)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    Ok(Started {
        service: deps.service(&projection).with(server).with(offerings),
        projection,
    })
}
