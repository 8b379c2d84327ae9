//! Wired to what? All of it, here.

use std::sync::Arc;

use khidma_edge::limited;
use khidma_edge::{Deps, StartError, Started};
use khidma_events::feedback::ANSWER_PATH;
use khidma_proto::feedback::actions_service_server::ActionsServiceServer;
use khidma_proto::feedback::interviews_service_server::InterviewsServiceServer;
use khidma_proto::feedback::questions_service_server::QuestionsServiceServer;
use khidma_proto::feedback::recognition_service_server::RecognitionServiceServer;

use crate::answering::{self, Answering};
use crate::config::FeedbackConfig;
use crate::grpc::{ActionsGrpc, InterviewsGrpc, QuestionsGrpc, RecognitionGrpc};
use crate::react;
use crate::views::FeedbackViews;

/// Starts the service: its read model, its reactions and its gRPC surface.
///
/// # Errors
/// Its section of the configuration or its folder cannot be used.
pub async fn start(deps: &Deps) -> Result<Started, StartError> {
    let config: FeedbackConfig = deps.config.service("feedback")?;
    let projection = deps.project(Arc::new(FeedbackViews)).await?;
    react::outset::begin(deps, &projection).await;
    react::start(deps, &projection, &config);
    let limits = &deps.config.limits;
    let answering = Answering::new(deps, &projection);
    let questions = QuestionsGrpc::new(deps, &projection, &config);
    let actions = ActionsGrpc::new(deps, &projection, &config);
    let interviews = InterviewsGrpc::new(deps, &projection, &config);
    let recognition = RecognitionGrpc::new(deps, &projection, &config);
    let service = deps
        .service(&projection)
        .with_form(ANSWER_PATH, answering::MOST_BYTES, move |visit| {
            answering.clone().answer(visit)
        })
        .with(limited!(limits, QuestionsServiceServer::new(questions)))
        .with(limited!(limits, ActionsServiceServer::new(actions)))
        .with(limited!(limits, InterviewsServiceServer::new(interviews)))
        .with(limited!(limits, RecognitionServiceServer::new(recognition)));
    Ok(Started {
        service,
        projection,
    })
}
