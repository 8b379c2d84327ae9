//! Thanks: given, taken back, and read by whom they are for.

mod list;

use khidma_edge::Deps;
use khidma_edge::command::{Call, id};
use khidma_edge::query::{see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_engine::Engine;
use khidma_events::feedback::{Thanked, thanks_entity};
use khidma_feedback_domain::thanks::{Limits, ThanksCommand, ThanksDecider};
use khidma_kernel::{Actor, Caller, PersonId, Role, ThanksId, time_ordered_id};
use khidma_projection::{Projection, Reader};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::give_thanks_request::To;
use khidma_proto::feedback::recognition_service_server::RecognitionService;
use tonic::{Code, Request, Response, Status};

use super::ground::{Ground, missing, said};
use crate::config::FeedbackConfig;
use crate::facts;
use crate::status::thanks_code;

/// What the calls stand on.
pub(crate) struct RecognitionGrpc {
    engine: Engine<ThanksDecider>,
    ground: Ground,
    limits: Limits,
    ranking: bool,
}

impl RecognitionGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            ground: Ground::new(deps, projection, config),
            limits: Limits {
                in_all: config.thanks_per_day,
                to_one: config.thanks_per_day_to_one,
            },
            ranking: config.ranking,
        }
    }

    async fn give(
        &self,
        request: Request<pb::GiveThanksRequest>,
    ) -> Result<pb::GiveThanksResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "GiveThanks", &message.request_id)?;
        let giver = person_of(&call.caller)?;
        let actor = call.caller.actor.to_string();
        let thanks = ThanksId(time_ordered_id(
            call.request_id,
            &[b"thanks", actor.as_bytes()],
        ));
        let to = match message.to.as_ref().ok_or_else(|| missing("to"))? {
            To::ToPersonId(text) => Thanked::Person(id("to_person_id", text)?),
            To::ToDepartmentId(text) => Thanked::Team(id("to_department_id", text)?),
        };
        let asked = said("service_request_id", &message.service_request_id)?;
        let body = |reader: &Reader| {
            Ok(ThanksCommand::Give {
                thanks,
                facts: facts::giving(reader, &to, asked)?,
                to: to.clone(),
                request: asked,
                text: message.text.clone(),
                public: !message.private,
                limits: self.limits,
            })
        };
        let ask = call.about(thanks_entity(&giver));
        let patience = deadline(&request);
        let done = self
            .ground
            .carry_out(&self.engine, ask, patience, (body, thanks_code));
        Ok(pb::GiveThanksResponse {
            position: done.await?,
            id: thanks.to_string(),
        })
    }

    /// Whose thanks they are says the read model, and to others than those who may take them back there are none.
    async fn withdraw(&self, request: Request<pb::WithdrawThanksRequest>) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "WithdrawThanks", &message.request_id)?;
        let (thanks, patience): (ThanksId, _) = (id("id", &message.id)?, deadline(&request));
        see_all(&*self.ground.log, &self.ground.projection, patience).await?;
        let reader = self.ground.projection.reader();
        let giver = facts::withdrawal(&reader, thanks)
            .map_err(unreadable)?
            .giver;
        let may = |giver: &PersonId| {
            call.caller.actor.person() == Some(giver) || call.caller.is(Role::Admin)
        };
        let Some(giver) = giver.filter(may) else {
            let message = "there are no such thanks";
            let (code, field) = (Code::NotFound, Some("id"));
            return Err(status::refusal(code, "UNKNOWN_THANKS", field, message));
        };
        let body = |reader: &Reader| {
            let facts = facts::withdrawal(reader, thanks)?;
            Ok(ThanksCommand::Withdraw { thanks, facts })
        };
        let ask = call.about(thanks_entity(&giver));
        self.ground
            .carry_out(&self.engine, ask, patience, (body, thanks_code))
            .await
    }
}

/// Who calls. Thanks are between people.
fn person_of(caller: &Caller) -> Result<PersonId, Status> {
    match &caller.actor {
        Actor::Person(person) => Ok(person.clone()),
        Actor::Service(_) | Actor::Anonymous => {
            let message = "thanks come from a person, and go to people";
            let code = Code::PermissionDenied;
            Err(status::refusal(code, "NOT_ALLOWED", None, message))
        }
    }
}

#[tonic::async_trait]
impl RecognitionService for RecognitionGrpc {
    async fn give_thanks(
        &self,
        request: Request<pb::GiveThanksRequest>,
    ) -> Result<Response<pb::GiveThanksResponse>, Status> {
        self.give(request).await.map(Response::new)
    }

    async fn withdraw_thanks(
        &self,
        request: Request<pb::WithdrawThanksRequest>,
    ) -> Result<Response<pb::WithdrawThanksResponse>, Status> {
        let position = self.withdraw(request).await?;
        Ok(Response::new(pb::WithdrawThanksResponse { position }))
    }

    async fn list_thanks(
        &self,
        request: Request<pb::ListThanksRequest>,
    ) -> Result<Response<pb::ListThanksResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn get_wall(
        &self,
        request: Request<pb::GetWallRequest>,
    ) -> Result<Response<pb::GetWallResponse>, Status> {
        self.wall(request).await.map(Response::new)
    }

    async fn get_ranking(
        &self,
        request: Request<pb::GetRankingRequest>,
    ) -> Result<Response<pb::GetRankingResponse>, Status> {
        self.ranking(request).await.map(Response::new)
    }
}
