//! What can be wrong with a policy, and what to do about it.

use std::fmt;

use khidma_kernel::{CalendarId, DepartmentId, OfferingId, PersonId, PolicyId, RoleId};

/// One thing that is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// Where: `rules[0].targets.resolve.within`.
    pub field: String,
    /// What.
    pub defect: PolicyDefect,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.defect)
    }
}

/// How a policy can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PolicyDefect {
    #[error("a name is needed")]
    NameEmpty,
    #[error("may have at most {limit} characters")]
    TooLong { limit: usize },
    #[error("may have at most {limit} items")]
    TooMany { limit: usize },
    #[error("a policy needs at least one rule")]
    NoRules,
    #[error("a rule needs at least one target; take the rule out if it promises nothing")]
    NoTargets,
    #[error(
        "this rule never matches: {earlier} ({name:?}) covers all it is for; put the narrower rule first, or take one out"
    )]
    Covered { earlier: String, name: String },
    #[error(
        "this rule never matches: none of its providers is one of the policy's; name one of those, or leave it out"
    )]
    ForeignProviders,
    #[error("there is no calendar {id}; store it by `khidma directory calendar put`")]
    UnknownCalendar { id: CalendarId },
    #[error("there is no department {id}")]
    UnknownDepartment { id: DepartmentId },
    #[error("there is no offering {id}")]
    UnknownOffering { id: OfferingId },
    #[error("there is no role {id}")]
    UnknownRole { id: RoleId },
    #[error("there is no person {id} here, or they have left")]
    UnknownPerson { id: PersonId },
    #[error(
        "business time needs a calendar: name one here or for the whole policy, or count all time (wall_clock)"
    )]
    NoCalendar,
    #[error("a target must be more than 0")]
    ZeroTarget,
    #[error("a time of more than ten years is no promise")]
    TooFar,
    #[error("{percent} %: a warning comes between 1 and 100 % of the target")]
    WarningOutside { percent: u16 },
    #[error("a step of a ladder needs somebody who hears of it")]
    NobodyHears,
    #[error("{percent} %: a step comes between 1 and 1000 % of the target")]
    StepOutside { percent: u16 },
    #[error(
        "this step comes with or before the one above it: write the steps in the order of time, each once"
    )]
    StepOrder,
    #[error("nobody needs to hear of it twice in one step")]
    HearsTwice,
    #[error(
        "the clock would never count: it pauses in every state in which it could; leave out at least one of {states}"
    )]
    PausesForEver { states: String },
    #[error(
        "policy {other} holds for {department} already; retire it, take {department} out of one of them, or make it a version of {other}"
    )]
    Overlap {
        other: PolicyId,
        department: DepartmentId,
    },
    #[error(
        "policy {other} holds already for all departments that no other policy names; name departments here, or retire it"
    )]
    OverlapGeneral { other: PolicyId },
}
