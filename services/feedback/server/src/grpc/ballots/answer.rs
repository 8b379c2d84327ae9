//! Answering: in nobody's name.

use std::time::Duration;

use khidma_edge::command::id;
use khidma_edge::query::{see_all, unreadable};
use khidma_edge::status;
use khidma_events::feedback::LooseAnswer;
use khidma_feedback_domain::ballot::{BallotRefusal, TOKEN, bytes_of, check_answer, takes};
use khidma_kernel::RoundId;
use khidma_proto::feedback as pb;
use tonic::Status;
use uuid::Uuid;

use super::convert::segment_in;
use super::{BallotsGrpc, refused, unable};
use crate::ballots::{BallotError, Held, Put, is_signed, text_of};
use crate::facts;
use crate::grpc::values::values_in;

impl BallotsGrpc {
    /// Takes an answer. It is given nothing but what was answered and by which token; nothing it says tells more.
    pub(super) async fn answer(
        &self,
        message: pb::AnswerAnonymouslyRequest,
        patience: Duration,
    ) -> Result<(), Status> {
        let round: RoundId = id("round_id", &message.round_id)?;
        if message.token.len() != TOKEN {
            return Err(refused(&BallotRefusal::MalformedToken));
        }
        see_all(&*self.log, &self.projection, patience).await?;
        let reader = self.projection.reader();
        let found = facts::round(&reader, round).map_err(unreadable)?;
        let found = takes(found.as_ref(), self.clock.now()).map_err(|error| refused(&error))?;
        let launched = &found.launched;
        let key = launched.public_key.as_deref().unwrap_or_default();
        // First of all: who has no token learns nothing of what else would have been wrong, and costs little.
        if !is_signed(key, &message.token, &message.signature) {
            return Err(refused(&BallotRefusal::ForeignToken));
        }
        let is_ours = self.ballots.keys.is_of(round, key).await;
        if !is_ours.map_err(unable)? {
            return Err(unable(BallotError::Elsewhere));
        }
        let answer = LooseAnswer {
            token: text_of(&message.token),
            signature: text_of(&message.signature),
            values: values_in(&message.values)?,
        };
        let segment = segment_in(message.segment)?;
        let segments = self.segments(&reader, launched)?;
        let invited = |segment| segments.get(segment).copied().unwrap_or_default();
        let stated = segment.as_ref().map(|segment| (segment, invited(segment)));
        let definition = facts::definition(&reader, &launched.survey, launched.version);
        let definition = definition.map_err(unreadable)?;
        let definition = definition.ok_or_else(|| {
            status::internal(Uuid::new_v4(), "the survey of a round is not there")
        })?;
        check_answer(launched, &definition, &answer.values, stated)
            .map_err(|error| refused(&error))?;
        bytes_of(launched, &answer).map_err(|error| refused(&error))?;
        let put = self.ballots.boxes.put(round, Held { segment, answer });
        match put.await.map_err(unable)? {
            Put::New | Put::Same => Ok(()),
            Put::Spent => Err(refused(&BallotRefusal::TokenSpent)),
            Put::Sealed => Err(refused(&BallotRefusal::Closed)),
        }
    }
}
