//! A request's timeline, a page at a time: a long life is never read whole.

use khidma_edge::page::{self, PageToken};
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_engine::entity_key;
use khidma_kernel::{Position, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::{Action, may};
use tonic::{Request, Status};

use super::convert::entry_out;
use super::{ANSWER_BYTES, RequestsGrpc, readable};
use crate::keys;
use crate::views::{Entry, RequestRow};

impl RequestsGrpc {
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
        let found = readable(&reader, &message.id, &caller, self.clock.now())?;
        let notes = may(Action::ReadNotes, found.standing);
        let window = Window {
            skip,
            after: Position::START,
            most: size,
            whole_commits: false,
            notes,
        };
        let part = window.read(&reader, &found.id).map_err(query::unreadable)?;
        let next = part.next.map(|next| (next as u64).to_be_bytes());
        Ok(pb::TimelineResponse {
            entries: part.entries.into_iter().map(entry_out).collect(),
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

pub(super) fn usize_of(cursor: &[u8]) -> Result<usize, Status> {
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

/// Which part of a timeline is wanted.
pub(super) struct Window {
    /// Not the first so many entries.
    pub skip: usize,
    /// Only entries of commits after this position.
    pub after: Position,
    /// At most so many entries.
    pub most: usize,
    /// Go on beyond `most` to the end of a commit that has been begun.
    pub whole_commits: bool,
    /// Whether internal notes are shown.
    pub notes: bool,
}

/// A part of a timeline, oldest first.
#[derive(Default)]
pub(super) struct Part {
    pub entries: Vec<Entry>,
    /// The number of the entry at which the next part begins, if there is more.
    pub next: Option<usize>,
    bytes: usize,
}

impl Window {
    /// Reads the part, and of the timeline's pages only those that hold it.
    pub(super) fn read(&self, reader: &Reader, id: &str) -> Result<Part, RowError> {
        let row: Option<RequestRow> = reader.get(&entity_key(id))?;
        let Some(row) = row else {
            return Ok(Part::default());
        };
        let (mut part, mut number) = (Part::default(), 0);
        for (page, mark) in row.pages.iter().enumerate() {
            let beyond = number + mark.entries as usize;
            if beyond > self.skip && mark.last > self.after {
                let page: Option<Vec<Entry>> = reader.get(&keys::timeline_page(id, page))?;
                if !self.take(page.unwrap_or_default(), number, &mut part) {
                    return Ok(part);
                }
            }
            number = beyond;
        }
        self.take(row.recent, number, &mut part);
        Ok(part)
    }

    /// Takes what is wanted of `entries`, the first of which has this `number`; whether there is room for more.
    fn take(&self, entries: Vec<Entry>, number: usize, part: &mut Part) -> bool {
        for (number, entry) in (number..).zip(entries) {
            let shown = self.notes || !entry.internal;
            if number < self.skip || entry.position <= self.after || !shown {
                continue;
            }
            let full = part.entries.len() >= self.most || part.bytes >= ANSWER_BYTES;
            let same = part
                .entries
                .last()
                .is_some_and(|last| last.position == entry.position);
            if full && !(self.whole_commits && same) {
                part.next = Some(number);
                return false;
            }
            part.bytes += entry.size();
            part.entries.push(entry);
        }
        true
    }
}
