//! Why a question is not answered, or an answer not taken over.

use khidma_kernel::Refusal;

use super::{BEST_SCORE, LEAST_EFFORT};

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum QuestionRefusal {
    #[error("there is no such question")]
    UnknownQuestion,
    #[error("a question is for whom it was put to: they answer it, or whoever has the link")]
    NotAllowed,
    #[error("this link does not lead to a question, or not any more")]
    WrongLink,
    #[error("this question was answered already")]
    AlreadyAnswered,
    #[error("the time to answer this question is over")]
    Expired,
    #[error("this question is not asked any more, as the request was reopened")]
    Withdrawn,
    #[error("a score is 1 to {BEST_SCORE}")]
    ScoreOutOfRange,
    #[error("an effort is 1 to {LEAST_EFFORT}")]
    EffortOutOfRange,
    #[error("it was not asked how much effort it took")]
    EffortNotAsked,
    #[error("a comment may have at most {limit} characters")]
    CommentTooLong { limit: usize },
    #[error("the comment has a control character")]
    ControlCharacter,
    #[error("answers are taken over by callers with the role import, and by admins")]
    NotForImport,
    #[error("there is no request with this id")]
    UnknownRequest,
    #[error("the request was not confirmed or closed, so nobody could be asked how it went")]
    NotEnded,
    #[error("an answer cannot come from the future")]
    InTheFuture,
    #[error("another answer about this request was taken over before")]
    AnswerDiffers,
    #[error("here it was asked how this request went, so no answer about it is taken over")]
    AskedHere,
}

impl Refusal for QuestionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownQuestion => "UNKNOWN_QUESTION",
            Self::NotAllowed | Self::NotForImport => "NOT_ALLOWED",
            Self::WrongLink => "WRONG_LINK",
            Self::AlreadyAnswered => "ALREADY_ANSWERED",
            Self::Expired => "EXPIRED",
            Self::Withdrawn => "WITHDRAWN",
            Self::ScoreOutOfRange => "SCORE_OUT_OF_RANGE",
            Self::EffortOutOfRange => "EFFORT_OUT_OF_RANGE",
            Self::EffortNotAsked => "EFFORT_NOT_ASKED",
            Self::CommentTooLong { .. } => "TOO_LONG",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::UnknownRequest => "UNKNOWN_REQUEST",
            Self::NotEnded => "NOT_ENDED",
            Self::InTheFuture => "IN_THE_FUTURE",
            Self::AnswerDiffers => "ANSWER_DIFFERS",
            Self::AskedHere => "ASKED_HERE",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownQuestion => Some("id"),
            Self::ScoreOutOfRange => Some("score"),
            Self::EffortOutOfRange | Self::EffortNotAsked => Some("effort"),
            Self::CommentTooLong { .. } | Self::ControlCharacter => Some("comment"),
            Self::UnknownRequest | Self::NotEnded => Some("service_request_id"),
            Self::InTheFuture => Some("answered_at"),
            Self::NotAllowed
            | Self::WrongLink
            | Self::AlreadyAnswered
            | Self::Expired
            | Self::Withdrawn
            | Self::NotForImport
            | Self::AnswerDiffers
            | Self::AskedHere => None,
        }
    }
}
