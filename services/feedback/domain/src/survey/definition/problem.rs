//! What can be wrong with a definition.

use std::fmt;

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `sections[1].items[0].when.item`.
    pub field: String,
    /// What.
    pub defect: Defect,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.defect)
    }
}

/// How a definition can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Defect {
    #[error("it may have at most {limit} bytes, as JSON")]
    TooLarge { limit: usize },
    #[error("must not be empty")]
    Empty,
    #[error("may have at most {limit} characters")]
    TooLong { limit: usize },
    #[error("may have at most {limit} items")]
    TooMany { limit: usize },
    #[error("a survey may ask at most {limit} things in all")]
    TooManyItems { limit: usize },
    #[error("has a control character")]
    ControlCharacter,
    #[error("is no language tag (BCP 47)")]
    InvalidLanguage,
    #[error("a language has one text")]
    LanguageTwice,
    #[error("is not there in {language:?}, the language to fall back to")]
    NoText { language: String },
    #[error("a key is 1 to 40 of a-z, 0-9, '-', '_', beginning with a letter or digit")]
    InvalidKey,
    #[error("this key is there twice")]
    DuplicateKey,
    #[error("a scale needs a lowest value below its highest, and at most {limit} steps")]
    InvalidScale { limit: i64 },
    #[error("labels a value that the scale does not have")]
    LabelOutside,
    #[error("needs {least} to {most} options")]
    Options { least: usize, most: usize },
    #[error("has to be between 1 and {most}")]
    OutOfRange { most: u32 },
    #[error("bounds are finite numbers, the lower one not above the upper one")]
    InvalidBounds,
    #[error("no item before this one has this key")]
    DanglingCondition,
    #[error(
        "this test does not fit the item: scales take at_least and at_most, choices take one_of"
    )]
    UnfitTest,
    #[error("the item it names never has this answer")]
    ImpossibleAnswer,
    #[error("only a scale measures this")]
    MeasureNeedsScale,
    #[error("how likely they are to recommend is asked on a scale from 0 to 10")]
    NotZeroToTen,
    #[error("another item measures the same")]
    DuplicateMeasure,
    #[error("what is expected needs what is experienced beside it, and the other way round")]
    GapIncomplete,
    #[error("what is expected and what is experienced are asked on the same scale")]
    GapScales,
}

impl Defect {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "DEFINITION_TOO_LARGE",
            Self::Empty => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooMany { .. } | Self::TooManyItems { .. } => "TOO_MANY",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::InvalidLanguage => "INVALID_LANGUAGE",
            Self::LanguageTwice => "LANGUAGE_TWICE",
            Self::NoText { .. } => "LANGUAGE_WITHOUT_TEXT",
            Self::InvalidKey => "INVALID_KEY",
            Self::DuplicateKey => "DUPLICATE_KEY",
            Self::InvalidScale { .. } => "INVALID_SCALE",
            Self::LabelOutside => "LABEL_OUTSIDE",
            Self::Options { .. } => "INVALID_OPTIONS",
            Self::OutOfRange { .. } => "OUT_OF_RANGE",
            Self::InvalidBounds => "INVALID_BOUNDS",
            Self::DanglingCondition => "DANGLING_CONDITION",
            Self::UnfitTest => "UNFIT_TEST",
            Self::ImpossibleAnswer => "IMPOSSIBLE_ANSWER",
            Self::MeasureNeedsScale | Self::NotZeroToTen => "UNFIT_MEASURE",
            Self::DuplicateMeasure => "DUPLICATE_MEASURE",
            Self::GapIncomplete | Self::GapScales => "GAP_INCOMPLETE",
        }
    }
}
