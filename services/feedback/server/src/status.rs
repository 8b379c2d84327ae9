//! Which code? Refusal to gRPC status.

use khidma_feedback_domain::action::ActionRefusal;
use khidma_feedback_domain::interview::InterviewRefusal;
use khidma_feedback_domain::thanks::ThanksRefusal;
use tonic::Code;

pub(crate) fn action_code(refusal: &ActionRefusal) -> Code {
    match refusal {
        ActionRefusal::UnknownAction => Code::NotFound,
        ActionRefusal::AlreadyOpened => Code::AlreadyExists,
        ActionRefusal::NotAllowed => Code::PermissionDenied,
        ActionRefusal::UnknownDepartment { .. }
        | ActionRefusal::UnknownPerson
        | ActionRefusal::UnknownOrigin { .. }
        | ActionRefusal::NotAConcern
        | ActionRefusal::DueInThePast
        | ActionRefusal::DueTooLate { .. }
        | ActionRefusal::Wording(_) => Code::InvalidArgument,
        ActionRefusal::RoundNotClosed
        | ActionRefusal::NotAnswered
        | ActionRefusal::NotBreached
        | ActionRefusal::NotHeld
        | ActionRefusal::NotStarted
        | ActionRefusal::AlreadyDone
        | ActionRefusal::Dropped
        | ActionRefusal::NotDone
        | ActionRefusal::AlreadyPublished => Code::FailedPrecondition,
    }
}

pub(crate) fn thanks_code(refusal: &ThanksRefusal) -> Code {
    match refusal {
        ThanksRefusal::UnknownThanks => Code::NotFound,
        ThanksRefusal::NotAllowed => Code::PermissionDenied,
        ThanksRefusal::Oneself
        | ThanksRefusal::UnknownPerson
        | ThanksRefusal::UnknownDepartment
        | ThanksRefusal::UnknownRequest
        | ThanksRefusal::Wording(_) => Code::InvalidArgument,
        ThanksRefusal::TooManyADay { .. } | ThanksRefusal::TooManyToOne { .. } => {
            Code::ResourceExhausted
        }
    }
}

pub(crate) fn interview_code(refusal: &InterviewRefusal) -> Code {
    match refusal {
        InterviewRefusal::UnknownInterview => Code::NotFound,
        InterviewRefusal::AlreadyPlanned => Code::AlreadyExists,
        InterviewRefusal::NotAllowed => Code::PermissionDenied,
        InterviewRefusal::UnknownDepartment
        | InterviewRefusal::UnknownPerson { .. }
        | InterviewRefusal::WrongNumber { .. }
        | InterviewRefusal::Oneself
        | InterviewRefusal::InThePast
        | InterviewRefusal::TooFarAhead { .. }
        | InterviewRefusal::NotYet
        | InterviewRefusal::Strangers
        | InterviewRefusal::NotTakingPart
        | InterviewRefusal::Wording(_) => Code::InvalidArgument,
        InterviewRefusal::AlreadyHeld
        | InterviewRefusal::Cancelled
        | InterviewRefusal::NotHeld
        | InterviewRefusal::Withdrawn
        | InterviewRefusal::NoConsent
        | InterviewRefusal::TooManyNotes => Code::FailedPrecondition,
    }
}
