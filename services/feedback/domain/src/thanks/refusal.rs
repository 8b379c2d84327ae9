//! Why nobody is thanked.

use khidma_kernel::Refusal;

use crate::wording::Wording;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ThanksRefusal {
    #[error("there are no such thanks")]
    UnknownThanks,
    #[error("thanks come from a person")]
    NotAllowed,
    #[error("to_person_id: nobody thanks themselves")]
    Oneself,
    #[error("to_person_id: there is no such person, or they have left")]
    UnknownPerson,
    #[error("to_department_id: there is no open department with this id")]
    UnknownDepartment,
    #[error("service_request_id: there is no request with this id that thanks can be tied to")]
    UnknownRequest,
    #[error("at most {limit} thanks in 24 hours")]
    TooManyADay { limit: usize },
    #[error("at most {limit} thanks to the same person or team in 24 hours")]
    TooManyToOne { limit: usize },
    #[error(transparent)]
    Wording(#[from] Wording),
}

impl Refusal for ThanksRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownThanks => "UNKNOWN_THANKS",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Oneself => "ONESELF",
            Self::UnknownPerson => "UNKNOWN_PERSON",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::UnknownRequest => "UNKNOWN_REQUEST",
            Self::TooManyADay { .. } => "TOO_MANY_THANKS",
            Self::TooManyToOne { .. } => "TOO_MANY_THANKS_TO_ONE",
            Self::Wording(wording) => wording.code(),
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::UnknownThanks => "id",
            Self::Oneself | Self::UnknownPerson => "to_person_id",
            Self::UnknownDepartment => "to_department_id",
            Self::UnknownRequest => "service_request_id",
            Self::Wording(wording) => wording.field(),
            Self::NotAllowed | Self::TooManyADay { .. } | Self::TooManyToOne { .. } => {
                return Vec::new();
            }
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
