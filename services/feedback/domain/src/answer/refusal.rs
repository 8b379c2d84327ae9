//! Why an answer is not taken.

use khidma_kernel::Refusal;

/// Why not. Nothing was written. A `field` is the path of the field at fault, such as `values.speed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AnswerRefusal {
    #[error("there is no round with this id")]
    UnknownRound,
    #[error("this round asks others; only who was invited answers it")]
    NotInvited,
    #[error("this round is anonymous: it is answered with a token, by nobody in particular")]
    Anonymous,
    #[error("this round is not open yet")]
    NotOpenYet,
    #[error("this round is closed")]
    Closed,
    #[error("you have answered this round already")]
    AlreadyAnswered,
    #[error("this survey is not in this language")]
    UnknownLanguage,
    #[error("nothing is answered")]
    NothingAnswered,
    #[error("all answers together may have at most 16 KiB")]
    TooLarge,
    #[error("{field}: this survey asks nothing by this key")]
    UnknownItem { field: String },
    #[error("{field} is not asked of who answers what hangs before it so")]
    NotAsked { field: String },
    #[error("{field} has to be answered")]
    Required { field: String },
    #[error("{field} is not answered in this way")]
    WrongKind { field: String },
    #[error("{field} must be from {min} to {max}")]
    OutOfScale { field: String, min: i32, max: i32 },
    #[error("{field} is no number within its bounds")]
    OutOfRange { field: String },
    #[error("{field}: this is none of the choices")]
    UnknownChoice { field: String },
    #[error("{field}: a choice is named once")]
    ChoiceTwice { field: String },
    #[error("{field}: at most {limit} may be chosen")]
    TooManyChoices { field: String, limit: usize },
    #[error("{field} is empty; what is not answered is left out")]
    Empty { field: String },
    #[error("{field} may have at most {limit} characters")]
    TooLong { field: String, limit: usize },
    #[error("{field} has a control character")]
    ControlCharacter { field: String },
}

impl Refusal for AnswerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRound => "UNKNOWN_ROUND",
            Self::NotInvited => "NOT_INVITED",
            Self::Anonymous => "ANONYMOUS_ROUND",
            Self::NotOpenYet => "ROUND_NOT_OPEN",
            Self::Closed => "ROUND_CLOSED",
            Self::AlreadyAnswered => "ALREADY_ANSWERED",
            Self::UnknownLanguage => "UNKNOWN_LANGUAGE",
            Self::NothingAnswered => "NOTHING_ANSWERED",
            Self::TooLarge => "TOO_LARGE",
            Self::UnknownItem { .. } => "UNKNOWN_ITEM",
            Self::NotAsked { .. } => "NOT_ASKED",
            Self::Required { .. } => "REQUIRED",
            Self::WrongKind { .. } => "WRONG_KIND",
            Self::OutOfScale { .. } => "OUT_OF_SCALE",
            Self::OutOfRange { .. } => "OUT_OF_RANGE",
            Self::UnknownChoice { .. } => "UNKNOWN_CHOICE",
            Self::ChoiceTwice { .. } => "CHOICE_TWICE",
            Self::TooManyChoices { .. } => "TOO_MANY_CHOICES",
            Self::Empty { .. } => "EMPTY",
            Self::TooLong { .. } => "TOO_LONG",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::NotInvited
            | Self::Anonymous
            | Self::NotOpenYet
            | Self::Closed
            | Self::AlreadyAnswered => return vec![],
            Self::UnknownRound => "round_id",
            Self::UnknownLanguage => "language",
            Self::NothingAnswered | Self::TooLarge => "values",
            Self::UnknownItem { field }
            | Self::NotAsked { field }
            | Self::Required { field }
            | Self::WrongKind { field }
            | Self::OutOfScale { field, .. }
            | Self::OutOfRange { field }
            | Self::UnknownChoice { field }
            | Self::ChoiceTwice { field }
            | Self::TooManyChoices { field, .. }
            | Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::ControlCharacter { field } => field,
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
