//! From calls that change a request to commands.

use khidma_edge::command::{Call, failed, id};
use khidma_edge::query::see_all;
use khidma_edge::server::deadline;
use khidma_engine::entity_key;
use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId, time_ordered_id};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Body, Submit};
use tonic::{Request, Response, Status};

use super::convert::{channel_in, priority_in};
use super::json::object_in;
use super::{RequestsGrpc, optional_id};
use crate::facts;
use crate::status::code;
use crate::views::RequestHead;

khidma_edge::changes! {
    /// A call that changes a request that exists.
    pub(super) trait Change for pb:
        AcknowledgeRequest,
        AssignRequest,
        ClaimRequest,
        StartRequest,
        WaitOnRequesterRequest,
        ResumeRequest,
        ReplyRequest,
        AddNoteRequest,
        SetPriorityRequest,
        SetTagsRequest,
        TransferRequest,
        ResolveRequest,
        ConfirmRequest,
        ReopenRequest,
        DeclineRequest,
        CancelRequest,
        AddWatcherRequest,
        RemoveWatcherRequest,
        PlanTasksRequest,
        DropTaskRequest,
        RetryTaskRequest,
        LinkRequest,
        UnlinkRequest,
        MergeRequest,
        AttachRequest,
        DetachRequest,
}

impl RequestsGrpc {
    /// Asks a department for something. The request's id follows from who asks under which key: asking again under the
    /// same key finds the same request.
    pub(super) async fn submit(
        &self,
        request: Request<pb::SubmitRequest>,
    ) -> Result<Response<pb::SubmitResponse>, Status> {
        let call = Call::of(&request, "Submit", &request.get_ref().request_id)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let actor = call.caller.actor.to_string();
        let entity = time_ordered_id(call.request_id, &[b"requests", actor.as_bytes()]);
        let requester = optional_id::<PersonId>("requester_id", &message.requester_id)?;
        let offering: Option<OfferingId> = optional_id("offering", &message.offering)?;
        let submit = Submit {
            id: ServiceRequestId(entity),
            provider: optional_id("provider_id", &message.provider_id)?,
            provider_known: false,
            on_behalf_of: None,
            task: None,
            requester_has_manager: false,
            title: message.title,
            description: message.description,
            offering: None,
            answers: object_in("answers", message.answers)?,
            form_problems: vec![],
            priority: priority_in(message.priority)?,
            tags: message.tags,
            channel: channel_in(message.channel)?,
        };
        if offering.is_some() {
            see_all(&*self.log, &self.projection, patience).await?;
        }
        let caller = call.caller.actor.person().cloned();
        let mut ask = call.about(entity.to_string());
        ask.correlation = Some(entity);
        ask.begins = true;
        let done = self.engine.execute(ask, |reader| {
            let on_behalf_of = requester
                .as_ref()
                .map(|person| facts::subject(reader, person))
                .transpose()?;
            let submit = Submit {
                on_behalf_of,
                ..submit.clone()
            };
            let asks = requester.as_ref().or(caller.as_ref());
            self.submissions
                .complete(reader, submit, offering.as_ref(), asks)
                .map(Body::Submit)
        });
        let done = done.await.map_err(|error| failed(error, code))?;
        Ok(Response::new(pb::SubmitResponse {
            id: entity.to_string(),
            position: done.position.0,
        }))
    }

    /// Carries out what `rpc` wants of an existing request; the position of its commit.
    pub(super) async fn change<M, F>(
        &self,
        request: Request<M>,
        rpc: &'static str,
        body: F,
    ) -> Result<u64, Status>
    where
        M: Change,
        F: Fn(&Reader) -> Result<Body, RowError> + Send + Sync,
    {
        let message = request.get_ref();
        let entity: ServiceRequestId = id("id", message.id())?;
        let call = Call::of(&request, rpc, message.request_id())?;
        let mut ask = call.about(entity.to_string());
        ask.correlation = Some(entity.0);
        let done = self
            .engine
            .execute(ask, body)
            .await
            .map_err(|error| failed(error, code))?;
        Ok(done.position.0)
    }

    pub(super) async fn assign(&self, request: Request<pb::AssignRequest>) -> Result<u64, Status> {
        let assignee: PersonId = id("assignee_id", &request.get_ref().assignee_id)?;
        self.change(request, "Assign", |reader| {
            Ok(Body::Assign {
                assignee: facts::subject(reader, &assignee)?,
            })
        })
        .await
    }

    pub(super) async fn set_priority(
        &self,
        request: Request<pb::SetPriorityRequest>,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let body = Body::SetPriority {
            priority: priority_in(message.priority)?,
            reason: message.reason.clone(),
        };
        self.change(request, "SetPriority", |_| Ok(body.clone()))
            .await
    }

    pub(super) async fn transfer(
        &self,
        request: Request<pb::TransferRequest>,
    ) -> Result<u64, Status> {
        let to: DepartmentId = id("provider_id", &request.get_ref().provider_id)?;
        let reason = request.get_ref().reason.clone();
        let body = |reader: &Reader| {
            let to_known = self.submissions.facts.open_department(reader, &to)?;
            Ok(Body::Transfer {
                to: to.clone(),
                to_known,
                reason: reason.clone(),
            })
        };
        self.change(request, "Transfer", body).await
    }

    pub(super) async fn resolve(
        &self,
        request: Request<pb::ResolveRequest>,
    ) -> Result<u64, Status> {
        let outcome = request.get_ref().outcome.clone();
        let auto_close_after_seconds = i64::from(self.config.auto_close_after_seconds);
        let body = Body::Resolve {
            outcome,
            auto_close_after_seconds,
        };
        self.change(request, "Resolve", |_| Ok(body.clone())).await
    }

    pub(super) async fn add_watcher(
        &self,
        request: Request<pb::AddWatcherRequest>,
    ) -> Result<u64, Status> {
        let person = person_or_caller(&request, &request.get_ref().person_id)?;
        let caller = khidma_edge::identity::caller(&request)?;
        let entity: ServiceRequestId = id("id", &request.get_ref().id)?;
        let (row, now) = (entity_key(&entity.to_string()), self.clock.now());
        self.change(request, "AddWatcher", |reader| {
            let head: Option<RequestHead> = reader.get_head(&row)?;
            let asked = head.and_then(|head| head.entity.state);
            let approver = asked.map(|asked| facts::approves(reader, &asked, &caller, now));
            Ok(Body::AddWatcher {
                person: facts::subject(reader, &person)?,
                approver: approver.transpose()?.unwrap_or_default(),
            })
        })
        .await
    }

    pub(super) async fn remove_watcher(
        &self,
        request: Request<pb::RemoveWatcherRequest>,
    ) -> Result<u64, Status> {
        let person = person_or_caller(&request, &request.get_ref().person_id)?;
        self.change(request, "RemoveWatcher", |_| {
            Ok(Body::RemoveWatcher {
                person: person.clone(),
            })
        })
        .await
    }
}

fn person_or_caller<M>(request: &Request<M>, person: &str) -> Result<PersonId, Status> {
    let caller = khidma_edge::identity::caller(request)?;
    match (person.is_empty(), caller.actor.person()) {
        (true, Some(caller)) => Ok(caller.clone()),
        _ => id("person_id", person),
    }
}
