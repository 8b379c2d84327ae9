//! Plans over gRPC.

mod convert;

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{self, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::requests::{PlannedTask, TaskWaits};
use khidma_kernel::{ServiceRequestId, TaskKey, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::requests as pb;
use khidma_proto::requests::plans_service_server::PlansService;
use khidma_requests_domain::{Body, PlanTasks};
use tonic::{Request, Response, Status};

pub(super) use convert::{fate_in, progress_out, task_of_out};

use super::{ANSWER_BYTES, RequestsGrpc, readable};
use crate::keys;
use crate::views::TaskRow;

/// The plans of requests, beside the requests themselves.
pub(crate) struct PlansGrpc(pub(crate) Arc<RequestsGrpc>);

#[tonic::async_trait]
impl PlansService for PlansGrpc {
    async fn plan_tasks(
        &self,
        request: Request<pb::PlanTasksRequest>,
    ) -> Result<Response<pb::PlanTasksResponse>, Status> {
        let message = request.get_ref();
        let parent: ServiceRequestId = id("id", &message.id)?;
        let tasks = message.tasks.iter().map(convert::planned_in);
        let tasks: Vec<PlannedTask> = tasks.collect::<Result<_, _>>()?;
        let waits = message.waits.iter().map(convert::waits_in);
        let waits: Vec<TaskWaits> = waits.collect::<Result<_, _>>()?;
        let body = |reader: &Reader| {
            let mut closed = BTreeSet::new();
            for provider in tasks
                .iter()
                .map(|task| &task.provider)
                .collect::<BTreeSet<_>>()
            {
                if !self.0.submissions.facts.open_department(reader, provider)? {
                    closed.insert(provider.clone());
                }
            }
            Ok(Body::PlanTasks(PlanTasks {
                id: parent,
                tasks: tasks.clone(),
                waits: waits.clone(),
                closed,
            }))
        };
        let position = self.0.change(request, "PlanTasks", body).await?;
        Ok(Response::new(pb::PlanTasksResponse { position }))
    }

    async fn drop_task(
        &self,
        request: Request<pb::DropTaskRequest>,
    ) -> Result<Response<pb::DropTaskResponse>, Status> {
        let message = request.get_ref();
        let body = Body::DropTask {
            id: id("id", &message.id)?,
            task: id("task", &message.task)?,
            reason: message.reason.clone(),
        };
        let position = self
            .0
            .change(request, "DropTask", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::DropTaskResponse { position }))
    }

    async fn retry_task(
        &self,
        request: Request<pb::RetryTaskRequest>,
    ) -> Result<Response<pb::RetryTaskResponse>, Status> {
        let message = request.get_ref();
        let body = Body::RetryTask {
            id: id("id", &message.id)?,
            task: id::<TaskKey>("task", &message.task)?,
        };
        let position = self
            .0
            .change(request, "RetryTask", |_| Ok(body.clone()))
            .await?;
        Ok(Response::new(pb::RetryTaskResponse { position }))
    }

    async fn get_plan(
        &self,
        request: Request<pb::GetPlanRequest>,
    ) -> Result<Response<pb::GetPlanResponse>, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = match message.page_size {
            0 => usize::MAX,
            size => page::size(size)?,
        };
        let query = digest(format!("plan {}", message.id).as_bytes());
        let first = match PageToken::decode(&message.page_token, query)? {
            None => 0,
            Some(cursor) => place_of(&cursor)?,
        };
        let reader = self.0.reader(message.min_position, patience).await?;
        let position = reader.position().0;
        let found = readable(&reader, &message.id, &caller, self.0.clock.now())?;
        let progress = found.head.entity.state.as_ref().and_then(progress_out);
        let read = move |stop: &Stop| {
            tasks(&reader, &found.id, first, size, stop).map_err(query::unreadable)
        };
        let (rows, next) = self.0.scans.run(patience, read).await?;
        let tasks = rows.into_iter().map(convert::task_out);
        Ok(Response::new(pb::GetPlanResponse {
            tasks: tasks.collect::<Result<_, _>>()?,
            progress,
            next_page_token: PageToken::next(query, next.map(|place| place.to_be_bytes())),
            position,
        }))
    }
}

/// The tasks from the place `first` on, at most `size` and as many as fit; and the place where the next page begins.
fn tasks(
    reader: &Reader,
    request: &str,
    first: u32,
    size: usize,
    stop: &Stop,
) -> Result<(Vec<TaskRow>, Option<u32>), RowError> {
    let mut rows = Vec::new();
    for found in stop.until_set(reader.prefix(&keys::tasks(request))) {
        let row: TaskRow = found?.1.decode()?;
        if row.place >= first {
            rows.push(row);
        }
    }
    rows.sort_by_key(|row| row.place);
    let mut bytes = 0;
    let mut fits = |row: &TaskRow| {
        let fits = bytes < ANSWER_BYTES;
        bytes += row.size();
        fits
    };
    let count = rows.iter().take(size).take_while(|row| fits(row)).count();
    let next = rows.get(count).map(|row| row.place);
    rows.truncate(count);
    Ok((rows, next))
}

fn place_of(cursor: &[u8]) -> Result<u32, Status> {
    let place = cursor.try_into().map(u32::from_be_bytes);
    place.map_err(|_| {
        status::invalid_field(
            "page_token",
            "MALFORMED_PAGE_TOKEN",
            "this is no page token",
        )
    })
}
