//! Why something does not happen to a survey.

use khidma_kernel::Refusal;

/// Why not. Nothing was written. A `field` is the path of the field at fault, such as `sections[1].items[0].when.item`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SurveyRefusal {
    #[error("there is no survey with this id")]
    UnknownSurvey,
    #[error("a survey is for those who lead the department that asks, and for admins")]
    NotAllowed,
    #[error("the survey was retired")]
    Retired,
    #[error("there is no open department with this id")]
    UnknownDepartment,
}

impl Refusal for SurveyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSurvey => "UNKNOWN_SURVEY",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Retired => "SURVEY_RETIRED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownSurvey | Self::NotAllowed | Self::Retired => None,
            Self::UnknownDepartment => Some("owner_id"),
        }
    }
}
