//! Why something is not announced.

use khidma_kernel::Refusal;

/// Why not. Nothing was written. A `field` is the path of the field at fault, such as `texts.fa.title`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AnnouncementRefusal {
    #[error("it was announced already")]
    AlreadyAnnounced,
    #[error("what a department announces is for those who lead it and for admins to say")]
    NotAllowed,
    #[error(
        "to other departments than one's own and those below, and to everybody, only admins speak"
    )]
    NotToOthers,
    #[error("urgently one speaks to the members of one's own department; to others only admins do")]
    NotUrgentToOthers,
    #[error("{field}: there is no open department with this id")]
    UnknownDepartment { field: &'static str },
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
    LanguageTwice,
    #[error("the language to fall back to is none of those of the texts")]
    LanguageWithoutText,
}

impl Refusal for AnnouncementRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAnnounced => "ALREADY_ANNOUNCED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::NotToOthers => "NOT_TO_OTHERS",
            Self::NotUrgentToOthers => "NOT_URGENT_TO_OTHERS",
            Self::UnknownDepartment { .. } => "UNKNOWN_DEPARTMENT",
            Self::Missing { .. } => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooMany { .. } => "TOO_MANY",
            Self::ControlCharacter { .. } => "CONTROL_CHARACTER",
            Self::InvalidLanguage { .. } => "INVALID_LANGUAGE",
            Self::LanguageTwice => "LANGUAGE_TWICE",
            Self::LanguageWithoutText => "LANGUAGE_WITHOUT_TEXT",
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::AlreadyAnnounced | Self::NotAllowed => return vec![],
            Self::NotToOthers => "to_department_ids",
            Self::NotUrgentToOthers => "urgent",
            Self::UnknownDepartment { field } => field,
            Self::LanguageTwice | Self::LanguageWithoutText => "texts",
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::ControlCharacter { field }
            | Self::InvalidLanguage { field } => field,
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
