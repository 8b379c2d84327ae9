//! Which code? Refusal to gRPC status.

mod rounds;

pub(crate) use rounds::{round_code, survey_code};

use khidma_feedback_domain::ballot::BallotRefusal;
use tonic::Code;

pub(crate) fn ballot_code(refusal: &BallotRefusal) -> Code {
    match refusal {
        BallotRefusal::UnknownRound => Code::NotFound,
        BallotRefusal::NotInvited | BallotRefusal::ForeignToken => Code::PermissionDenied,
        BallotRefusal::TokenTaken | BallotRefusal::TokenSpent => Code::AlreadyExists,
        BallotRefusal::NotAnonymous | BallotRefusal::NotOpenYet | BallotRefusal::Closed => {
            Code::FailedPrecondition
        }
        BallotRefusal::NotBlinded { .. }
        | BallotRefusal::MalformedToken
        | BallotRefusal::UnknownSegment
        | BallotRefusal::TooLarge { .. }
        | BallotRefusal::Values(_) => Code::InvalidArgument,
    }
}
