//! One request and its timeline.

use khidma_edge::page::{self, PageToken};
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_engine::entity_key;
use khidma_kernel::{Position, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Action, may};
use tonic::{Request, Status};

use super::convert::{entry_out, request_out};
use super::{RequestsGrpc, readable};
use crate::keys;
use crate::views::{Entry, RequestRow};

impl RequestsGrpc {
    pub(super) async fn get(
        &self,
        request: Request<pb::GetRequest>,
    ) -> Result<pb::GetResponse, Status> {
        let caller = identity::caller(&request)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let found = readable(&reader, &request.get_ref().id, &caller)?;
        Ok(pb::GetResponse {
            request: request_out(&found.id, found.head),
            position,
        })
    }

    pub(super) async fn timeline(
        &self,
        request: Request<pb::TimelineRequest>,
    ) -> Result<pb::TimelineResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let query = digest(format!("timeline {}", message.id).as_bytes());
        let skip = match PageToken::decode(&message.page_token, query)? {
            None => 0,
            Some(cursor) => usize_of(&cursor)?,
        };
        let reader = self.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let found = readable(&reader, &message.id, &caller)?;
        let notes = may(Action::ReadNotes, found.standing);
        let entries =
            entries_after(&reader, &found.id, Position::START, skip).map_err(query::unreadable)?;
        let more = entries.len() > size;
        let shown = entries
            .into_iter()
            .take(size)
            .filter(|entry| notes || !entry.internal)
            .map(entry_out)
            .collect();
        let next = (skip + size) as u64;
        let next_page_token = if more {
            PageToken::encode(query, &next.to_be_bytes())
        } else {
            String::new()
        };
        Ok(pb::TimelineResponse {
            entries: shown,
            next_page_token,
            position,
        })
    }
}

fn usize_of(cursor: &[u8]) -> Result<usize, Status> {
    let bytes: Option<[u8; 8]> = cursor.try_into().ok();
    bytes
        .and_then(|bytes| usize::try_from(u64::from_be_bytes(bytes)).ok())
        .ok_or_else(|| {
            status::invalid_field(
                "page_token",
                "MALFORMED_PAGE_TOKEN",
                "this is no page token",
            )
        })
}

/// The timeline of `id` from its `skip`-th entry on, those of commits after `after` only, oldest first.
pub(super) fn entries_after(
    reader: &Reader,
    id: &str,
    after: Position,
    skip: usize,
) -> Result<Vec<Entry>, RowError> {
    let row: Option<RequestRow> = reader.get(&entity_key(id))?;
    let Some(row) = row else { return Ok(vec![]) };
    let mut entries = Vec::new();
    for page in 0..row.pages {
        let page: Option<Vec<Entry>> = reader.get(&keys::timeline_page(id, page))?;
        entries.extend(page.unwrap_or_default());
    }
    entries.extend(row.recent);
    let kept = entries
        .into_iter()
        .skip(skip)
        .filter(|entry| entry.position > after);
    Ok(kept.collect())
}
