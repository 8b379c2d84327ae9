//! Why a message could not be put into words.

use khidma_events::notifications::MessageKind;

/// Why a message could not be put into words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A text speaks of something that the message does not have.
    #[error("{kind}: {arg} is missing", kind = kind.as_str())]
    ArgMissing {
        /// The message's kind.
        kind: MessageKind,
        /// What is missing.
        arg: &'static str,
    },
    /// The message has something that no text speaks of.
    #[error("{kind}: no text speaks of {arg:?}", kind = kind.as_str())]
    ArgUnknown {
        /// The message's kind.
        kind: MessageKind,
        /// What it has.
        arg: String,
    },
    /// The message has something of another type than the texts need.
    #[error("{kind}: {arg} has to be {wanted}", kind = kind.as_str())]
    ArgMistyped {
        /// The message's kind.
        kind: MessageKind,
        /// Which one.
        arg: &'static str,
        /// What it has to be, in words.
        wanted: String,
    },
    /// Messages that stand for messages stand for messages again, or a digest for digests.
    #[error("{kind}: messages are gathered only once over", kind = kind.as_str())]
    Nested {
        /// The outer message's kind.
        kind: MessageKind,
    },
    /// There is no such version of the texts.
    #[error("there is no version {0} of the texts")]
    VersionUnknown(u32),
    /// The texts themselves are not whole.
    #[error("the texts in {language}: {problems}")]
    Broken {
        /// In which language.
        language: String,
        /// All that is wrong with them.
        problems: String,
    },
}

impl TextError {
    /// The reason as a stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ArgMissing { .. } => "text_arg_missing",
            Self::ArgUnknown { .. } => "text_arg_unknown",
            Self::ArgMistyped { .. } => "text_arg_mistyped",
            Self::Nested { .. } => "text_nested",
            Self::VersionUnknown(_) => "text_version_unknown",
            Self::Broken { .. } => "texts_broken",
        }
    }
}
