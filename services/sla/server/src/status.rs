//! Which code? Refusal to gRPC status.

use khidma_sla_domain::policy::PolicyRefusal;
use tonic::Code;

pub(crate) fn policy_code(refusal: &PolicyRefusal) -> Code {
    match refusal {
        PolicyRefusal::UnknownPolicy | PolicyRefusal::UnknownVersion { .. } => Code::NotFound,
        PolicyRefusal::NotAllowed => Code::PermissionDenied,
        PolicyRefusal::NotValidated { .. } | PolicyRefusal::Overlaps { .. } => {
            Code::FailedPrecondition
        }
        PolicyRefusal::Invalid { .. } => Code::InvalidArgument,
    }
}
