//! Asking people in person.

mod convert;
mod list;

use std::collections::BTreeSet;

use khidma_edge::Deps;
use khidma_edge::command::{Call, id};
use khidma_edge::instant::time_in;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::{Ask, Engine};
use khidma_events::feedback::{InterviewPlanned, interview_entity};
use khidma_feedback_domain::interview::{
    InterviewCommand, InterviewDecider, MOST, PlanningFacts, may_see,
};
use khidma_kernel::{Caller, InterviewId, PersonId, time_ordered_id};
use khidma_projection::{Projection, Reader, RowError};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::interviews_service_server::InterviewsService;
use tonic::{Code, Request, Response, Status};

use self::convert::{interview_out, kind_in, note_out};
use super::ground::{Ground, ids, required_time};
use crate::config::FeedbackConfig;
use crate::status::interview_code;
use crate::views::NoteRow;
use crate::{facts, keys};

khidma_edge::changes! {
    /// A call that changes an interview.
    trait Change for pb: MoveInterviewRequest, HoldInterviewRequest, CancelInterviewRequest, GiveConsentRequest,
        WithdrawConsentRequest, AddNoteRequest
}

/// What the calls stand on.
pub(crate) struct InterviewsGrpc {
    engine: Engine<InterviewDecider>,
    ground: Ground,
}

impl InterviewsGrpc {
    pub(crate) fn new(deps: &Deps, projection: &Projection, config: &FeedbackConfig) -> Self {
        Self {
            engine: deps.engine(projection),
            ground: Ground::new(deps, projection, config),
        }
    }

    async fn plan(
        &self,
        request: Request<pb::PlanInterviewRequest>,
    ) -> Result<pb::PlanInterviewResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "PlanInterview", &message.request_id)?;
        let actor = call.caller.actor.to_string();
        let interview = InterviewId(time_ordered_id(
            call.request_id,
            &[b"interviews", actor.as_bytes()],
        ));
        let content = InterviewPlanned {
            interview,
            kind: kind_in(message.kind())?,
            department: id("department_id", &message.department_id)?,
            interviewer: id("interviewer_id", &message.interviewer_id)?,
            topic: message.topic.clone(),
            participants: people("participant_ids", &message.participant_ids)?,
            at: required_time("at", message.at)?,
        };
        let named = || content.participants.iter().chain([&content.interviewer]);
        let body = |reader: &Reader| {
            let facts = PlanningFacts {
                open: facts::is_open(reader, &content.department)?,
                here: facts::those_here(reader, named())?,
            };
            let content = content.clone();
            Ok(InterviewCommand::Plan { content, facts })
        };
        let ask = Ask {
            begins: true,
            ..call.about(interview_entity(interview))
        };
        let patience = deadline(&request);
        let done = self
            .ground
            .carry_out(&self.engine, ask, patience, (body, interview_code));
        Ok(pb::PlanInterviewResponse {
            position: done.await?,
            id: interview.to_string(),
        })
    }

    /// Carries out a change; where it stands. To who does not know of an interview there is none.
    async fn change<T: Change>(
        &self,
        request: &Request<T>,
        rpc: &'static str,
        body: impl Fn(&Reader) -> Result<InterviewCommand, RowError> + Send + Sync,
    ) -> Result<u64, Status> {
        let message = request.get_ref();
        let call = Call::of(request, rpc, message.request_id())?;
        let (interview, patience): (InterviewId, _) = (id("id", message.id())?, deadline(request));
        let ask = call.clone().about(interview_entity(interview));
        let done = self
            .ground
            .carry_out(&self.engine, ask, patience, (body, interview_code));
        let refusal = match done.await {
            Err(refusal) if refusal.code() == Code::PermissionDenied => refusal,
            done => return done,
        };
        let found = facts::interview(&self.ground.projection.reader(), interview);
        match found.map_err(unreadable)? {
            Some(found) if may_see(&call.caller, &found) => Err(refusal),
            _ => Err(unknown()),
        }
    }

    async fn get(
        &self,
        request: Request<pb::GetInterviewRequest>,
    ) -> Result<pb::GetInterviewResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.get_ref();
        let interview: InterviewId = id("id", &message.id)?;
        let reader = reader_at(&self.ground.projection, message.min_position, patience).await?;
        let position = reader.position().0;
        let found = facts::interview(&reader, interview).map_err(unreadable)?;
        let found = found.filter(|found| may_see(&caller, found));
        let found = found.ok_or_else(unknown)?;
        let mut notes = Vec::new();
        if found.is_noted() {
            for row in reader.prefix(&keys::notes(interview)) {
                let note: NoteRow = row.and_then(|(_, row)| row.decode()).map_err(unreadable)?;
                notes.push(note_out(note));
            }
        }
        Ok(pb::GetInterviewResponse {
            interview: Some(interview_out(&caller, interview, &found)),
            notes,
            position,
        })
    }
}

