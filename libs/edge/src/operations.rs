//! For the people who operate a server: its read models, rebuilding them, and the event log as it grows.

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt, stream};
use khidma_eventlog::{EventLog, LogError, Stored};
use khidma_kernel::{Position, Role};
use khidma_projection::{Progress, Projection, ProjectionError, ProjectionState};
use khidma_proto::operations as pb;
use khidma_proto::operations::operations_service_server::{
    OperationsService, OperationsServiceServer,
};
use khidma_runtime::Tasks;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;

use crate::server::{Readiness, Service};
use crate::{identity, status};

/// The operations service of one process.
struct Operations {
    log: Arc<dyn EventLog>,
    projections: Vec<Projection>,
    tasks: Tasks,
}

/// The operations service over all read models of a process.
pub fn service(log: Arc<dyn EventLog>, projections: Vec<Projection>, tasks: Tasks) -> Service {
    let operations = Operations {
        log,
        projections,
        tasks,
    };
    Service::new("operations", || Readiness::Ready).with(OperationsServiceServer::new(operations))
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl OperationsService for Operations {
    type RebuildProjectionStream = Streamed<pb::RebuildProjectionResponse>;
    type TailEventsStream = Streamed<pb::TailEventsResponse>;

    async fn list_projections(
        &self,
        request: Request<pb::ListProjectionsRequest>,
    ) -> Result<Response<pb::ListProjectionsResponse>, Status> {
        operator(&request)?;
        let log_head = self.log.head().await.map_err(away)?.0;
        let projections = self.projections.iter().map(projection_out).collect();
        Ok(Response::new(pb::ListProjectionsResponse {
            projections,
            log_head,
        }))
    }

    async fn rebuild_projection(
        &self,
        request: Request<pb::RebuildProjectionRequest>,
    ) -> Result<Response<Self::RebuildProjectionStream>, Status> {
        operator(&request)?;
        let name = request.into_inner().name;
        let found = self
            .projections
            .iter()
            .find(|projection| projection.name() == name);
        let projection = found
            .ok_or_else(|| status::not_found("projection", &name))?
            .clone();
        let (sender, receiver) = mpsc::unbounded_channel();
        // The rebuild goes on although the caller hangs up: half of one is worth nothing.
        self.tasks.spawn(async move {
            let report = sender.clone();
            let rebuilt = projection.rebuild(move |progress| {
                let _ = report.send(Ok(progress_out(progress, false)));
            });
            let end = rebuilt.await.map_err(not_rebuilt).map(|()| {
                let position = projection.position();
                progress_out(
                    Progress {
                        position,
                        target: position,
                    },
                    true,
                )
            });
            let _ = sender.send(end);
        });
        Ok(Response::new(Box::pin(UnboundedReceiverStream::new(
            receiver,
        ))))
    }

    async fn tail_events(
        &self,
        request: Request<pb::TailEventsRequest>,
    ) -> Result<Response<Self::TailEventsStream>, Status> {
        operator(&request)?;
        let pb::TailEventsRequest {
            after_position,
            from_now,
            stop_at_head,
        } = request.into_inner();
        let head = self.log.head().await.map_err(away)?;
        let after = if from_now {
            head
        } else {
            Position(after_position)
        };
        if stop_at_head && after >= head {
            return Ok(Response::new(Box::pin(stream::empty())));
        }
        let commits = self
            .log
            .follow(after)
            .take_until(Box::pin(self.tasks.token().cancelled_owned()));
        // Ends with the commit at the head, without waiting for another one.
        let events = stream::unfold(Some(commits), move |commits| async move {
            let mut commits = commits?;
            let commit = commits.next().await?;
            let last = stop_at_head && commit.as_ref().is_ok_and(|commit| commit.position >= head);
            Some((commit, (!last).then_some(commits)))
        });
        Ok(Response::new(Box::pin(
            events.flat_map(|commit| stream::iter(events_out(commit))),
        )))
    }
}

/// Only admins operate.
fn operator<T>(request: &Request<T>) -> Result<(), Status> {
    if identity::caller(request)?.is(Role::Admin) {
        return Ok(());
    }
    Err(status::refusal(
        Code::PermissionDenied,
        "NOT_ALLOWED",
        None,
        "operating a server needs the role admin",
    ))
}

fn projection_out(projection: &Projection) -> pb::Projection {
    let status = projection.status();
    let (state, failure) = match status.state {
        ProjectionState::CatchingUp { .. } => (pb::ProjectionState::CatchingUp, String::new()),
        ProjectionState::Live => (pb::ProjectionState::Live, String::new()),
        ProjectionState::Failed { reason } => (pb::ProjectionState::Failed, reason),
    };
    pb::Projection {
        name: status.name.to_owned(),
        version: status.version,
        position: status.position.0,
        state: state.into(),
        failure,
    }
}

fn progress_out(progress: Progress, done: bool) -> pb::RebuildProjectionResponse {
    pb::RebuildProjectionResponse {
        position: progress.position.0,
        target: progress.target.0,
        done,
    }
}

fn events_out(commit: Result<Stored, LogError>) -> Vec<Result<pb::TailEventsResponse, Status>> {
    let commit = match commit {
        Ok(commit) => commit,
        Err(error) => return vec![Err(away(error))],
    };
    let position = commit.position.0;
    let events = match khidma_events::raw_events(&commit.payload) {
        Ok(events) => events,
        Err(error) => return vec![Err(status::internal(Uuid::new_v4(), error))],
    };
    let json = |mut event: khidma_events::CloudEvent<'_, _>| {
        event.position = Some(position);
        serde_json::to_string(&event)
            .map(|cloud_event_json| pb::TailEventsResponse {
                position,
                cloud_event_json,
            })
            .map_err(|error| status::internal(Uuid::new_v4(), error))
    };
    events.into_iter().map(json).collect()
}

fn away(error: LogError) -> Status {
    match error {
        LogError::Unavailable(_) => status::unavailable(
            "LOG_AWAY",
            std::time::Duration::from_secs(1),
            "the event log is not available",
        ),
        error => status::internal(Uuid::new_v4(), error),
    }
}

fn not_rebuilt(error: ProjectionError) -> Status {
    match error {
        error @ ProjectionError::AlreadyBuilding { .. } => status::refusal(
            Code::FailedPrecondition,
            "ALREADY_BUILDING",
            None,
            error.to_string(),
        ),
        error => status::internal(Uuid::new_v4(), error),
    }
}
