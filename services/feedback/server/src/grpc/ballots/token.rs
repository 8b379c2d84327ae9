//! Taking a token: in one's own name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use khidma_edge::command::{Call, failed, id};
use khidma_edge::query::{reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_events::feedback::ballot_entity;
use khidma_feedback_domain::ballot::{BallotRefusal, TakeToken, segment_of, takes};
use khidma_kernel::{PersonId, RoundId, sha256_hex};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};
use uuid::Uuid;

use super::convert::segment_out;
use super::{BallotsGrpc, refused, unable};
use crate::ballots::{BallotError, SIGNED};
use crate::facts;
use crate::status::ballot_code;
use crate::views::BallotRow;

impl BallotsGrpc {
    pub(super) async fn ballot(
        &self,
        request: Request<pb::GetBallotRequest>,
    ) -> Result<pb::GetBallotResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let round: RoundId = id("round_id", &message.round_id)?;
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let person = caller.actor.person();
        let person = person.ok_or_else(|| refused(&BallotRefusal::NotInvited))?;
        let found = facts::round(&reader, round).map_err(unreadable)?;
        let found = takes(found.as_ref(), self.clock.now()).map_err(|error| refused(&error))?;
        let invited = facts::invited(&reader, round, person).map_err(unreadable)?;
        let invited = invited.ok_or_else(|| refused(&BallotRefusal::NotInvited))?;
        let launched = &found.launched;
        let segments = self.segments(&reader, launched)?;
        let threshold = launched.thresholds.ratings;
        let large = |segment: &_| segments.get(segment).is_some_and(|many| *many >= threshold);
        let segment = segment_of(launched, &invited).filter(large);
        let key = launched.public_key.as_deref().unwrap_or_default();
        let key = STANDARD.decode(key);
        Ok(pb::GetBallotResponse {
            public_key: key.map_err(|error| status::internal(Uuid::new_v4(), error))?,
            segment: segment.map(segment_out),
            taken: has_taken(&reader, round, person)?,
            threshold,
            position,
        })
    }

    pub(super) async fn issue(
        &self,
        request: Request<pb::IssueTokenRequest>,
    ) -> Result<pb::IssueTokenResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "IssueToken", &message.request_id)?;
        let patience = deadline(&request);
        let round: RoundId = id("round_id", &message.round_id)?;
        if message.blinded.len() != SIGNED {
            return Err(unable(BallotError::NotBlinded));
        }
        let person = call.caller.actor.person().cloned();
        let person = person.ok_or_else(|| refused(&BallotRefusal::NotInvited))?;
        see_all(&*self.log, &self.projection, patience).await?;
        let reader = self.projection.reader();
        let found = facts::round(&reader, round).map_err(unreadable)?;
        let taking = takes(found.as_ref(), self.clock.now()).map_err(|error| refused(&error))?;
        let key = taking.launched.public_key.as_deref().unwrap_or_default();
        let is_ours = self.ballots.keys.is_of(round, key).await;
        if !is_ours.map_err(unable)? {
            return Err(unable(BallotError::Elsewhere));
        }
        // Before it is written down that they took it: what cannot be signed is not taken. It is handed out after.
        let signed = self.ballots.keys.sign(round, message.blinded.clone());
        let blind_signature = signed.await.map_err(unable)?;
        let blinded = sha256_hex(&[&message.blinded]);
        let body = |reader: &Reader| {
            Ok(TakeToken {
                round: facts::round(reader, round)?,
                invited: facts::invited(reader, round, &person)?.is_some(),
                blinded: blinded.clone(),
            })
        };
        let ask = call.about(ballot_entity(round, &person));
        let done = self.engine.execute(ask, body).await;
        let position = done.map_err(|error| failed(error, ballot_code))?.position.0;
        Ok(pb::IssueTokenResponse {
            blind_signature,
            position,
        })
    }
}

fn has_taken(reader: &Reader, round: RoundId, person: &PersonId) -> Result<bool, Status> {
    let key = entity_key(&ballot_entity(round, person));
    let row: Option<BallotRow> = reader.get(&key).map_err(unreadable)?;
    Ok(row.is_some_and(|row| row.state.is_some()))
}
