//! Agreeing to requests, and who does so in whose place.

mod convert;
mod delegations;
mod list;
mod service;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::command::{Call, Message, failed, id};
use khidma_edge::query::{self, Scans};
use khidma_edge::server::deadline;
use khidma_edge::{Deps, status};
use khidma_engine::{Ask, Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_kernel::{PersonId, ServiceRequestId};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::delegation::DelegationDecider;
use khidma_requests_domain::{Approving, Body, RequestDecider};
use khidma_runtime::Clock;
use tonic::{Code, Request, Status};

use crate::config::RequestsConfig;
use crate::facts::Speakers;
use crate::status::code;
use crate::views::RequestHead;

pub(super) use convert::{name, progress_out};

/// After how long to try again when the log is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What the calls stand on.
pub(crate) struct ApprovalsGrpc {
    engine: Arc<Engine<RequestDecider>>,
    delegations: Engine<DelegationDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    scans: Scans,
    scan_limit: usize,
}

impl ApprovalsGrpc {
    /// Calls that decide by `engine` and read from `projection`.
    pub(crate) fn new(
        deps: &Deps,
        projection: &Projection,
        engine: &Arc<Engine<RequestDecider>>,
        config: &RequestsConfig,
    ) -> Self {
        let delegations = Engine::new(
            deps.log.clone(),
            projection.clone(),
            deps.clock.clone(),
            deps.tasks.clone(),
        );
        Self {
            engine: engine.clone(),
            delegations,
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
        }
    }

    async fn approve(&self, request: Request<pb::ApproveRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let (key, id, comment) = (&message.request_id, &message.id, message.comment.clone());
        let decide = |id, approving| Body::Approve {
            id,
            comment: comment.clone(),
            approving,
        };
        self.decide(&request, ("Approve", key, id), decide).await
    }

    async fn reject(&self, request: Request<pb::RejectRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let (key, id, reason) = (&message.request_id, &message.id, message.reason.clone());
        let decide = |_, approving| Body::Reject {
            reason: reason.clone(),
            approving,
        };
        self.decide(&request, ("Reject", key, id), decide).await
    }

    /// Carries out what the caller decides by `rpc` about the request with the id `of`.
    async fn decide<M: Message, F>(
        &self,
        request: &Request<M>,
        (rpc, key, of): (&'static str, &str, &str),
        body: F,
    ) -> Result<u64, Status>
    where
        F: Fn(ServiceRequestId, Approving) -> Body + Send + Sync,
    {
        let of: ServiceRequestId = id("id", of)?;
        let call = Call::of(request, rpc, key)?;
        let Some(caller) = call.caller.actor.person().cloned() else {
            return Err(unknown());
        };
        self.at_head(deadline(request)).await?;
        let now = self.clock.now();
        let ask = Ask {
            correlation: Some(of.0),
            at: Some(now),
            ..call.about(of.to_string())
        };
        let body = |reader: &Reader| {
            let requester = requester(reader, of)?;
            let speakers = Speakers::of(reader, &caller, now)?;
            Ok(body(of, speakers.approving(reader, requester.as_ref())?))
        };
        let done = self.engine.execute(ask, body).await;
        Ok(done.map_err(|error| failed(error, code))?.position.0)
    }

    /// Waits until the read model shows all there is: who may give whose word counts as it is, not as it was.
    async fn at_head(&self, patience: Duration) -> Result<Reader, Status> {
        let head = self.log.head().await.map_err(|_| {
            let message = "the event log is not available; try again with the same request_id";
            status::unavailable("UNAVAILABLE", RETRY_AFTER, message)
        })?;
        query::reader_at(&self.projection, head.0, patience).await
    }
}

/// Who asks for it; it never changes.
fn requester(reader: &Reader, request: ServiceRequestId) -> Result<Option<PersonId>, RowError> {
    let head: Option<RequestHead> = reader.get_head(&entity_key(&request.to_string()))?;
    Ok(head
        .and_then(|head| head.entity.state)
        .and_then(|request| request.requester))
}

fn unknown() -> Status {
    let message = "there is no such request";
    status::refusal(Code::NotFound, "UNKNOWN_REQUEST", None, message)
}
