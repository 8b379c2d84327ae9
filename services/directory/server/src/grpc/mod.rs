//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod calendars;
mod chart;
mod convert;
mod cover;
mod departments;
mod dot;
mod handlers;
mod page;
mod people;
mod profile;
mod reviews;
mod roles;
mod service;
mod skills;
#[cfg(test)]
mod tests;
mod trainings;
mod words;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use khidma_directory_domain::{
    CalendarDecider, DepartmentDecider, DirectoryRefusal, PersonDecider, ReviewsDecider,
    RoleDecider, SkillsDecider, TrainingDecider,
};
use khidma_edge::command::{Call, Message, id};
use khidma_edge::query::{Scans, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{query, status};
use khidma_engine::Engine;
use khidma_eventlog::EventLog;
use khidma_events::Event;
use khidma_kernel::{Decider, InvalidId};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::directory as pb;
use khidma_runtime::Clock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tonic::{Request, Status};

use crate::config::DirectoryConfig;
use crate::status::refused;

/// After how long to try again when the log is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What the calls stand on.
pub(crate) struct DirectoryGrpc {
    pub(crate) departments: Engine<DepartmentDecider>,
    pub(crate) people: Engine<PersonDecider>,
    pub(crate) roles: Arc<Engine<RoleDecider>>,
    pub(crate) calendars: Engine<CalendarDecider>,
    pub(crate) skills: Engine<SkillsDecider>,
    pub(crate) trainings: Engine<TrainingDecider>,
    pub(crate) reviews: Engine<ReviewsDecider>,
    pub(crate) clock: Clock,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) projection: Projection,
    pub(crate) scans: Scans,
    pub(crate) config: DirectoryConfig,
}

/// A call that changes something.
trait Change: Message {
    /// Its idempotency key.
    fn request_id(&self) -> &str;
}

macro_rules! changes {
    ($($message:ident),* $(,)?) => {
        $(impl Change for pb::$message {
            fn request_id(&self) -> &str {
                &self.request_id
            }
        })*
    };
}

changes!(
    CreateDepartmentRequest,
    RenameDepartmentRequest,
    MoveDepartmentRequest,
    SetDepartmentTopicsRequest,
    CloseDepartmentRequest,
    SetDepartmentCalendarRequest,
    RegisterPersonRequest,
    UpdatePersonRequest,
    JoinDepartmentRequest,
    LeaveDepartmentRequest,
    SetManagerRequest,
    UpdateProfileRequest,
    DeactivatePersonRequest,
    DefineRoleRequest,
    ReviseRoleRequest,
    AssignRoleRequest,
    UnassignRoleRequest,
    ConfirmRoleRequest,
    SetOnDutyRequest,
    PutCalendarRequest,
    SetSkillRequest,
    WithdrawSkillRequest,
    PlanTrainingRequest,
    ReviseTrainingRequest,
    CancelTrainingRequest,
    HoldTrainingRequest,
    RecordReviewRequest,
    ShareThemesRequest,
);

impl DirectoryGrpc {
    /// Carries out what `rpc` wants of `entity`; the position of its commit.
    ///
    /// Facts about other entities are read at the head of the log, so that what a caller was told is done already
    /// counts. Two commands at the very same moment may still not see each other: views and charts bear that.
    async fn change<D, M, F>(
        &self,
        engine: &Engine<D>,
        request: Request<M>,
        rpc: &'static str,
        entity: String,
        body: F,
    ) -> Result<u64, Status>
    where
        D: Decider<Refusal = DirectoryRefusal>,
        D::Event: Event,
        D::State: Serialize + DeserializeOwned,
        M: Change,
        F: Fn(&Reader) -> Result<D::Body, RowError> + Send + Sync,
    {
        let call = Call::of(&request, rpc, request.get_ref().request_id())?;
        let head = self.log.head().await.map_err(|_| {
            let message = "the event log is not available; try again with the same request_id";
            status::unavailable("UNAVAILABLE", RETRY_AFTER, message)
        })?;
        query::reader_at(&self.projection, head.0, deadline(&request)).await?;
        let done = engine
            .execute(call.about(entity), body)
            .await
            .map_err(refused)?;
        Ok(done.position.0)
    }

    /// For what reads a row or two; what reads more goes through [`Self::scan`].
    async fn reader(&self, min_position: u64, patience: Duration) -> Result<Reader, Status> {
        query::reader_at(&self.projection, min_position, patience).await
    }

    /// What `scan` finds in rows that show `min_position`, and the position it surely saw. It runs away from the
    /// threads that answer calls, as scans are long and wait for rows that are being written.
    async fn scan<T, F>(
        &self,
        min_position: u64,
        patience: Duration,
        scan: F,
    ) -> Result<(T, u64), Status>
    where
        T: Send + 'static,
        F: FnOnce(&Reader, &Stop) -> Result<T, Status> + Send + 'static,
    {
        self.scans
            .read(&self.projection, min_position, patience, scan)
            .await
    }
}

/// Reads an id out of a field that may be empty.
fn optional_id<T: FromStr<Err = InvalidId>>(
    field: &'static str,
    text: &str,
) -> Result<Option<T>, Status> {
    if text.is_empty() {
        Ok(None)
    } else {
        id(field, text).map(Some)
    }
}
