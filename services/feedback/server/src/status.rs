//! Which code? Refusal to gRPC status.

use khidma_feedback_domain::action::ActionRefusal;
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
