//! Which code? Refusal to gRPC status.

use khidma_requests_domain::RequestRefusal;
use tonic::Code;

pub(crate) fn code(refusal: &RequestRefusal) -> Code {
    match refusal {
        RequestRefusal::UnknownRequest | RequestRefusal::UnknownOther { .. } => Code::NotFound,
        RequestRefusal::NotAllowed { .. } => Code::PermissionDenied,
        RequestRefusal::AlreadySubmitted => Code::AlreadyExists,
        RequestRefusal::NoDepartment
        | RequestRefusal::InvalidTransition { .. }
        | RequestRefusal::AlreadyAcknowledged
        | RequestRefusal::AlreadyAssigned
        | RequestRefusal::SameProvider
        | RequestRefusal::AssigneeNotMember
        | RequestRefusal::TooManyWatchers { .. }
        | RequestRefusal::TooManyLinks { .. }
        | RequestRefusal::NotConcerns
        | RequestRefusal::OtherKind
        | RequestRefusal::MergeTargetOver { .. }
        | RequestRefusal::PartOfPlan
        | RequestRefusal::TooManyAttachments { .. } => Code::FailedPrecondition,
        RequestRefusal::UnknownDepartment { .. }
        | RequestRefusal::UnknownPerson { .. }
        | RequestRefusal::Missing { .. }
        | RequestRefusal::TooLong { .. }
        | RequestRefusal::InvalidTags
        | RequestRefusal::SameRequest { .. }
        | RequestRefusal::InvalidAttachment { .. } => Code::InvalidArgument,
    }
}