fn unknown() -> Status {
    let message = "there is no such interview";
    status::refusal(Code::NotFound, "UNKNOWN_INTERVIEW", Some("id"), message)
}

/// Each of them is looked up: not before it is known that they are not too many.
fn people(field: &'static str, texts: &[String]) -> Result<BTreeSet<PersonId>, Status> {
    if texts.len() > MOST {
        let message = format!("{field} may have at most {MOST} items");
        return Err(status::invalid_field(field, "TOO_MANY", message));
    }
    ids(field, texts)
}

/// The person who is named, or the caller where none is.
fn own_or(caller: &Caller, text: &str) -> Result<PersonId, Status> {
    match (text.is_empty(), caller.actor.person()) {
        (true, Some(caller)) => Ok(caller.clone()),
        _ => id("person_id", text),
    }
}

#[tonic::async_trait]
impl InterviewsService for InterviewsGrpc {
    async fn plan_interview(
        &self,
        request: Request<pb::PlanInterviewRequest>,
    ) -> Result<Response<pb::PlanInterviewResponse>, Status> {
        self.plan(request).await.map(Response::new)
    }

    async fn move_interview(
        &self,
        request: Request<pb::MoveInterviewRequest>,
    ) -> Result<Response<pb::MoveInterviewResponse>, Status> {
        let at = required_time("at", request.get_ref().at)?;
        let body = |_: &Reader| Ok(InterviewCommand::Move { at });
        let position = self.change(&request, "MoveInterview", body).await?;
        Ok(Response::new(pb::MoveInterviewResponse { position }))
    }

    async fn hold_interview(
        &self,
        request: Request<pb::HoldInterviewRequest>,
    ) -> Result<Response<pb::HoldInterviewResponse>, Status> {
        let at = time_in("at", request.get_ref().at)?;
        let attended = people("attended_ids", &request.get_ref().attended_ids)?;
        let body = |_: &Reader| {
            let attended = attended.clone();
            Ok(InterviewCommand::Hold { at, attended })
        };
        let position = self.change(&request, "HoldInterview", body).await?;
        Ok(Response::new(pb::HoldInterviewResponse { position }))
    }

    async fn cancel_interview(
        &self,
        request: Request<pb::CancelInterviewRequest>,
    ) -> Result<Response<pb::CancelInterviewResponse>, Status> {
        let message = request.get_ref();
        let body = |_: &Reader| {
            let reason = message.reason.clone();
            Ok(InterviewCommand::Cancel { reason })
        };
        let position = self.change(&request, "CancelInterview", body).await?;
        Ok(Response::new(pb::CancelInterviewResponse { position }))
    }

    async fn give_consent(
        &self,
        request: Request<pb::GiveConsentRequest>,
    ) -> Result<Response<pb::GiveConsentResponse>, Status> {
        let caller = identity::caller(&request)?;
        let person = own_or(&caller, &request.get_ref().person_id)?;
        let body = |_: &Reader| {
            let person = person.clone();
            Ok(InterviewCommand::Consent { person })
        };
        let position = self.change(&request, "GiveConsent", body).await?;
        Ok(Response::new(pb::GiveConsentResponse { position }))
    }

    async fn withdraw_consent(
        &self,
        request: Request<pb::WithdrawConsentRequest>,
    ) -> Result<Response<pb::WithdrawConsentResponse>, Status> {
        let caller = identity::caller(&request)?;
        let person = own_or(&caller, &request.get_ref().person_id)?;
        let body = |_: &Reader| {
            let person = person.clone();
            Ok(InterviewCommand::Withdraw { person })
        };
        let position = self.change(&request, "WithdrawConsent", body).await?;
        Ok(Response::new(pb::WithdrawConsentResponse { position }))
    }

    async fn add_note(
        &self,
        request: Request<pb::AddNoteRequest>,
    ) -> Result<Response<pb::AddNoteResponse>, Status> {
        let message = request.get_ref();
        let body = |_: &Reader| {
            Ok(InterviewCommand::Note {
                theme: message.theme.clone(),
                text: message.text.clone(),
            })
        };
        let position = self.change(&request, "AddNote", body).await?;
        Ok(Response::new(pb::AddNoteResponse { position }))
    }

    async fn get_interview(
        &self,
        request: Request<pb::GetInterviewRequest>,
    ) -> Result<Response<pb::GetInterviewResponse>, Status> {
        self.get(request).await.map(Response::new)
    }

    async fn list_interviews(
        &self,
        request: Request<pb::ListInterviewsRequest>,
    ) -> Result<Response<pb::ListInterviewsResponse>, Status> {
        self.list(request).await.map(Response::new)
    }

    async fn list_themes(
        &self,
        request: Request<pb::ListThemesRequest>,
    ) -> Result<Response<pb::ListThemesResponse>, Status> {
        self.themes(request).await.map(Response::new)
    }
}
