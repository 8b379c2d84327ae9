//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::feedback::figures_service_server::FiguresServiceServer;
use khidma_proto::feedback::scorecard_service_server::ScorecardServiceServer;

use crate::config::FeedbackConfig;
use crate::grpc::{FiguresGrpc, ScorecardGrpc};
use crate::react;
use crate::views::FeedbackViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedbackConfig = deps.config.service("feedback")?;
    let projection = deps.project(Arc::new(FeedbackViews)).await?;
    react::start(deps, &projection, &config);
    let limits = &deps.config.limits;
    let figures = FiguresGrpc::new(deps, &projection);
    let scorecard = ScorecardGrpc::new(deps, &projection);
    let service = deps
        .service(&projection)
        .with(limited!(limits, FiguresServiceServer::new(figures)))
        .with(limited!(limits, ScorecardServiceServer::new(scorecard)));
    Ok(Started {
        service,
        projection,
    })
}
