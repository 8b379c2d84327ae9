//! What waits for somebody's word: several lists, by person, role and report, read as one, oldest first.

use std::collections::BTreeSet;
use std::ops::Bound;

use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_kernel::{PersonId, Timestamp, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use tonic::{Code, Request, Status};

use super::ApprovalsGrpc;
use super::convert::approver_out;
use crate::facts::Speakers;
use crate::grpc::ANSWER_BYTES;
use crate::grpc::convert::request_out;
use crate::keys::{self, Waiting};
use crate::views::RequestHead;

/// Which page of what waits for whom.
struct Page {
    person: PersonId,
    now: Timestamp,
    after: Option<Waiting>,
    size: usize,
    /// Rows looked at for it at the most.
    limit: usize,
}

impl ApprovalsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListApprovalsRequest>,
    ) -> Result<pb::ListApprovalsResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let Some(person) = caller.actor.person().cloned() else {
            let message = "approvals wait for people";
            return Err(status::refusal(
                Code::PermissionDenied,
                "NOT_ALLOWED",
                None,
                message,
            ));
        };
        let query = digest(format!("approvals {person}").as_bytes());
        let after = PageToken::decode(&message.page_token, query)?;
        let page = Page {
            person,
            now: self.clock.now(),
            after: after.as_deref().and_then(keys::waiting),
            size: page::size(message.page_size)?,
            limit: self.scan_limit,
        };
        let read =
            move |reader: &Reader, stop: &Stop| page.read(reader, stop).map_err(query::unreadable);
        let scan = self
            .scans
            .read(&self.projection, message.min_position, patience, read);
        let ((approvals, next), position) = scan.await?;
        Ok(pb::ListApprovalsResponse {
            approvals,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Page {
    /// The page, and where the next one begins.
    fn read(
        &self,
        reader: &Reader,
        stop: &Stop,
    ) -> Result<(Vec<pb::AwaitedApproval>, Option<Waiting>), RowError> {
        let speakers = Speakers::of(reader, &self.person, self.now)?;
        let waiting = self.waiting(reader, &speakers, stop)?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        for (seen, waiting) in stop.until_set(waiting.iter().enumerate()) {
            if let Some((approval, size)) = show(reader, &speakers, waiting)? {
                found.push(approval);
                bytes += size;
            }
            let last = seen + 1 == self.limit.min(waiting_at_most(self.size));
            if found.len() == self.size || bytes >= ANSWER_BYTES || last {
                return Ok((found, Some(*waiting)));
            }
        }
        Ok((found, None))
    }

    /// What comes next in all the lists together, enough for a page; what stands in several of them, once.
    fn waiting(
        &self,
        reader: &Reader,
        speakers: &Speakers,
        stop: &Stop,
    ) -> Result<BTreeSet<Waiting>, RowError> {
        let enough = self.limit.min(waiting_at_most(self.size));
        let mut all = BTreeSet::new();
        for list in speakers.lists(reader)? {
            let end = Bound::Excluded([list.as_slice(), &[u8::MAX; 9]].concat());
            let start = match &self.after {
                Some(after) => Bound::Excluded([list.as_slice(), after].concat()),
                None => Bound::Included(list),
            };
            for row in stop.until_set(reader.scan((start, end))).take(enough) {
                all.extend(keys::waiting(&row?.0));
            }
            // Of each list the first ones may be among the first ones of all; no others.
            while all.len() > enough {
                all.pop_last();
            }
        }
        Ok(all)
    }
}

/// Rows looked at for a page of `size`: some more than it holds, as not all that wait for one of the caller's roles
/// wait for the caller.
fn waiting_at_most(size: usize) -> usize {
    size.saturating_mul(2).max(100)
}

/// What waits there, if it waits for them, and about how many bytes it takes.
fn show(
    reader: &Reader,
    speakers: &Speakers,
    waiting: &Waiting,
) -> Result<Option<(pb::AwaitedApproval, usize)>, RowError> {
    let id = keys::request_of(waiting);
    let head: Option<RequestHead> = reader.get_head(&entity_key(id))?;
    let Some((request, head)) = head.and_then(|head| Some((head.entity.state.clone()?, head)))
    else {
        return Ok(None);
    };
    let requester = request.requester.as_ref();
    let voice = speakers.approving(reader, requester)?.voice(&request);
    let approval = request.approval.as_ref();
    let Some((voice, step)) = voice.zip(approval.and_then(|approval| approval.step())) else {
        return Ok(None);
    };
    let approver = step.approvers.get(voice.approver as usize);
    let size = head.size();
    let awaited = pb::AwaitedApproval {
        approver: approver.map(|approver| approver_out(approver, requester)),
        on_behalf_of_id: voice.on_behalf_of.map(String::from).unwrap_or_default(),
        request: request_out(id, head),
    };
    Ok(Some((awaited, size)))
}
