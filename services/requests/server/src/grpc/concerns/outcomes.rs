//! What came of the concerns about a department's services.

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, backwards, beginning};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_kernel::{DepartmentId, digest};
use khidma_projection::Reader;
use khidma_proto::requests as pb;
use tonic::{Request, Status};

use super::super::{ANSWER_BYTES, RequestsGrpc};
use crate::keys;
use crate::views::{ListedOutcome, midnight};

/// About what an outcome takes in an answer besides its text.
const OVERHEAD: usize = 128;

impl RequestsGrpc {
    pub(super) async fn outcomes(
        &self,
        request: Request<pb::ListOutcomesRequest>,
    ) -> Result<pb::ListOutcomesResponse, Status> {
        khidma_edge::identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let provider: DepartmentId = id("provider_id", &message.provider_id)?;
        let list = keys::outcomes(&provider);
        let query = digest(&list);
        let before = PageToken::decode(&message.page_token, query)?;
        let weigh = |outcome: &ListedOutcome| OVERHEAD + outcome.outcome.len();
        let room = Room::new(size, usize::MAX).within(ANSWER_BYTES, weigh);
        let read = move |reader: &Reader, stop: &Stop| {
            let rows = backwards(reader, beginning(&list), before);
            room.fill(rows, stop, |_, row| {
                row.decode().map(Some).map_err(query::unreadable)
            })
        };
        let ((outcomes, next), position) = self
            .scans
            .read(&self.projection, message.min_position, patience, read)
            .await?;
        Ok(pb::ListOutcomesResponse {
            outcomes: outcomes.into_iter().map(outcome_out).collect(),
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

pub(super) fn outcome_out(outcome: ListedOutcome) -> pb::Outcome {
    let midnight = midnight(outcome.day).to_string();
    let date = midnight.split('T').next().unwrap_or_default().to_owned();
    pb::Outcome {
        offering: outcome.offering.map(String::from).unwrap_or_default(),
        date,
        outcome: outcome.outcome,
        acted: outcome.acted,
    }
}
