//! Why a token is not signed, or an anonymous answer not taken.

use khidma_kernel::Refusal;

use crate::answer::AnswerRefusal;

/// Why not. Nothing was kept. No message says anything of who asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum BallotRefusal {
    #[error("there is no round with this id")]
    UnknownRound,
    #[error("this round is not anonymous: it is answered in one's own name")]
    NotAnonymous,
    #[error("this round asks others; only who was invited takes a token")]
    NotInvited,
    #[error("this round is not open yet")]
    NotOpenYet,
    #[error("this round is closed")]
    Closed,
    #[error("you have taken your token of this round already; another one is not signed")]
    TokenTaken,
    #[error(
        "what was blinded has to be {limit} bytes, and less than the modulus of the round's key"
    )]
    NotBlinded { limit: usize },
    #[error("a token is {TOKEN} random bytes", TOKEN = super::TOKEN)]
    MalformedToken,
    #[error("this token was not signed for this round")]
    ForeignToken,
    #[error("another answer was given with this token")]
    TokenSpent,
    #[error(
        "this round is not broken down by that, or fewer people than its threshold are of it; leave the segment out"
    )]
    UnknownSegment,
    #[error("an answer to this round may take {limit} bytes as it is stored")]
    TooLarge { limit: usize },
    #[error(transparent)]
    Values(#[from] AnswerRefusal),
}

impl Refusal for BallotRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRound => "UNKNOWN_ROUND",
            Self::NotAnonymous => "NOT_ANONYMOUS",
            Self::NotInvited => "NOT_INVITED",
            Self::NotOpenYet => "ROUND_NOT_OPEN",
            Self::Closed => "ROUND_CLOSED",
            Self::TokenTaken => "TOKEN_TAKEN",
            Self::NotBlinded { .. } => "NOT_BLINDED",
            Self::MalformedToken => "MALFORMED_TOKEN",
            Self::ForeignToken => "FOREIGN_TOKEN",
            Self::TokenSpent => "TOKEN_SPENT",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::Values(refusal) => refusal.code(),
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::NotAnonymous | Self::NotInvited | Self::NotOpenYet | Self::Closed => {
                return vec![];
            }
            Self::UnknownRound => "round_id",
            Self::TokenTaken | Self::NotBlinded { .. } => "blinded",
            Self::MalformedToken | Self::TokenSpent => "token",
            Self::ForeignToken => "signature",
            Self::UnknownSegment => "segment",
            Self::TooLarge { .. } => "values",
            Self::Values(refusal) => return refusal.violations(),
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
