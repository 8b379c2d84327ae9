//! Concerns: by name, anonymously, and what came of them.
//!
//! Of an anonymous concern all that is kept follows from the caller's random key, by hashes that do not lead back to it:
//! `key -> word -> (entity, digest)`. The key and the word are the caller's alone.

mod anonymous;
mod outcomes;

use khidma_edge::command::{Call, failed, id};
use khidma_engine::CommandError;
use khidma_kernel::{ServiceRequestId, time_ordered_id};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::concerns_service_server::ConcernsService;
use khidma_requests_domain::{Body, Raise, RequestRefusal, limits};
use tonic::{Request, Response, Status};

use super::{RequestsGrpc, optional_id};
use crate::facts::{catalogue, links as facts};
use crate::status::code;

/// The rpcs of which no trace is taken: that one was called at a time, by whom and on which trace, could tell who raised
/// a concern.
pub(crate) const UNTRACED: [&str; 3] = [
    "/khidma.requests.v1.ConcernsService/RaiseAnonymousConcern",
    "/khidma.requests.v1.ConcernsService/FollowConcern",
    "/khidma.requests.v1.ConcernsService/ReplyToConcern",
];

impl RequestsGrpc {
    async fn raise(
        &self,
        request: Request<pb::RaiseConcernRequest>,
    ) -> Result<pb::RaiseConcernResponse, Status> {
        let call = Call::of(&request, "RaiseConcern", &request.get_ref().request_id)?;
        let message = request.into_inner();
        // Each of them is looked up: not before it is known that they are not too many.
        if message.similar_to_ids.len() > limits::LINKS {
            let limit = limits::LINKS;
            let refusal = CommandError::Refused(RequestRefusal::TooManyLinks { limit });
            return Err(failed(refusal, code));
        }
        let similar: Vec<ServiceRequestId> = message
            .similar_to_ids
            .iter()
            .map(|text| id("similar_to_ids", text))
            .collect::<Result<_, _>>()?;
        let raise = Raise {
            provider: id("provider_id", &message.provider_id)?,
            provider_known: false,
            offering: optional_id("offering", &message.offering)?,
            offered_by: None,
            title: message.title,
            description: message.description,
            follow_digest: None,
            similar: Vec::new(),
        };
        let caller = call.caller.clone();
        let actor = caller.actor.to_string();
        let entity = time_ordered_id(call.request_id, &[b"requests", actor.as_bytes()]);
        let mut ask = call.about(entity.to_string());
        ask.correlation = Some(entity);
        ask.begins = true;
        let body = |reader: &Reader| {
            let similar = similar
                .iter()
                .map(|other| facts::other(reader, &caller, None, *other))
                .collect::<Result<_, _>>()?;
            let raise = self.about_open(reader, &raise)?;
            Ok(Body::Raise(Raise { similar, ..raise }))
        };
        let done = self.engine.execute(ask, body).await;
        let done = done.map_err(|error| failed(error, code))?;
        Ok(pb::RaiseConcernResponse {
            id: entity.to_string(),
            position: done.position.0,
        })
    }

    /// The concern with the facts whether its department is there and open, and whose its offering is.
    fn about_open(&self, reader: &Reader, raise: &Raise) -> Result<Raise, RowError> {
        let provider_known = self
            .submissions
            .facts
            .open_department(reader, &raise.provider)?;
        let card = raise.offering.as_ref();
        let card = card
            .map(|offering| catalogue::card(reader, offering))
            .transpose()?;
        Ok(Raise {
            provider_known,
            offered_by: card.flatten().map(|card| card.provider),
            ..raise.clone()
        })
    }
}

#[tonic::async_trait]
impl ConcernsService for RequestsGrpc {
    async fn raise_concern(
        &self,
        request: Request<pb::RaiseConcernRequest>,
    ) -> Result<Response<pb::RaiseConcernResponse>, Status> {
        self.raise(request).await.map(Response::new)
    }

    async fn raise_anonymous_concern(
        &self,
        request: Request<pb::RaiseAnonymousConcernRequest>,
    ) -> Result<Response<pb::RaiseAnonymousConcernResponse>, Status> {
        self.raise_anonymously(request).await.map(Response::new)
    }

    async fn follow_concern(
        &self,
        request: Request<pb::FollowConcernRequest>,
    ) -> Result<Response<pb::FollowConcernResponse>, Status> {
        self.follow(request).await.map(Response::new)
    }

    async fn reply_to_concern(
        &self,
        request: Request<pb::ReplyToConcernRequest>,
    ) -> Result<Response<pb::ReplyToConcernResponse>, Status> {
        self.reply_anonymously(request).await.map(Response::new)
    }

    async fn list_outcomes(
        &self,
        request: Request<pb::ListOutcomesRequest>,
    ) -> Result<Response<pb::ListOutcomesResponse>, Status> {
        self.outcomes(request).await.map(Response::new)
    }
}
