//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::feedback::surveys_service_server::SurveysServiceServer;

use crate::ballots::Ballots;
use crate::config::FeedbackConfig;
use crate::grpc::SurveysGrpc;
use crate::react;
use crate::views::FeedbackViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedbackConfig = deps.config.service("feedback")?;
    let ballots = Ballots::open(deps, &config)?;
    let projection = deps.project(Arc::new(FeedbackViews)).await?;
    react::start(deps, &projection, &ballots, &config);
    let limits = &deps.config.limits;
    let surveys = SurveysGrpc::new(deps, &projection, &ballots, &config);
    let service = deps
        .service(&projection)
        .with(limited!(limits, SurveysServiceServer::new(surveys)));
    Ok(Started {
        service,
        projection,
    })
}
