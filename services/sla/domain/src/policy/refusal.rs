//! Why a policy refuses a command.

use khidma_kernel::Refusal;

use super::PolicyProblem;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// There is none of that id.
    #[error("there is no such policy")]
    UnknownPolicy,
    /// It has no version of that number.
    #[error("the policy has no version {version}")]
    UnknownVersion {
        /// The number.
        version: u32,
    },
    /// Somebody else has to say that.
    #[error(
        "a policy that names one department is for its managers and for admins to say; any other is for admins"
    )]
    NotAllowed,
    /// It was not found to make sense yet.
    #[error("version {version} was not validated yet: validate it first")]
    NotValidated {
        /// The version.
        version: u32,
    },
    /// It makes no sense.
    #[error("the policy makes no sense: {}", told(problems))]
    Invalid {
        /// All that is wrong, up to a limit.
        problems: Vec<PolicyProblem>,
    },
    /// Others promise already what it would.
    #[error("another policy holds: {}", told(problems))]
    Overlaps {
        /// With which, each.
        problems: Vec<PolicyProblem>,
    },
}

fn told(problems: &[PolicyProblem]) -> String {
    let more = match problems.len() {
        0 | 1 => String::new(),
        many => format!(" (and {} more)", many - 1),
    };
    let first = problems.first().map(ToString::to_string);
    first.unwrap_or_default() + &more
}

impl PolicyRefusal {
    /// What is wrong with the policy, where that is why.
    pub fn problems(&self) -> &[PolicyProblem] {
        match self {
            Self::Invalid { problems } | Self::Overlaps { problems } => problems,
            Self::UnknownPolicy
            | Self::UnknownVersion { .. }
            | Self::NotAllowed
            | Self::NotValidated { .. } => &[],
        }
    }
}

impl Refusal for PolicyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownPolicy => "UNKNOWN_POLICY",
            Self::UnknownVersion { .. } => "UNKNOWN_VERSION",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::NotValidated { .. } => "NOT_VALIDATED",
            Self::Invalid { .. } => "INVALID_POLICY",
            Self::Overlaps { .. } => "POLICY_OVERLAPS",
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        match self {
            Self::UnknownPolicy => vec![("id".to_owned(), self.to_string())],
            Self::UnknownVersion { .. } | Self::NotValidated { .. } => {
                vec![("version".to_owned(), self.to_string())]
            }
            Self::NotAllowed => vec![],
            Self::Invalid { problems } | Self::Overlaps { problems } => problems
                .iter()
                .map(|problem| (problem.field.clone(), problem.defect.to_string()))
                .collect(),
        }
    }
}
