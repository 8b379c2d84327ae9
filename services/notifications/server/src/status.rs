//! Which code? Refusal to gRPC status.

use khidma_notifications_domain::delivery::DeliveryRefusal;
use khidma_notifications_domain::endpoint::EndpointRefusal;
use khidma_notifications_domain::escalation::EscalationRefusal;
use tonic::Code;

pub(crate) fn escalation_code(refusal: &EscalationRefusal) -> Code {
    match refusal {
        EscalationRefusal::UnknownEscalation => Code::NotFound,
        EscalationRefusal::NotAllowed => Code::PermissionDenied,
        EscalationRefusal::Over => Code::FailedPrecondition,
        EscalationRefusal::CommentTooLong { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn delivery_code(refusal: &DeliveryRefusal) -> Code {
    match refusal {
        DeliveryRefusal::Unknown => Code::NotFound,
        DeliveryRefusal::NotAllowed => Code::PermissionDenied,
        DeliveryRefusal::WrongChannel => Code::InvalidArgument,
        DeliveryRefusal::NotInInbox
        | DeliveryRefusal::NotDead
        | DeliveryRefusal::EndpointDisabled
        | DeliveryRefusal::EndpointRemoved => Code::FailedPrecondition,
    }
}

pub(crate) fn endpoint_code(refusal: &EndpointRefusal) -> Code {
    match refusal {
        EndpointRefusal::Unknown => Code::NotFound,
        EndpointRefusal::NotAllowed => Code::PermissionDenied,
        EndpointRefusal::Exists => Code::AlreadyExists,
        EndpointRefusal::TooMany { .. } | EndpointRefusal::NoSecret => Code::FailedPrecondition,
        EndpointRefusal::UnknownOwner { .. }
        | EndpointRefusal::InvalidUrl { .. }
        | EndpointRefusal::InvalidLanguage => Code::InvalidArgument,
    }
}
