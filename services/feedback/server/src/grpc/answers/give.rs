//! To answer, and to see what one answered.

use std::time::Duration;

use khidma_edge::command::{Call, failed, id};
use khidma_edge::instant::time_out;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::{Ask, entity_key};
use khidma_events::feedback::answer_entity;
use khidma_feedback_domain::answer::{AnswerFacts, AnswerRefusal, Give};
use khidma_kernel::{PersonId, RoundId};
use khidma_projection::{Reader, RowError};
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::AnswersGrpc;
use crate::facts;
use crate::grpc::values::{values_in, values_out};
use crate::status::answer_code;
use crate::views::{AnswerRow, GivenRow};

impl AnswersGrpc {
    pub(super) async fn give(
        &self,
        request: Request<pb::AnswerRequest>,
    ) -> Result<pb::AnswerResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "Answer", &message.request_id)?;
        let patience = deadline(&request);
        let round: RoundId = id("round_id", &message.round_id)?;
        let person = person(&call.caller.actor)?.clone();
        let values = values_in(&message.values)?;
        let entity = answer_entity(round, &person);
        let ask = Ask {
            begins: true,
            ..call.about(entity.clone())
        };
        let body = |reader: &Reader| {
            Ok(Give {
                round,
                language: message.language.clone(),
                values: values.clone(),
                facts: self.facts(reader, round, &person)?,
            })
        };
        let done = self.engine.execute(ask, body).await;
        let position = done.map_err(|error| failed(error, answer_code))?.position.0;
        self.look_after(&entity, position, patience).await?;
        Ok(pb::AnswerResponse { position })
    }

    fn facts(
        &self,
        reader: &Reader,
        round: RoundId,
        person: &PersonId,
    ) -> Result<AnswerFacts, RowError> {
        let invited = facts::invited(reader, round, person)?;
        let round = facts::round(reader, round)?;
        let launched = round.as_ref().map(|round| &round.launched);
        let definition = launched.map(|launched| {
            let (survey, version) = (&launched.survey, launched.version);
            self.results.definition(reader, survey, version)
        });
        Ok(AnswerFacts {
            definition: definition.transpose()?.flatten(),
            invited,
            round,
        })
    }

    /// An answer is decided on the round as it was seen, and somebody may have closed it since. Who answers that late is told
    /// that it does not count.
    async fn look_after(
        &self,
        entity: &str,
        position: u64,
        patience: Duration,
    ) -> Result<(), Status> {
        let reader = reader_at(&self.projection, position, patience).await?;
        let row: Option<AnswerRow> = reader.get(&entity_key(entity)).map_err(unreadable)?;
        match row.and_then(|row| row.given) {
            Some(given) if given.counted => Ok(()),
            _ => {
                let message = "the round was closed before this answer came; it does not count";
                let code = answer_code(&AnswerRefusal::Closed);
                Err(status::refusal(code, "ROUND_CLOSED", None, message))
            }
        }
    }

    pub(super) async fn mine(
        &self,
        request: Request<pb::GetMyAnswerRequest>,
    ) -> Result<pb::GetMyAnswerResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let round: RoundId = id("round_id", &message.round_id)?;
        let entity = answer_entity(round, person(&caller.actor)?);
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let row: Option<AnswerRow> = reader.get(&entity_key(&entity)).map_err(unreadable)?;
        let given = row.and_then(|row| row.given).ok_or_else(|| {
            let message = "you did not answer this round, or it is anonymous";
            status::refusal(Code::NotFound, "NOT_ANSWERED", Some("round_id"), message)
        })?;
        let answer = Some(given_out(given));
        Ok(pb::GetMyAnswerResponse { answer })
    }
}

fn person(actor: &khidma_kernel::Actor) -> Result<&PersonId, Status> {
    actor.person().ok_or_else(|| {
        let message = "only people answer";
        status::refusal(Code::PermissionDenied, "NOT_INVITED", None, message)
    })
}

pub(super) fn given_out(given: GivenRow) -> pb::GivenAnswer {
    let GivenRow {
        answer,
        at,
        counted,
    } = given;
    let department = answer.department;
    pb::GivenAnswer {
        person_id: answer.person.to_string(),
        department_id: department.map_or_else(String::new, |id| id.to_string()),
        language: answer.language,
        values: values_out(answer.values),
        at: Some(time_out(at)),
        counted,
    }
}
