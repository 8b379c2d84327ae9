//! Which code? Refusal to gRPC status.

use khidma_feedback_domain::asking::AskingRefusal;
use khidma_feedback_domain::question::QuestionRefusal;
use tonic::Code;

pub(crate) fn asking_code(refusal: &AskingRefusal) -> Code {
    match refusal {
        AskingRefusal::NotAllowed => Code::PermissionDenied,
        AskingRefusal::UnknownDepartment
        | AskingRefusal::NoSample
        | AskingRefusal::PeaceOutOfRange
        | AskingRefusal::ExpiryOutOfRange
        | AskingRefusal::ReminderOutOfRange => Code::InvalidArgument,
    }
}

pub(crate) fn question_code(refusal: &QuestionRefusal) -> Code {
    match refusal {
        QuestionRefusal::UnknownQuestion => Code::NotFound,
        QuestionRefusal::NotAllowed
        | QuestionRefusal::WrongLink
        | QuestionRefusal::NotForImport => Code::PermissionDenied,
        QuestionRefusal::AlreadyAnswered | QuestionRefusal::AnswerDiffers => Code::AlreadyExists,
        QuestionRefusal::Expired
        | QuestionRefusal::Withdrawn
        | QuestionRefusal::NotEnded
        | QuestionRefusal::AskedHere => Code::FailedPrecondition,
        QuestionRefusal::ScoreOutOfRange
        | QuestionRefusal::EffortOutOfRange
        | QuestionRefusal::EffortNotAsked
        | QuestionRefusal::CommentTooLong { .. }
        | QuestionRefusal::ControlCharacter
        | QuestionRefusal::UnknownRequest
        | QuestionRefusal::InTheFuture => Code::InvalidArgument,
    }
}
