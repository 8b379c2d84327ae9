//! Escalations: seen, acknowledged, and looked at before they come.

mod list;
mod preview;

use std::sync::Arc;
use std::time::Duration;

use khidma_edge::command::{Call, failed, id};
use khidma_edge::query::{Scans, reader_at, see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{Deps, status};
use khidma_engine::{Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_events::notifications::escalation_entity;
use khidma_kernel::{Caller, DepartmentId, EscalationId, Role};
use khidma_notifications_domain::escalation::{
    Escalation, EscalationCommand, EscalationDecider, Subject,
};
use khidma_notifications_domain::ladder::leaders;
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::escalations_service_server::EscalationsService;
use khidma_runtime::Clock;
use tonic::{Code, Request, Response, Status};

use crate::config::NotificationsConfig;
use crate::status::escalation_code;
use crate::views::{Directory, EscalationRow};

/// What the calls stand on.
pub(crate) struct EscalationsGrpc {
    engine: Engine<EscalationDecider>,
    log: Arc<dyn EventLog>,
    projection: Projection,
    clock: Clock,
    scans: Scans,
    scan_limit: usize,
    climb_after: Option<Duration>,
}

impl EscalationsGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &NotificationsConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            log: deps.log.clone(),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            scans: deps.scans.clone(),
            scan_limit: config.scan_limit,
            climb_after: config.climb_after(),
        }
    }

    async fn acknowledge(
        &self,
        request: Request<pb::AcknowledgeEscalationRequest>,
    ) -> Result<pb::AcknowledgeEscalationResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "AcknowledgeEscalation", &message.request_id)?;
        let (caller, patience) = (call.caller.clone(), deadline(&request));
        let escalation: EscalationId = id("id", &message.id)?;
        // Who leads is a fact about others than the escalation, and so is whom it is for to know that there is one.
        see_all(&*self.log, &self.projection, patience).await?;
        let reader = self.projection.reader();
        if !is_known_to(&caller, &reader, escalation).map_err(unreadable)? {
            return Err(unknown());
        }
        let comment = Some(message.comment.clone());
        let acknowledge = |reader: &Reader| {
            let subject = found(reader, escalation)?.map(|(_, subject)| subject);
            Ok(EscalationCommand::Acknowledge {
                comment: comment.clone(),
                leads: match subject {
                    Some(subject) => leads(reader, &caller, &subject.owner)?,
                    None => false,
                },
            })
        };
        let ask = call.about(escalation_entity(escalation));
        let done = self.engine.execute(ask, acknowledge).await;
        let position = done
            .map_err(|error| failed(error, escalation_code))?
            .position
            .0;
        reader_at(&self.projection, position, patience).await?;
        Ok(pb::AcknowledgeEscalationResponse { position })
    }
}

/// An escalation that was raised, and what it is about.
fn found(reader: &Reader, id: EscalationId) -> Result<Option<(Escalation, Subject)>, RowError> {
    let row: Option<EscalationRow> = reader.get(&entity_key(&escalation_entity(id)))?;
    let state = row.map(|row| row.entity.state);
    Ok(state.and_then(|state| Some((state.clone(), state.subject?))))
}

/// Whether they lead the department: as their token says, or as the directory does.
fn leads(reader: &Reader, caller: &Caller, owner: &DepartmentId) -> Result<bool, RowError> {
    if caller.leads(owner) {
        return Ok(true);
    }
    let leaders = leaders(&Directory(reader), owner)?;
    Ok(caller
        .actor
        .person()
        .is_some_and(|person| leaders.contains(person)))
}

/// Who was told sees it, also who only heard of it as they asked; so do the department whose promise it is, who lead that,
/// and admins. `leads` is asked last, as many rows may have to be read for it.
fn may_see(
    caller: &Caller,
    (escalation, subject): (&Escalation, &Subject),
    leads: impl FnOnce(&DepartmentId) -> Result<bool, RowError>,
) -> Result<bool, RowError> {
    let asked = escalation.requester.as_ref();
    let heard = asked.is_some() && asked == caller.actor.person();
    if heard
        || escalation.was_told(&caller.actor)
        || caller.belongs_to(&subject.owner)
        || caller.is(Role::Admin)
    {
        return Ok(true);
    }
    leads(&subject.owner)
}

/// Whether it is there, and theirs to know of.
fn is_known_to(caller: &Caller, reader: &Reader, id: EscalationId) -> Result<bool, RowError> {
    match found(reader, id)? {
        Some((state, subject)) => may_see(caller, (&state, &subject), |owner| {
            leads(reader, caller, owner)
        }),
        None => Ok(false),
    }
}

fn unknown() -> Status {
    let message = "there is no such escalation";
    status::refusal(Code::NotFound, "UNKNOWN_ESCALATION", Some("id"), message)
}

#[tonic::async_trait]
impl EscalationsService for EscalationsGrpc {
    async fn list_escalations(
        &self,
        request: Request<pb::ListEscalationsRequest>,
    ) -> Result<Response<pb::ListEscalationsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn acknowledge_escalation(
        &self,
        request: Request<pb::AcknowledgeEscalationRequest>,
    ) -> Result<Response<pb::AcknowledgeEscalationResponse>, Status> {
        self.acknowledge(request).await.map(Response::new)
    }

    async fn preview_escalation(
        &self,
        request: Request<pb::PreviewEscalationRequest>,
    ) -> Result<Response<pb::PreviewEscalationResponse>, Status> {
        self.preview(request).await.map(Response::new)
    }
}
