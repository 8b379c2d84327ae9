//! Why something does not happen to a survey.

use khidma_kernel::Refusal;

use super::definition::Problem;

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
    #[error("the definition makes no sense: {}", told(problems))]
    Invalid { problems: Vec<Problem> },
}

fn told(problems: &[Problem]) -> String {
    let more = match problems.len() {
        0 | 1 => String::new(),
        many => format!(" (and {} more)", many - 1),
    };
    let first = problems.first().map(ToString::to_string);
    first.unwrap_or_default() + &more
}

impl Refusal for SurveyRefusal {
    /// Of a definition that makes no sense: what is wrong first.
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSurvey => "UNKNOWN_SURVEY",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Retired => "SURVEY_RETIRED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::Invalid { problems } => problems
                .first()
                .map_or("INVALID_DEFINITION", |problem| problem.defect.code()),
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        match self {
            Self::UnknownSurvey | Self::NotAllowed | Self::Retired => vec![],
            Self::UnknownDepartment => vec![("owner_id".to_owned(), self.to_string())],
            Self::Invalid { problems } => problems
                .iter()
                .map(|problem| (problem.field.clone(), problem.defect.to_string()))
                .collect(),
        }
    }
}
