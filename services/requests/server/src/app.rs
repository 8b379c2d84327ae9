//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_engine::Engine;
use khidma_projection::Projection;
use khidma_proto::requests::approvals_service_server::ApprovalsServiceServer;
use khidma_proto::requests::catalogue_service_server::CatalogueServiceServer;
use khidma_proto::requests::concerns_service_server::ConcernsServiceServer;
use khidma_proto::requests::history_service_server::HistoryServiceServer;
use khidma_proto::requests::links_service_server::LinksServiceServer;
use khidma_proto::requests::plans_service_server::PlansServiceServer;
use khidma_proto::requests::requests_service_server::RequestsServiceServer;
use khidma_proto::requests::search_service_server::SearchServiceServer;
use khidma_requests_domain::RequestDecider;

use crate::config::RequestsConfig;
use crate::facts::catalogue::Catalogue;
use crate::facts::{EverKnown, Facts, SubmitFacts};
use crate::grpc::{
    ApprovalsGrpc, CatalogueGrpc, HistoryGrpc, PlansGrpc, RequestsGrpc, SearchGrpc, UNTRACED,
};
use crate::react;
use crate::search::Search;
use crate::views::RequestViews;

/// Starts the service: its read model, its timers and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: RequestsConfig = deps.config.service("requests")?;
    let projection = deps.project(Arc::new(RequestViews)).await?;
    let deciding: Arc<Engine<RequestDecider>> = Arc::new(deps.engine(&projection));
    let facts = Facts::follow(&projection, &deps.tasks);
    let catalogue = Arc::new(Catalogue::default());
    let submissions = SubmitFacts {
        facts: facts.clone(),
        catalogue: catalogue.clone(),
    };
    react::start(
        projection.clone(),
        deps,
        deciding.clone(),
        submissions.clone(),
    );
    let search = search(deps, &projection, &config);
    let history = HistoryGrpc {
        engine: deciding.clone(),
        known: Arc::new(EverKnown::default()),
        tasks: deps.tasks.clone(),
    };
    let offerings = CatalogueGrpc {
        engine: deps.engine(&projection),
        log: deps.log.clone(),
        projection: projection.clone(),
        facts,
        catalogue,
        scan_limit: config.scan_limit,
        scans: deps.scans.clone(),
    };
    let approvals = ApprovalsGrpc::new(deps, &projection, &deciding, &config);
    let requests = Arc::new(RequestsGrpc {
        log: deps.log.clone(),
        engine: deciding,
        projection: projection.clone(),
        submissions,
        config,
        scans: deps.scans.clone(),
        tasks: deps.tasks.clone(),
        clock: deps.clock.clone(),
    });
    let service = deps.service(&projection).untraced(&UNTRACED);
    let limits = &deps.config.limits;
    let service = service
        .with(limited!(
            limits,
            RequestsServiceServer::from_arc(requests.clone())
        ))
        .with(limited!(limits, CatalogueServiceServer::new(offerings)))
        .with(limited!(limits, ApprovalsServiceServer::new(approvals)))
        .with(limited!(
            limits,
            LinksServiceServer::from_arc(requests.clone())
        ))
        .with(limited!(
            limits,
            ConcernsServiceServer::from_arc(requests.clone())
        ))
        .with(limited!(
            limits,
            PlansServiceServer::new(PlansGrpc(requests))
        ))
        .with(limited!(limits, SearchServiceServer::new(search)))
        .with(limited!(limits, HistoryServiceServer::new(history)));
    Ok(Started {
        service,
        projection,
    })
}

fn search(deps: &Deps, projection: &Projection, config: &RequestsConfig) -> SearchGrpc {
    SearchGrpc {
        search: Search::start(deps, projection),
        projection: projection.clone(),
        scans: deps.scans.clone(),
        scan_limit: config.scan_limit,
    }
}
