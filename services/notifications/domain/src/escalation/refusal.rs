//! Why an escalation refuses a command.

use khidma_kernel::Refusal;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EscalationRefusal {
    /// There is none of that id.
    #[error("there is no such escalation")]
    UnknownEscalation,
    /// Somebody else has to say that.
    #[error(
        "an escalation is acknowledged by who was told, by who lead the department whose promise it is, and by admins"
    )]
    NotAllowed,
    /// What it was about is over.
    #[error("what the escalation was about is over")]
    Over,
    /// The word is too long.
    #[error("a comment has at most {most} characters")]
    CommentTooLong {
        /// How many it may have.
        most: usize,
    },
}

impl Refusal for EscalationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownEscalation => "UNKNOWN_ESCALATION",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Over => "ESCALATION_OVER",
            Self::CommentTooLong { .. } => "COMMENT_TOO_LONG",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownEscalation | Self::Over => Some("id"),
            Self::CommentTooLong { .. } => Some("comment"),
            Self::NotAllowed => None,
        }
    }
}
