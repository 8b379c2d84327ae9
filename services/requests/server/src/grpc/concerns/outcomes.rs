//! What came of the concerns about a department's services.

use std::ops::Bound;

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_kernel::{DepartmentId, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use tonic::{Request, Status};

use super::super::{ANSWER_BYTES, RequestsGrpc};
use crate::keys;
use crate::views::{ListedOutcome, midnight};

/// About what an outcome takes in an answer besides its text.
const OVERHEAD: usize = 128;

type Found = (Vec<ListedOutcome>, Option<Vec<u8>>);

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
        let read = move |reader: &Reader, stop: &Stop| {
            scan(reader, list, before, size, stop).map_err(query::unreadable)
        };
        let ((outcomes, next), position) = self
            .scans
            .read(&self.projection, message.min_position, patience, read)
            .await?;
        let next_page_token = next.map(|cursor| PageToken::encode(query, &cursor));
        Ok(pb::ListOutcomesResponse {
            outcomes: outcomes.into_iter().map(outcome_out).collect(),
            next_page_token: next_page_token.unwrap_or_default(),
            position,
        })
    }
}

fn scan(
    reader: &Reader,
    list: Vec<u8>,
    before: Option<Vec<u8>>,
    size: usize,
    stop: &Stop,
) -> Result<Found, RowError> {
    let mut end = list.clone();
    end.extend([u8::MAX; 25]);
    let before = before.filter(|key| key.starts_with(&list)).unwrap_or(end);
    let range = (Bound::Included(list), Bound::Excluded(before));
    let (mut outcomes, mut bytes) = (Vec::new(), 0);
    for row in stop.until_set(reader.scan(range).rev()) {
        let (key, row) = row?;
        let outcome: ListedOutcome = row.decode()?;
        bytes += OVERHEAD + outcome.outcome.len();
        outcomes.push(outcome);
        if outcomes.len() == size || bytes >= ANSWER_BYTES {
            return Ok((outcomes, Some(key)));
        }
    }
    Ok((outcomes, None))
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
