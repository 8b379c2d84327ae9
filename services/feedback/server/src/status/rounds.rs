//! Of surveys and rounds.

use khidma_feedback_domain::round::RoundRefusal;
use khidma_feedback_domain::survey::SurveyRefusal;
use tonic::Code;

pub(crate) fn survey_code(refusal: &SurveyRefusal) -> Code {
    match refusal {
        SurveyRefusal::UnknownSurvey => Code::NotFound,
        SurveyRefusal::NotAllowed => Code::PermissionDenied,
        SurveyRefusal::Retired => Code::FailedPrecondition,
        SurveyRefusal::UnknownDepartment | SurveyRefusal::Invalid { .. } => Code::InvalidArgument,
    }
}

pub(crate) fn round_code(refusal: &RoundRefusal) -> Code {
    match refusal {
        RoundRefusal::UnknownRound => Code::NotFound,
        RoundRefusal::AlreadyLaunched => Code::AlreadyExists,
        RoundRefusal::NotAllowed => Code::PermissionDenied,
        RoundRefusal::SurveyRetired
        | RoundRefusal::TooFewPeople { .. }
        | RoundRefusal::MissingKey
        | RoundRefusal::NotOpen
        | RoundRefusal::AlreadyOpened
        | RoundRefusal::Over => Code::FailedPrecondition,
        RoundRefusal::UnknownSurvey
        | RoundRefusal::UnknownVersion { .. }
        | RoundRefusal::UnknownDepartment
        | RoundRefusal::TooMany { .. }
        | RoundRefusal::OutOfRange { .. }
        | RoundRefusal::TooManyDimensions
        | RoundRefusal::DimensionNotAnonymous { .. }
        | RoundRefusal::OpensInThePast
        | RoundRefusal::ClosesBeforeItOpens
        | RoundRefusal::ClosesTooLate { .. }
        | RoundRefusal::ReminderOutside
        | RoundRefusal::Overlaps
        | RoundRefusal::TooLong { .. } => Code::InvalidArgument,
    }
}
