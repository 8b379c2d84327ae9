//! What texts have to be, whoever's they are: there, bounded, without control characters.

use std::collections::{BTreeMap, BTreeSet};

use oxilangtag::LanguageTag;

/// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
pub const LANGUAGE: usize = 35;
/// Languages that something is said in.
pub const LANGUAGES: usize = 20;

/// What is wrong with a text or a list. A `field` is the path of the field at fault, such as `texts.fa.we_did`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Wording {
    #[error("{field} must not be empty")]
    Missing { field: String },
    #[error("{field} may have at most {limit} characters")]
    TooLong { field: String, limit: usize },
    #[error("{field} may have at most {limit} items")]
    TooMany { field: String, limit: usize },
    #[error("{field} has a control character")]
    ControlCharacter { field: String },
    #[error("{field} is no language tag (BCP 47)")]
    InvalidLanguage { field: String },
    #[error("a language has one text")]
    LanguageTwice { field: String },
    #[error("the language to fall back to is none of those of {field}")]
    LanguageWithoutText { field: String },
}

impl Wording {
    /// The stable code, as that of a refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooMany { .. } => "TOO_MANY",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
            Self::InvalidLanguage { .. } => "INVALID_LANGUAGE",
            Self::LanguageTwice { .. } => "LANGUAGE_TWICE",
            Self::LanguageWithoutText { .. } => "LANGUAGE_WITHOUT_TEXT",
        }
    }

    /// The field at fault.
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::ControlCharacter { field }
            | Self::InvalidLanguage { field }
            | Self::LanguageTwice { field }
            | Self::LanguageWithoutText { field } => field,
        }
    }
}

/// One line that has to be there.
pub(crate) fn line(field: &str, text: &str, limit: usize) -> Result<(), Wording> {
    bounded(field, text, limit, |_| false)
}

/// Some lines that have to be there.
pub(crate) fn text(field: &str, text: &str, limit: usize) -> Result<(), Wording> {
    bounded(field, text, limit, |c| matches!(c, '\n' | '\r' | '\t'))
}

fn bounded(
    field: &str,
    text: &str,
    limit: usize,
    breaks: impl Fn(char) -> bool,
) -> Result<(), Wording> {
    let field = || field.to_owned();
    if text.trim().is_empty() {
        return Err(Wording::Missing { field: field() });
    }
    // Bytes first: of ten megabytes nobody has to count the characters.
    if text.len() > 4 * limit || text.chars().count() > limit {
        let field = field();
        return Err(Wording::TooLong { field, limit });
    }
    match text.chars().any(|c| c.is_control() && !breaks(c)) {
        true => Err(Wording::ControlCharacter { field: field() }),
        false => Ok(()),
    }
}

/// A list of so many.
pub(crate) fn at_most(field: &str, count: usize, limit: usize) -> Result<(), Wording> {
    let field = || field.to_owned();
    match count > limit {
        true => Err(Wording::TooMany {
            field: field(),
            limit,
        }),
        false => Ok(()),
    }
}

/// Something by language: in one at the least, in each once, and in the one to fall back to.
pub(crate) fn languages<T>(
    field: &str,
    by_language: &BTreeMap<String, T>,
    fallback: &str,
) -> Result<(), Wording> {
    let whole = || field.to_owned();
    if by_language.is_empty() {
        return Err(Wording::Missing { field: whole() });
    }
    at_most(field, by_language.len(), LANGUAGES)?;
    for tag in by_language.keys() {
        if tag.len() > LANGUAGE || LanguageTag::parse(tag.as_str()).is_err() {
            let field = format!("{field}.{tag}");
            return Err(Wording::InvalidLanguage { field });
        }
    }
    let each: BTreeSet<String> = by_language
        .keys()
        .map(|tag| tag.to_ascii_lowercase())
        .collect();
    if each.len() < by_language.len() {
        return Err(Wording::LanguageTwice { field: whole() });
    }
    match by_language.contains_key(fallback) {
        true => Ok(()),
        false => Err(Wording::LanguageWithoutText { field: whole() }),
    }
}
