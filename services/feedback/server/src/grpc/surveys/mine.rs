//! What somebody is asked.

use khidma_edge::identity;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status::refusal;
use khidma_events::feedback::Anonymity;
use khidma_feedback_domain::round::Round;
use khidma_kernel::{PersonId, RoundId, digest};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::show::round_out;
use super::{MOST, SurveysGrpc, languages};
use crate::{facts, keys};

impl SurveysGrpc {
    pub(super) async fn mine(
        &self,
        request: Request<pb::ListMyRoundsRequest>,
    ) -> Result<pb::ListMyRoundsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let Some(person) = caller.actor.person().cloned() else {
            let message = "only people are asked in rounds";
            return Err(refusal(
                Code::PermissionDenied,
                "NOT_ALLOWED",
                None,
                message,
            ));
        };
        let (now, open_only) = (self.clock.now(), message.open_only);
        let query = digest(format!("my rounds {person} {open_only}").as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            let languages = languages(reader, &caller).map_err(unreadable)?;
            let rows = backwards(reader, beginning(&keys::rounds_for(&person)), before);
            room.fill(rows, stop, |_, row| {
                let id: RoundId = row.decode().map_err(unreadable)?;
                let round = facts::round(reader, id).map_err(unreadable)?;
                let fits = |round: &Round| !open_only || round.takes_answers(now);
                let Some(round) = round.filter(fits) else {
                    return Ok(None);
                };
                Ok(Some(pb::MyRound {
                    answer: answer(reader, &round, &person)?.into(),
                    round: Some(round_out(reader, &round, &languages)?),
                }))
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((rounds, next), position) = read.await?;
        Ok(pb::ListMyRoundsResponse {
            rounds,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

fn answer(reader: &Reader, round: &Round, person: &PersonId) -> Result<pb::MyAnswer, Status> {
    let id = round.launched.round;
    let row = facts::invitation(reader, id, person).map_err(unreadable)?;
    Ok(match round.launched.anonymity {
        _ if !row.is_some_and(|row| row.heard) => pb::MyAnswer::None,
        Anonymity::Anonymous => pb::MyAnswer::TokenTaken,
        Anonymity::Named | Anonymity::Confidential => pb::MyAnswer::Given,
    })
}
