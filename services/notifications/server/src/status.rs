//! Which code? Refusal to gRPC status.

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
