//! What is done about what was heard.

mod convert;
mod list;

use khidma_edge::Deps;
use khidma_edge::command::{Call, id};
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::{Ask, Engine};
use khidma_events::feedback::{ActionOpened, action_entity};
use khidma_feedback_domain::action::{ActionCommand, ActionDecider, OpeningFacts, may_see};
use khidma_kernel::{ActionId, time_ordered_id};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::actions_service_server::ActionsService;
use tonic::{Code, Request, Response, Status};

use self::convert::{action_out, origin_in, publication_in};
use super::ground::{Ground, required_time};
use crate::config::FeedbackConfig;
use crate::facts;
use crate::status::action_code;

khidma_edge::changes! {
    /// A call that changes an action.
    trait Change for pb: AssignActionRequest, StartActionRequest, MoveActionDueRequest, CompleteActionRequest,
        DropActionRequest, PublishActionRequest
}

/// What the calls stand on.
pub(crate) struct ActionsGrpc {
    engine: Engine<ActionDecider>,
    ground: Ground,
}

impl ActionsGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            ground: Ground::new(deps, projection, config),
        }
    }

    async fn open(
        &self,
        request: Request<pb::OpenActionRequest>,
    ) -> Result<pb::OpenActionResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "OpenAction", &message.request_id)?;
        let actor = call.caller.actor.to_string();
        let action = ActionId(time_ordered_id(
            call.request_id,
            &[b"actions", actor.as_bytes()],
        ));
        let content = ActionOpened {
            action,
            department: id("department_id", &message.department_id)?,
            title: message.title.clone(),
            origin: origin_in(message.origin.as_ref())?,
            owner: id("owner_id", &message.owner_id)?,
            due: required_time("due", message.due)?,
        };
        let body = |reader: &Reader| {
            let facts = OpeningFacts {
                open: facts::is_open(reader, &content.department)?,
                owner_here: facts::is_here(reader, &content.owner)?,
                source: facts::source(reader, &content.origin)?,
            };
            let content = content.clone();
            Ok(ActionCommand::Open { content, facts })
        };
        let ask = Ask {
            begins: true,
            ..call.about(action_entity(action))
        };
        let patience = deadline(&request);
        let done = self
            .ground
            .carry_out(&self.engine, ask, patience, (body, action_code));
        Ok(pb::OpenActionResponse {
            position: done.await?,
            id: action.to_string(),
        })
    }

    /// Carries out a change; where it stands.
    async fn change<T: Change>(
        &self,
        request: &Request<T>,
        rpc: &'static str,
        body: impl Fn(&Reader) -> Result<ActionCommand, RowError> + Send + Sync,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(request, rpc, message.request_id())?;
        let action: ActionId = id("id", message.id())?;
        let ask = call.about(action_entity(action));
        let patience = deadline(request);
        self.ground
            .carry_out(&self.engine, ask, patience, (body, action_code))
            .await
    }

    async fn get(
        &self,
        request: Request<pb::GetActionRequest>,
    ) -> Result<pb::GetActionResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let action: ActionId = id("id", &message.id)?;
        let reader = reader_at(&self.ground.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = facts::action(&reader, action).map_err(unreadable)?;
        // Whether there is one is for those to know who see it.
        let Some(found) = found.filter(|found| may_see(&caller, found)) else {
            let message = "there is no such action";
            let (code, field) = (Code::NotFound, Some("id"));
            return Err(status::refusal(code, "UNKNOWN_ACTION", field, message));
        };
        let now = self.ground.clock.now();
        Ok(pb::GetActionResponse {
            action: Some(action_out(&caller, action, &found, now)),
            position,
        })
    }
}

#[tonic::async_trait]
impl ActionsService for ActionsGrpc {
    async fn open_action(
        &self,
        request: Request<pb::OpenActionRequest>,
    ) -> Result<Response<pb::OpenActionResponse>, Status> {
        self.open(request).await.map(Response::new)
    }

    async fn assign_action(
        &self,
        request: Request<pb::AssignActionRequest>,
    ) -> Result<Response<pb::AssignActionResponse>, Status> {
        let owner = id("owner_id", &request.get_ref().owner_id)?;
        let body = |reader: &Reader| {
            Ok(ActionCommand::Assign {
                here: facts::is_here(reader, &owner)?,
                owner: owner.clone(),
            })
        };
        let position = self.change(&request, "AssignAction", body).await?;
        Ok(Response::new(pb::AssignActionResponse { position }))
    }

    async fn start_action(
        &self,
        request: Request<pb::StartActionRequest>,
    ) -> Result<Response<pb::StartActionResponse>, Status> {
        let body = |_: &Reader| Ok(ActionCommand::Start);
        let position = self.change(&request, "StartAction", body).await?;
        Ok(Response::new(pb::StartActionResponse { position }))
    }

    async fn move_action_due(
        &self,
        request: Request<pb::MoveActionDueRequest>,
    ) -> Result<Response<pb::MoveActionDueResponse>, Status> {
        let message = request.get_ref();
        let due = required_time("due", message.due)?;
        let reason = message.reason.clone();
        let body = |_: &Reader| {
            let reason = reason.clone();
            Ok(ActionCommand::MoveDue { due, reason })
        };
        let position = self.change(&request, "MoveActionDue", body).await?;
        Ok(Response::new(pb::MoveActionDueResponse { position }))
    }

    async fn complete_action(
        &self,
        request: Request<pb::CompleteActionRequest>,
    ) -> Result<Response<pb::CompleteActionResponse>, Status> {
        let message = request.get_ref();
        let body = |_: &Reader| {
            Ok(ActionCommand::Complete {
                outcome: message.outcome.clone(),
                evidence: message.evidence.clone(),
            })
        };
        let position = self.change(&request, "CompleteAction", body).await?;
        Ok(Response::new(pb::CompleteActionResponse { position }))
    }

    async fn drop_action(
        &self,
        request: Request<pb::DropActionRequest>,
    ) -> Result<Response<pb::DropActionResponse>, Status> {
        let message = request.get_ref();
        let body = |_: &Reader| {
            let reason = message.reason.clone();
            Ok(ActionCommand::Drop { reason })
        };
        let position = self.change(&request, "DropAction", body).await?;
        Ok(Response::new(pb::DropActionResponse { position }))
    }

    async fn publish_action(
        &self,
        request: Request<pb::PublishActionRequest>,
    ) -> Result<Response<pb::PublishActionResponse>, Status> {
        let publication = publication_in(request.get_ref())?;
        let body = |reader: &Reader| {
            Ok(ActionCommand::Publish {
                open: facts::open_ones(reader, &publication.departments)?,
                publication: publication.clone(),
            })
        };
        let position = self.change(&request, "PublishAction", body).await?;
        Ok(Response::new(pb::PublishActionResponse { position }))
    }

    async fn get_action(
        &self,
        request: Request<pb::GetActionRequest>,
    ) -> Result<Response<pb::GetActionResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn list_actions(
        &self,
        request: Request<pb::ListActionsRequest>,
    ) -> Result<Response<pb::ListActionsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn list_published(
        &self,
        request: Request<pb::ListPublishedRequest>,
    ) -> Result<Response<pb::ListPublishedResponse>, Status> {
        self.published(request).await.map(Response::new)
    }
}
