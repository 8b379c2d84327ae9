//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_proto::requests::concerns_service_server::ConcernsServiceServer;
use khidma_proto::requests::links_service_server::LinksServiceServer;
use khidma_proto::requests::requests_service_server::RequestsServiceServer;

use crate::config::RequestsConfig;
use crate::facts::Facts;
use crate::grpc::{RequestsGrpc, UNTRACED};
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
    let grpc = Arc::new(RequestsGrpc {
        engine,
        projection: projection.clone(),
        facts: Facts::follow(&projection, &deps.tasks),
        config,
        scans: deps.scans.clone(),
        tasks: deps.tasks.clone(),
    });
    let links = LinksServiceServer::from_arc(grpc.clone())
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let concerns = ConcernsServiceServer::from_arc(grpc.clone())
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let server = RequestsServiceServer::from_arc(grpc)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    Ok(Started {
        service: deps
            .service(&projection)
            .with(server)
            .with(links)
            .with(concerns)
            .untraced(&UNTRACED),
        projection,
    })
}
