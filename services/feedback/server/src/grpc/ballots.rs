//! Tokens and anonymous answers.
//!
//! Who takes a token is known; who answers is nobody: `answer` never sees a caller.

mod answer;
mod convert;
mod token;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use khidma_edge::query::unreadable;
use khidma_edge::{Deps, status};
use khidma_engine::Engine;
use khidma_eventlog::EventLog;
use khidma_events::feedback::{RoundLaunched, Segment};
use khidma_feedback_domain::ballot::{BallotDecider, BallotRefusal};
use khidma_kernel::{Refusal, RoundId};
use khidma_projection::{Projection, Reader};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::ballots_service_server::BallotsService;
use khidma_runtime::Clock;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::ballots::{BallotError, Ballots};
use crate::facts;
use crate::status::ballot_code;

/// The rpcs of which no trace is left, and for which nobody says who they are.
pub(crate) const NAMELESS: &[&str] = &["/khidma.feedback.v1.BallotsService/AnswerAnonymously"];

/// After how long to try again at another instance.
const RETRY_AFTER: Duration = Duration::from_secs(1);

type Segments = Arc<BTreeMap<Segment, u32>>;

/// What the calls stand on.
pub(crate) struct BallotsGrpc {
    engine: Engine<BallotDecider>,
    ballots: Ballots,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    /// How many of each segment are asked, of rounds that are open: it never changes any more.
    segments: Mutex<HashMap<RoundId, Segments>>,
}

impl BallotsGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, ballots: Ballots) -> Self {
        Self {
            engine: deps.engine(projection),
            ballots,
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            segments: Mutex::default(),
        }
    }

    /// How many of each segment are asked in a round that is open.
    fn segments(&self, reader: &Reader, launched: &RoundLaunched) -> Result<Segments, Status> {
        let mut known = self.segments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(segments) = known.get(&launched.round) {
            return Ok(segments.clone());
        }
        let segments = Arc::new(facts::segments(reader, launched).map_err(unreadable)?);
        known.insert(launched.round, segments.clone());
        Ok(segments)
    }
}

#[tonic::async_trait]
impl BallotsService for BallotsGrpc {
    async fn get_ballot(
        &self,
        request: Request<pb::GetBallotRequest>,
    ) -> Result<Response<pb::GetBallotResponse>, Status> {
        self.ballot(request).await.map(Response::new)
    }

    async fn issue_token(
        &self,
        request: Request<pb::IssueTokenRequest>,
    ) -> Result<Response<pb::IssueTokenResponse>, Status> {
        self.issue(request).await.map(Response::new)
    }

    async fn answer_anonymously(
        &self,
        request: Request<pb::AnswerAnonymouslyRequest>,
    ) -> Result<Response<pb::AnswerAnonymouslyResponse>, Status> {
        let patience = khidma_edge::server::deadline(&request);
        // Nothing but the message goes on: neither metadata nor extensions, nor whence it came.
        self.answer(request.into_inner(), patience).await?;
        Ok(Response::new(pb::AnswerAnonymouslyResponse {}))
    }
}

fn refused(refusal: &BallotRefusal) -> Status {
    let fields = refusal.violations().into_iter();
    let fields = fields.map(|(field, description)| status::Violation { field, description });
    status::refused(
        ballot_code(refusal),
        refusal.code(),
        refusal.to_string(),
        fields,
    )
}

/// The status of what could not be done with keys or boxes.
fn unable(error: BallotError) -> Status {
    match error {
        BallotError::Elsewhere => {
            let message = "another process has the key of this round and takes its tokens and answers; try again to reach it";
            status::unavailable("BOX_ELSEWHERE", RETRY_AFTER, message)
        }
        BallotError::NotBlinded => refused(&BallotRefusal::NotBlinded {
            limit: crate::ballots::SIGNED,
        }),
        BallotError::Row(error) => unreadable(error),
        BallotError::Folder(_) | BallotError::Stopping => {
            let message = "answers cannot be kept now; try again with the same token";
            status::unavailable("UNAVAILABLE", RETRY_AFTER, message)
        }
        error @ BallotError::Key(_) => status::internal(Uuid::new_v4(), error),
    }
}
