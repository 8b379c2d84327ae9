//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_proto::feedback::answers_service_server::AnswersServiceServer;
use khidma_proto::feedback::ballots_service_server::BallotsServiceServer;
use khidma_proto::feedback::figures_service_server::FiguresServiceServer;
use khidma_proto::feedback::scorecard_service_server::ScorecardServiceServer;
use khidma_proto::feedback::surveys_service_server::SurveysServiceServer;

use crate::ballots::Ballots;
use crate::config::FeedbackConfig;
use crate::grpc::{AnswersGrpc, BallotsGrpc, FiguresGrpc, NAMELESS, ScorecardGrpc, SurveysGrpc};
use crate::react;
use crate::views::FeedbackViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedbackConfig = deps.config.service("feedback")?;
    let projection = deps.project(Arc::new(FeedbackViews)).await?;
    let ballots = Ballots::start(deps, &projection, &config)?;
    react::start(deps, &projection, &ballots, &config);
    let limits = &deps.config.limits;
    let answers = AnswersGrpc::new(deps, &projection, &config);
    let surveys = SurveysGrpc::new(deps, &projection, &ballots, &config);
    let balloting = BallotsGrpc::new(deps, &projection, ballots);
    let figures = FiguresGrpc::new(deps, &projection);
    let scorecard = ScorecardGrpc::new(deps, &projection, &config);
    let service = deps
        .service(&projection)
        .with(limited!(limits, AnswersServiceServer::new(answers)))
        .with(limited!(limits, SurveysServiceServer::new(surveys)))
        .with(limited!(limits, BallotsServiceServer::new(balloting)))
        .with(limited!(limits, FiguresServiceServer::new(figures)))
        .with(limited!(limits, ScorecardServiceServer::new(scorecard)))
        .nameless(NAMELESS);
    Ok(Started {
        service,
        projection,
    })
}
