//! Interviews between protobuf and our own types.

use khidma_edge::instant::time_out;
use khidma_events::feedback::InterviewKind;
use khidma_feedback_domain::interview::{Consent, Interview, Progress, leads};
use khidma_kernel::{Caller, InterviewId};
use khidma_proto::feedback as pb;
use tonic::Status;

use crate::grpc::ground::missing;
use crate::views::NoteRow;

pub(super) fn kind_in(kind: pb::InterviewKind) -> Result<InterviewKind, Status> {
    match kind {
        pb::InterviewKind::Unspecified => Err(missing("kind")),
        pb::InterviewKind::Interview => Ok(InterviewKind::Interview),
        pb::InterviewKind::FocusGroup => Ok(InterviewKind::FocusGroup),
    }
}

pub(super) fn progress_in(state: pb::InterviewState) -> Option<Progress> {
    Some(match state {
        pb::InterviewState::Unspecified => return None,
        pb::InterviewState::Planned => Progress::Planned,
        pb::InterviewState::Held => Progress::Held,
        pb::InterviewState::Cancelled => Progress::Cancelled,
    })
}

/// As `caller` sees it: what others than themselves said about notes is for who leads it.
pub(super) fn interview_out(
    caller: &Caller,
    id: InterviewId,
    interview: &Interview,
) -> pb::Interview {
    let participants = interview.participants.iter().map(|person| {
        let shown = leads(caller, interview) || caller.actor.person() == Some(person);
        let consent = interview.consents.get(person).filter(|_| shown);
        pb::InterviewParticipant {
            person_id: person.to_string(),
            attended: interview.attended.contains(person),
            consent: consent_out(consent.copied()).into(),
        }
    });
    let kind = match interview.kind {
        InterviewKind::Interview => pb::InterviewKind::Interview,
        InterviewKind::FocusGroup => pb::InterviewKind::FocusGroup,
    };
    let state = match interview.progress {
        Progress::Planned => pb::InterviewState::Planned,
        Progress::Held => pb::InterviewState::Held,
        Progress::Cancelled => pb::InterviewState::Cancelled,
    };
    pb::Interview {
        id: id.to_string(),
        kind: kind.into(),
        department_id: interview.department.to_string(),
        interviewer_id: interview.interviewer.to_string(),
        topic: interview.topic.clone(),
        participants: participants.collect(),
        at: Some(time_out(interview.at)),
        state: state.into(),
        reason: interview.reason.clone(),
        noted: interview.is_noted(),
    }
}

fn consent_out(consent: Option<Consent>) -> pb::InterviewConsent {
    match consent {
        None => pb::InterviewConsent::Unspecified,
        Some(Consent::Given) => pb::InterviewConsent::Given,
        Some(Consent::WrittenDown) => pb::InterviewConsent::WrittenDown,
        Some(Consent::Withdrawn) => pb::InterviewConsent::Withdrawn,
    }
}

pub(super) fn note_out(note: NoteRow) -> pb::InterviewNote {
    pb::InterviewNote {
        theme: note.theme,
        text: note.text,
    }
}
