//! Answers that are not anonymous, and the results of all rounds.

mod comments;
mod figures;
mod filter;
mod give;
mod list;
mod look;
mod show;

pub(crate) use look::totals;

use khidma_edge::Deps;
use khidma_edge::query::{Scans, unreadable};
use khidma_edge::status;
use khidma_engine::Engine;
use khidma_feedback_domain::answer::AnswerDecider;
use khidma_feedback_domain::disclosure::{Sight, sight};
use khidma_feedback_domain::round::Round;
use khidma_kernel::{Caller, RoundId};
use khidma_projection::{Projection, Reader};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::answers_service_server::AnswersService;
use tonic::{Code, Request, Response, Status};

use crate::config::FeedbackConfig;
use crate::facts;
use crate::results::Results;

/// The most of a page.
const MOST: usize = 500;

/// What the calls stand on.
pub(crate) struct AnswersGrpc {
    engine: Engine<AnswerDecider>,
    projection: Projection,
    scans: Scans,
    scan_limit: usize,
    results: Results,
}

impl AnswersGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            projection: projection.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            results: Results::new(config.results_kept),
        }
    }
}

/// A round, and how much of its results somebody sees.
fn seen(reader: &Reader, caller: &Caller, id: RoundId) -> Result<(Round, Sight), Status> {
    let round = facts::round(reader, id).map_err(unreadable)?;
    let round = round.ok_or_else(unknown_round)?;
    let invited = match caller.actor.person() {
        Some(person) => facts::invited(reader, id, person).map_err(unreadable)?,
        None => None,
    };
    let sight = sight(caller, &round.launched.owner, invited.is_some());
    Ok((round, sight))
}

fn unknown_round() -> Status {
    let message = "there is no round with this id";
    status::refusal(Code::NotFound, "UNKNOWN_ROUND", Some("round_id"), message)
}

fn not_allowed(message: &str) -> Status {
    status::refusal(Code::PermissionDenied, "NOT_ALLOWED", None, message)
}

/// What was launched is of a version that there is.
fn without_definition() -> Status {
    let round = "a round of a version that there is not";
    status::internal(uuid::Uuid::new_v4(), round)
}

#[tonic::async_trait]
impl AnswersService for AnswersGrpc {
    async fn answer(
        &self,
        request: Request<pb::AnswerRequest>,
    ) -> Result<Response<pb::AnswerResponse>, Status> {
        self.give(request).await.map(Response::new)
    }

    async fn get_my_answer(
        &self,
        request: Request<pb::GetMyAnswerRequest>,
    ) -> Result<Response<pb::GetMyAnswerResponse>, Status> {
        self.mine(request).await.map(Response::new)
    }

    async fn get_results(
        &self,
        request: Request<pb::GetResultsRequest>,
    ) -> Result<Response<pb::GetResultsResponse>, Status> {
        self.look(request).await.map(Response::new)
    }

    async fn list_comments(
        &self,
        request: Request<pb::ListCommentsRequest>,
    ) -> Result<Response<pb::ListCommentsResponse>, Status> {
        self.comments(request).await.map(Response::new)
    }

    async fn list_answers(
        &self,
        request: Request<pb::ListAnswersRequest>,
    ) -> Result<Response<pb::ListAnswersResponse>, Status> {
        self.list(request).await.map(Response::new)
    }
}
