//! Which code? Refusal to gRPC status.

mod figures;
mod rounds;

pub(crate) use figures::figures_code;
pub(crate) use rounds::{round_code, survey_code};

use khidma_feedback_domain::answer::AnswerRefusal;
use khidma_feedback_domain::ballot::BallotRefusal;
use tonic::Code;

pub(crate) fn answer_code(refusal: &AnswerRefusal) -> Code {
    match refusal {
        AnswerRefusal::UnknownRound => Code::NotFound,
        AnswerRefusal::NotInvited => Code::PermissionDenied,
        AnswerRefusal::AlreadyAnswered => Code::AlreadyExists,
        AnswerRefusal::Anonymous | AnswerRefusal::NotOpenYet | AnswerRefusal::Closed => {
            Code::FailedPrecondition
        }
        AnswerRefusal::UnknownLanguage
        | AnswerRefusal::NothingAnswered
        | AnswerRefusal::TooLarge
        | AnswerRefusal::UnknownItem { .. }
        | AnswerRefusal::NotAsked { .. }
        | AnswerRefusal::Required { .. }
        | AnswerRefusal::WrongKind { .. }
        | AnswerRefusal::OutOfScale { .. }
        | AnswerRefusal::OutOfRange { .. }
        | AnswerRefusal::UnknownChoice { .. }
        | AnswerRefusal::ChoiceTwice { .. }
        | AnswerRefusal::TooManyChoices { .. }
        | AnswerRefusal::Empty { .. }
        | AnswerRefusal::TooLong { .. }
        | AnswerRefusal::ControlCharacter { .. } => Code::InvalidArgument,
    }
}

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
