//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_proto::requests::approvals_service_server::ApprovalsServiceServer;
use khidma_proto::requests::history_service_server::HistoryServiceServer;
use khidma_proto::requests::requests_service_server::RequestsServiceServer;
use khidma_proto::requests::search_service_server::SearchServiceServer;

use crate::config::RequestsConfig;
use crate::facts::{EverKnown, Facts};
use crate::grpc::{ApprovalsGrpc, HistoryGrpc, RequestsGrpc, SearchGrpc};
use crate::react;
use crate::search::Search;
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
    let search = SearchGrpc {
        search: Search::start(deps, &projection),
        projection: projection.clone(),
        scans: deps.scans.clone(),
        scan_limit: config.scan_limit,
    };
    let search = SearchServiceServer::new(search)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let history = HistoryGrpc {
        engine: engine.clone(),
        known: Arc::new(EverKnown::default()),
        tasks: deps.tasks.clone(),
    };
    let history = HistoryServiceServer::new(history)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let approvals = ApprovalsGrpc::new(deps, &projection, &engine, &config);
    let grpc = RequestsGrpc {
        engine,
        projection: projection.clone(),
        facts: Facts::follow(&projection, &deps.tasks),
        config,
        scans: deps.scans.clone(),
        tasks: deps.tasks.clone(),
        clock: deps.clock.clone(),
    };
    let server = RequestsServiceServer::new(grpc)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    let approvals = ApprovalsServiceServer::new(approvals)
        .max_decoding_message_size(limits.max_request_bytes)
        .max_encoding_message_size(limits.max_response_bytes);
    Ok(Started {
        service: deps
            .service(&projection)
            .with(server)
            .with(search)
            .with(history)
            .with(approvals),
        projection,
    })
}
