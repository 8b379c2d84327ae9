//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_events::feedback::ANSWER_PATH;
use khidma_proto::feedback::actions_service_server::ActionsServiceServer;
use khidma_proto::feedback::answers_service_server::AnswersServiceServer;
use khidma_proto::feedback::ballots_service_server::BallotsServiceServer;
use khidma_proto::feedback::figures_service_server::FiguresServiceServer;
use khidma_proto::feedback::interviews_service_server::InterviewsServiceServer;
use khidma_proto::feedback::questions_service_server::QuestionsServiceServer;
use khidma_proto::feedback::recognition_service_server::RecognitionServiceServer;
use khidma_proto::feedback::scorecard_service_server::ScorecardServiceServer;
use khidma_proto::feedback::surveys_service_server::SurveysServiceServer;

use crate::answering::{self, Answering};
use crate::ballots::Ballots;
use crate::config::FeedbackConfig;
use crate::grpc::{
    ActionsGrpc, AnswersGrpc, BallotsGrpc, FiguresGrpc, InterviewsGrpc, NAMELESS, QuestionsGrpc,
    RecognitionGrpc, ScorecardGrpc, SurveysGrpc,
};
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
    react::outset::begin(deps, &projection).await;
    react::start(deps, &projection, &ballots, &config);
    let limits = &deps.config.limits;
    let answering = Answering::new(deps, &projection);
    let questions = QuestionsGrpc::new(deps, &projection, &config);
    let answers = AnswersGrpc::new(deps, &projection, &config);
    let surveys = SurveysGrpc::new(deps, &projection, &ballots, &config);
    let balloting = BallotsGrpc::new(deps, &projection, ballots);
    let actions = ActionsGrpc::new(deps, &projection, &config);
    let interviews = InterviewsGrpc::new(deps, &projection, &config);
    let figures = FiguresGrpc::new(deps, &projection);
    let scorecard = ScorecardGrpc::new(deps, &projection, &config);
    let recognition = RecognitionGrpc::new(deps, &projection, &config);
    let service = deps
        .service(&projection)
        .with_form(ANSWER_PATH, answering::MOST_BYTES, move |visit| {
            answering.clone().answer(visit)
        })
        .with(limited!(limits, QuestionsServiceServer::new(questions)))
        .with(limited!(limits, AnswersServiceServer::new(answers)))
        .with(limited!(limits, SurveysServiceServer::new(surveys)))
        .with(limited!(limits, BallotsServiceServer::new(balloting)))
        .with(limited!(limits, ActionsServiceServer::new(actions)))
        .with(limited!(limits, InterviewsServiceServer::new(interviews)))
        .with(limited!(limits, RecognitionServiceServer::new(recognition)))
        .with(limited!(limits, FiguresServiceServer::new(figures)))
        .with(limited!(limits, ScorecardServiceServer::new(scorecard)))
        .nameless(NAMELESS);
    Ok(Started {
        service,
        projection,
    })
}
