//! Why an offering refuses a command.

use khidma_kernel::Refusal;

use super::FormProblem;

/// Why not. Nothing was written. A `field` is the path of the field at fault, such as `plan[3].title`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum OfferingRefusal {
    #[error("there is no such offering")]
    UnknownOffering,
    #[error("what a department offers is for its managers and for admins to say")]
    NotAllowed,
    #[error(
        "an offering stays with its department; another department needs an offering of its own"
    )]
    ProviderFixed,
    #[error("the present version is {current}, not {expected}")]
    VersionNotCurrent { expected: u32, current: u32 },
    #[error("{field} must not be empty")]
    Missing { field: String },
    #[error("{field} may have at most {limit} characters")]
    TooLong { field: String, limit: usize },
    #[error("{field} may have at most {limit} items")]
    TooMany { field: String, limit: usize },
    #[error("{field} is no language tag (BCP 47)")]
    InvalidLanguage { field: String },
    #[error("a language has one text")]
    LanguageTwice,
    #[error("the language to fall back to is none of those of the texts")]
    LanguageWithoutText,
    #[error("{field} must be more than 0")]
    NoTime { field: String },
    #[error("{field}: there is no open department with this id")]
    UnknownDepartment { field: String },
    #[error("{field}: there is no offering with this id that can be asked for")]
    UnknownTaskOffering { field: String },
    #[error("{field}: another department has this offering")]
    OfferingOfAnother { field: String },
    #[error("{field}: answers need an offering whose form they answer")]
    AnswersWithoutOffering { field: String },
    #[error("{field}: there are two tasks {task:?}")]
    DuplicateTask { field: String, task: String },
    #[error("{field}: there is no task {need:?}")]
    UnknownNeed { field: String, need: String },
    #[error("the tasks wait for each other: {path}")]
    PlanCycle { path: String },
    #[error("the offering would be asked for by its own tasks, for ever: {path}")]
    AsksForItself { path: String },
    #[error("with the plans of its tasks' offerings, the plan has more than {limit} tasks")]
    PlanTooLarge { limit: usize },
    #[error(
        "the form is no JSON Schema that can be used here: {}",
        first(problems)
    )]
    InvalidForm { problems: Vec<FormProblem> },
    #[error("{field}: a step asks each approver once")]
    ApproverTwice { field: String },
}

fn first(problems: &[FormProblem]) -> String {
    let shown = |problem: &FormProblem| format!("{}: {}", problem.field, problem.message);
    problems.first().map(shown).unwrap_or_default()
}

impl Refusal for OfferingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownOffering | Self::UnknownTaskOffering { .. } => "UNKNOWN_OFFERING",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::ProviderFixed => "PROVIDER_FIXED",
            Self::VersionNotCurrent { .. } => "VERSION_NOT_CURRENT",
            Self::Missing { .. } => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooMany { .. } => "TOO_MANY",
            Self::InvalidLanguage { .. } => "INVALID_LANGUAGE",
            Self::LanguageTwice => "LANGUAGE_TWICE",
            Self::LanguageWithoutText => "LANGUAGE_WITHOUT_TEXT",
            Self::NoTime { .. } => "NO_TIME",
            Self::UnknownDepartment { .. } => "UNKNOWN_DEPARTMENT",
            Self::OfferingOfAnother { .. } => "OFFERING_OF_ANOTHER",
            Self::AnswersWithoutOffering { .. } => "ANSWERS_WITHOUT_OFFERING",
            Self::DuplicateTask { .. } => "DUPLICATE_TASK",
            Self::UnknownNeed { .. } => "UNKNOWN_NEED",
            Self::PlanCycle { .. } | Self::AsksForItself { .. } => "PLAN_CYCLE",
            Self::PlanTooLarge { .. } => "TOO_MANY_TASKS",
            Self::InvalidForm { .. } => "INVALID_SCHEMA",
            Self::ApproverTwice { .. } => "APPROVER_TWICE",
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::InvalidForm { problems } => {
                return problems
                    .iter()
                    .map(|problem| (problem.field.clone(), problem.message.clone()))
                    .collect();
            }
            Self::UnknownOffering => "id",
            Self::NotAllowed => return vec![],
            Self::ProviderFixed => "provider_id",
            Self::VersionNotCurrent { .. } => "expected_version",
            Self::LanguageTwice => "texts",
            Self::LanguageWithoutText => "language",
            Self::PlanCycle { .. } | Self::AsksForItself { .. } | Self::PlanTooLarge { .. } => {
                "plan"
            }
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::InvalidLanguage { field }
            | Self::NoTime { field }
            | Self::ApproverTwice { field }
            | Self::UnknownDepartment { field }
            | Self::UnknownTaskOffering { field }
            | Self::OfferingOfAnother { field }
            | Self::AnswersWithoutOffering { field }
            | Self::DuplicateTask { field, .. }
            | Self::UnknownNeed { field, .. } => field,
        };
        vec![(field.to_owned(), self.to_string())]
    }
}
