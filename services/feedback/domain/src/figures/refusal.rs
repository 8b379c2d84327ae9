//! Why figures are not taken.

use khidma_kernel::Refusal;

use super::Month;

/// Why not. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum FiguresRefusal {
    #[error("figures of people are said by who leads the department, by admins, and by imports")]
    NotAllowed,
    #[error("there is no department with this id")]
    UnknownDepartment,
    #[error("the figures of at least one month are needed")]
    NoMonth,
    #[error("at most {limit} months are said at once")]
    TooManyMonths { limit: usize },
    #[error("{month} is said twice")]
    MonthTwice { month: Month },
    #[error("{month} has not begun yet")]
    FutureMonth { month: Month },
    #[error("{month}: more than {limit} people are too many")]
    TooManyPeople { month: Month, limit: u32 },
    #[error(
        "{month}: of those who left, no more can have come in the month than came, and no more than left"
    )]
    MoreThanCame { month: Month },
    #[error("{month}: more left of those there when it began than were there")]
    MoreThanWereThere { month: Month },
    #[error(
        "{before} ends with {end} people and {after} begins with {begin}: they have to be the same"
    )]
    Inconsistent {
        before: Month,
        end: u32,
        after: Month,
        begin: u32,
    },
}

impl Refusal for FiguresRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "NOT_ALLOWED",
            Self::UnknownDepartment => "UNKNOWN_DEPARTMENT",
            Self::NoMonth => "MISSING_FIELD",
            Self::TooManyMonths { .. } => "TOO_MANY",
            Self::MonthTwice { .. } => "MONTH_TWICE",
            Self::FutureMonth { .. } => "FUTURE_MONTH",
            Self::TooManyPeople { .. } => "TOO_MANY_PEOPLE",
            Self::MoreThanCame { .. } => "MORE_LEFT_THAN_CAME",
            Self::MoreThanWereThere { .. } => "MORE_LEFT_THAN_WERE_THERE",
            Self::Inconsistent { .. } => "INCONSISTENT_MONTHS",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed => None,
            Self::UnknownDepartment => Some("department_id"),
            Self::NoMonth | Self::TooManyMonths { .. } => Some("months"),
            Self::MonthTwice { .. } | Self::FutureMonth { .. } => Some("months.month"),
            Self::TooManyPeople { .. } | Self::Inconsistent { .. } => Some("months.headcount"),
            Self::MoreThanCame { .. } => Some("months.leavers_among_joiners"),
            Self::MoreThanWereThere { .. } => Some("months.leavers"),
        }
    }
}
