//! Which code? Refusal to gRPC status.

use khidma_requests_domain::RequestRefusal;
use tonic::Code;

pub(crate) fn code(refusal: &RequestRefusal) -> Code {
    match refusal {
        RequestRefusal::UnknownRequest => Code::NotFound,
        RequestRefusal::NotAllowed { .. } => Code::PermissionDenied,
        RequestRefusal::AlreadySubmitted => Code::AlreadyExists,
        RequestRefusal::NoDepartment
        | RequestRefusal::InvalidTransition { .. }
        | RequestRefusal::AlreadyAcknowledged
        | RequestRefusal::AlreadyAssigned
        | RequestRefusal::SameProvider
        | RequestRefusal::AssigneeNotMember
        | RequestRefusal::TooManyWatchers { .. }
        | RequestRefusal::DuplicateTask { .. }
        | RequestRefusal::TooDeep { .. }
        | RequestRefusal::TaskNotInState { .. }
        | RequestRefusal::TasksOpen { .. } => Code::FailedPrecondition,
        RequestRefusal::UnknownDepartment { .. }
        | RequestRefusal::UnknownPerson { .. }
        | RequestRefusal::Missing { .. }
        | RequestRefusal::TooLong { .. }
        | RequestRefusal::UnknownTask { .. }
        | RequestRefusal::PlanCycle { .. }
        | RequestRefusal::TooManyTasks { .. }
        | RequestRefusal::InvalidTags => Code::InvalidArgument,
    }
}
