//! Which code? Refusal to gRPC status.

mod figures;
mod rounds;

pub(crate) use figures::figures_code;
pub(crate) use rounds::{round_code, survey_code};

use khidma_feedback_domain::action::ActionRefusal;
use khidma_feedback_domain::answer::AnswerRefusal;
use khidma_feedback_domain::asking::AskingRefusal;
use khidma_feedback_domain::ballot::BallotRefusal;
use khidma_feedback_domain::interview::InterviewRefusal;
use khidma_feedback_domain::question::QuestionRefusal;
use khidma_feedback_domain::thanks::ThanksRefusal;
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

pub(crate) fn action_code(refusal: &ActionRefusal) -> Code {
    match refusal {
        ActionRefusal::UnknownAction => Code::NotFound,
        ActionRefusal::AlreadyOpened => Code::AlreadyExists,
        ActionRefusal::NotAllowed => Code::PermissionDenied,
        ActionRefusal::UnknownDepartment { .. }
        | ActionRefusal::UnknownPerson
        | ActionRefusal::UnknownOrigin { .. }
        | ActionRefusal::NotAConcern
        | ActionRefusal::DueInThePast
        | ActionRefusal::DueTooLate { .. }
        | ActionRefusal::Wording(_) => Code::InvalidArgument,
        ActionRefusal::RoundNotClosed
        | ActionRefusal::NotAnswered
        | ActionRefusal::NotBreached
        | ActionRefusal::NotHeld
        | ActionRefusal::NotStarted
        | ActionRefusal::AlreadyDone
        | ActionRefusal::Dropped
        | ActionRefusal::NotDone
        | ActionRefusal::AlreadyPublished => Code::FailedPrecondition,
    }
}

pub(crate) fn thanks_code(refusal: &ThanksRefusal) -> Code {
    match refusal {
        ThanksRefusal::UnknownThanks => Code::NotFound,
        ThanksRefusal::NotAllowed => Code::PermissionDenied,
        ThanksRefusal::Oneself
        | ThanksRefusal::UnknownPerson
        | ThanksRefusal::UnknownDepartment
        | ThanksRefusal::UnknownRequest
        | ThanksRefusal::Wording(_) => Code::InvalidArgument,
        ThanksRefusal::TooManyADay { .. } | ThanksRefusal::TooManyToOne { .. } => {
            Code::ResourceExhausted
        }
    }
}

pub(crate) fn interview_code(refusal: &InterviewRefusal) -> Code {
    match refusal {
        InterviewRefusal::UnknownInterview => Code::NotFound,
        InterviewRefusal::AlreadyPlanned => Code::AlreadyExists,
        InterviewRefusal::NotAllowed => Code::PermissionDenied,
        InterviewRefusal::UnknownDepartment
        | InterviewRefusal::UnknownPerson { .. }
        | InterviewRefusal::WrongNumber { .. }
        | InterviewRefusal::Oneself
        | InterviewRefusal::InThePast
        | InterviewRefusal::TooFarAhead { .. }
        | InterviewRefusal::NotYet
        | InterviewRefusal::Strangers
        | InterviewRefusal::NotTakingPart
        | InterviewRefusal::Wording(_) => Code::InvalidArgument,
        InterviewRefusal::AlreadyHeld
        | InterviewRefusal::Cancelled
        | InterviewRefusal::NotHeld
        | InterviewRefusal::Withdrawn
        | InterviewRefusal::NoConsent
        | InterviewRefusal::TooManyNotes => Code::FailedPrecondition,
    }
}

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
