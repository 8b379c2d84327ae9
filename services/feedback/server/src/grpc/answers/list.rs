//! Who answered what to a named round.

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, beginning, onwards};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_events::feedback::Anonymity;
use khidma_feedback_domain::disclosure::Sight;
use khidma_kernel::{RoundId, digest};
use khidma_projection::{Reader, Row, RowError};
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::give::given_out;
use super::{AnswersGrpc, MOST, not_allowed, seen};
use crate::keys;
use crate::views::AnswerRow;

/// Bytes of a page, about.
const BYTES: usize = 1 << 20;

impl AnswersGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListAnswersRequest>,
    ) -> Result<pb::ListAnswersResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let round: RoundId = id("round_id", &message.round_id)?;
        let query = digest(format!("answers {round}").as_bytes());
        let after = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit).within(BYTES, prost_len);
        let read = move |reader: &Reader, stop: &Stop| {
            let (launched, sight) = seen(reader, &caller, round)?;
            if sight != Sight::Everything {
                let message =
                    "who answered what is for who leads the department that asks, and for admins";
                return Err(not_allowed(message));
            }
            if launched.launched.anonymity != Anonymity::Named {
                return Err(not_named());
            }
            let rows = onwards(reader, beginning(&keys::answers_to(round)), after);
            room.fill(rows, stop, |_, row| {
                answer(reader, &row).map_err(unreadable)
            })
        };
        let position = message.min_position;
        let read = self.scans.read(&self.projection, position, patience, read);
        let ((answers, next), position) = read.await?;
        Ok(pb::ListAnswersResponse {
            answers,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

fn answer(reader: &Reader, row: &Row) -> Result<Option<pb::GivenAnswer>, RowError> {
    let entity: String = row.decode()?;
    let row: Option<AnswerRow> = reader.get(&entity_key(&entity))?;
    Ok(row.and_then(|row| row.given).map(given_out))
}

fn prost_len(answer: &pb::GivenAnswer) -> usize {
    khidma_edge::command::Message::encoded_len(answer)
}

fn not_named() -> Status {
    let message = "who answered what is shown of named rounds only";
    status::refusal(Code::FailedPrecondition, "NOT_NAMED", None, message)
}
