//! Which code? Refusal to gRPC status.

use khidma_requests_domain::RequestRefusal;
use khidma_requests_domain::delegation::DelegationRefusal;
use tonic::Code;

pub(crate) fn code(refusal: &RequestRefusal) -> Code {
    match refusal {
        RequestRefusal::UnknownRequest => Code::NotFound,
        RequestRefusal::NotAllowed { .. } | RequestRefusal::OwnRequest => Code::PermissionDenied,
        RequestRefusal::AlreadySubmitted => Code::AlreadyExists,
        RequestRefusal::InRecord { refusal, .. } => code(refusal),
        RequestRefusal::NoDepartment
        | RequestRefusal::InvalidTransition { .. }
        | RequestRefusal::AlreadyAcknowledged
        | RequestRefusal::AlreadyAssigned
        | RequestRefusal::SameProvider
        | RequestRefusal::AssigneeNotMember
        | RequestRefusal::TooManyWatchers { .. }
        | RequestRefusal::HistoryUnordered { .. }
        | RequestRefusal::HistoryDiffers { .. }
        | RequestRefusal::AlreadyApproved
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

pub(crate) fn delegation_code(refusal: &DelegationRefusal) -> Code {
    match refusal {
        DelegationRefusal::NotAllowed => Code::PermissionDenied,
        DelegationRefusal::TooManyDelegates { .. } => Code::FailedPrecondition,
        DelegationRefusal::UnknownPerson { .. }
        | DelegationRefusal::ToOneself
        | DelegationRefusal::EmptyPeriod
        | DelegationRefusal::PeriodTooLong { .. } => Code::InvalidArgument,
    }
}
