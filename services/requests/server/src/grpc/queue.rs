//! What a department has to do, and who has how much of it in hand.

use std::collections::BTreeMap;
use std::ops::Bound;

use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_kernel::{Caller, DepartmentId, Role, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_requests_domain::State;
use tonic::{Code, Request, Status};

use super::convert::{request_out, state_out};
use super::{ANSWER_BYTES, RequestsGrpc};
use crate::keys;
use crate::views::RequestHead;

impl RequestsGrpc {
    pub(super) async fn get_queue(
        &self,
        request: Request<pb::GetQueueRequest>,
    ) -> Result<pb::GetQueueResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let department = department_of(&message.department_id, &caller)?;
        let query = digest(format!("queue {department}").as_bytes());
        let after = PageToken::decode(&message.page_token, query)?;
        let reader = self.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let read = move |stop: &Stop| {
            let counts = match &after {
                None => counts(&reader, &department, stop)?,
                Some(_) => Vec::new(),
            };
            Ok((page_of(&reader, &department, after, size, stop)?, counts))
        };
        let scan = |stop: &Stop| read(stop).map_err(query::unreadable);
        let ((requests, next), counts) = self.scans.run(patience, scan).await?;
        Ok(pb::GetQueueResponse {
            requests,
            counts,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }

    pub(super) async fn get_workload(
        &self,
        request: Request<pb::GetWorkloadRequest>,
    ) -> Result<pb::GetWorkloadResponse, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let department = department_of(&message.department_id, &caller)?;
        let reader = self.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let scan =
            move |stop: &Stop| workloads(&reader, &department, stop).map_err(query::unreadable);
        let workloads = self.scans.run(patience, scan).await?;
        Ok(pb::GetWorkloadResponse {
            workloads,
            position,
        })
    }
}

/// A department whose work the caller may look at.
fn department_of(id: &str, caller: &Caller) -> Result<DepartmentId, Status> {
    let department: DepartmentId = khidma_edge::command::id("department_id", id)?;
    if caller.belongs_to(&department) || caller.is(Role::Admin) {
        return Ok(department);
    }
    let message = "a department's queue is for its members";
    Err(status::refusal(
        Code::PermissionDenied,
        "NOT_ALLOWED",
        Some("department_id"),
        message,
    ))
}

/// The open requests of a department in the order of its queue.
fn open<'a>(
    reader: &'a Reader,
    department: &DepartmentId,
    after: Option<Vec<u8>>,
) -> impl Iterator<Item = Result<(Vec<u8>, RequestHead), RowError>> + 'a {
    let list = keys::queue(department);
    let end = Bound::Excluded([list.as_slice(), &[u8::MAX]].concat());
    // A token is no proof: what it says counts within this list only.
    let start = match after.filter(|key| key.starts_with(&list)) {
        Some(key) => Bound::Excluded(key),
        None => Bound::Included(list),
    };
    reader.scan((start, end)).filter_map(|row| {
        let key = match row {
            Ok((key, _)) => key,
            Err(error) => return Some(Err(error)),
        };
        // A request may be done between the list and here.
        let head = reader
            .get_head::<RequestHead>(&entity_key(keys::request_of(&key)))
            .transpose()?;
        Some(head.map(|head| (key, head)))
    })
}

type Page = (Vec<pb::ServiceRequest>, Option<Vec<u8>>);

fn page_of(
    reader: &Reader,
    department: &DepartmentId,
    after: Option<Vec<u8>>,
    size: usize,
    stop: &Stop,
) -> Result<Page, RowError> {
    let (mut requests, mut bytes) = (Vec::with_capacity(size), 0);
    for row in stop.until_set(open(reader, department, after)) {
        let (key, head) = row?;
        bytes += head.size();
        requests.extend(request_out(keys::request_of(&key), head));
        if requests.len() == size || bytes >= ANSWER_BYTES {
            return Ok((requests, Some(key)));
        }
    }
    Ok((requests, None))
}

fn counts(
    reader: &Reader,
    department: &DepartmentId,
    stop: &Stop,
) -> Result<Vec<pb::StateCount>, RowError> {
    let mut counts: BTreeMap<State, u32> = BTreeMap::new();
    for row in stop.until_set(open(reader, department, None)) {
        if let Some(request) = row?.1.entity.state {
            *counts.entry(request.state).or_default() += 1;
        }
    }
    Ok(counts
        .into_iter()
        .map(|(state, count)| pb::StateCount {
            state: state_out(state).into(),
            count,
        })
        .collect())
}

fn workloads(
    reader: &Reader,
    department: &DepartmentId,
    stop: &Stop,
) -> Result<Vec<pb::Workload>, RowError> {
    let mut by_person: BTreeMap<String, pb::Workload> = BTreeMap::new();
    for row in stop.until_set(open(reader, department, None)) {
        let Some(request) = row?.1.entity.state else {
            continue;
        };
        let person_id = request.assignee.map(String::from).unwrap_or_default();
        let load = by_person.entry(person_id.clone()).or_insert(pb::Workload {
            person_id,
            open: 0,
            waiting: 0,
        });
        load.open += 1;
        load.waiting += u32::from(request.state == State::Waiting);
    }
    let mut loads: Vec<_> = by_person.into_values().collect();
    loads.sort_by_key(|load| std::cmp::Reverse(load.open));
    Ok(loads)
}
