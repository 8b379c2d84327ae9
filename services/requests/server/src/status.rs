//! Which code? Refusal to gRPC status.

use khidma_requests_domain::RequestRefusal;
use tonic::Code;

pub(crate) fn code(refusal: &RequestRefusal) -> Code {
    match refusal {
        RequestRefusal::UnknownRequest => Code::NotFound,
        RequestRefusal::NotAllowed { .. } => Code::PermissionDenied,
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
        | RequestRefusal::HistoryDiffers { .. } => Code::FailedPrecondition,
        RequestRefusal::UnknownDepartment { .. }
        | RequestRefusal::UnknownPerson { .. }
        | RequestRefusal::Missing { .. }
        | RequestRefusal::TooLong { .. }
        | RequestRefusal::InvalidTags => Code::InvalidArgument,
    }
}
