//! Why a request refuses a command.

use khidma_kernel::{Refusal, TaskKey};

use crate::State;

/// Why not. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestRefusal {
    /// There is no such request, or none that the caller may read: the two look the same.
    #[error("there is no such request")]
    UnknownRequest,
    /// The caller may read it, but not do this.
    #[error("{action} is for {whom}")]
    NotAllowed {
        /// What was asked.
        action: &'static str,
        /// Who may.
        whom: &'static str,
    },
    /// A person without a department cannot ask for one.
    #[error("the caller belongs to no department")]
    NoDepartment,
    /// Not in this state.
    #[error("{action} is not possible while the request is {}", state.as_str())]
    InvalidTransition {
        /// What was asked.
        action: &'static str,
        /// Where the request is in its life.
        state: State,
    },
    /// The provider has acknowledged it before.
    #[error("the request is acknowledged already")]
    AlreadyAcknowledged,
    /// Somebody else does it; only the provider's manager may give it to another.
    #[error("somebody else has taken the request on")]
    AlreadyAssigned,
    /// It is with that department already.
    #[error("the request is with that department already")]
    SameProvider,
    /// No open department has that id.
    #[error("there is no open department with this id")]
    UnknownDepartment {
        /// The field that named it.
        field: &'static str,
    },
    /// Nobody here has that id.
    #[error("there is nobody with this id")]
    UnknownPerson {
        /// The field that named them.
        field: &'static str,
    },
    /// Only members of the provider can do its work.
    #[error("the assignee is no member of the provider")]
    AssigneeNotMember,
    /// A text that must say something says nothing.
    #[error("{field} must not be empty")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} may have at most {limit} characters")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A tag is not 1 to 40 letters, digits, '-', '_', ':', '.'; or there are too many.
    #[error("a tag is 1 to 40 letters, digits, '-', '_', ':', '.'; a request has at most 20")]
    InvalidTags,
    /// A request has only so many watchers.
    #[error("a request has at most {limit} watchers")]
    TooManyWatchers {
        /// The limit.
        limit: usize,
    },
    /// The request exists already: its idempotency key was used before, too long ago to say for what.
    #[error("the request exists already")]
    AlreadySubmitted,
    /// The plan has a task with that key already, or the command names it twice.
    #[error("there is a task {task} in the plan already")]
    DuplicateTask {
        /// The task.
        task: TaskKey,
    },
    /// The plan has no such task.
    #[error("there is no task {task} in the plan")]
    UnknownTask {
        /// The task.
        task: TaskKey,
        /// The field that named it.
        field: &'static str,
    },
    /// The tasks would wait for each other for ever.
    #[error("tasks would wait for each other for ever: {path}")]
    PlanCycle {
        /// The tasks around the cycle, each needing the next.
        path: String,
    },
    /// A plan has only so many tasks.
    #[error("a plan has at most {limit} tasks")]
    TooManyTasks {
        /// The limit.
        limit: usize,
    },
    /// A task's task's task … may not have tasks of its own any more.
    #[error("a request with {limit} others above it can have no tasks of its own")]
    TooDeep {
        /// The limit.
        limit: u8,
    },
    /// Not while the task is there in its life.
    #[error("{action} is not possible while task {task} is {state}")]
    TaskNotInState {
        /// What was asked.
        action: &'static str,
        /// The task.
        task: TaskKey,
        /// Where it is in its life.
        state: &'static str,
    },
    /// The plan has tasks that are neither done nor dropped.
    #[error("{action} is not possible while {count} tasks are not finished: {first}")]
    TasksOpen {
        /// What was asked.
        action: &'static str,
        /// How many.
        count: usize,
        /// The first few of them.
        first: String,
    },
}

impl Refusal for RequestRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRequest => "UNKNOWN_REQUEST",
            Self::NotAllowed { .. } => "NOT_ALLOWED",
            Self::NoDepartment => "NO_DEPARTMENT",
            Self::InvalidTransition { .. } => "INVALID_TRANSITION",
            Self::AlreadyAcknowledged => "ALREADY_ACKNOWLEDGED",
            Self::AlreadyAssigned => "ALREADY_ASSIGNED",
            Self::SameProvider => "SAME_PROVIDER",
            Self::UnknownDepartment { .. } => "UNKNOWN_DEPARTMENT",
            Self::UnknownPerson { .. } => "UNKNOWN_PERSON",
            Self::AssigneeNotMember => "ASSIGNEE_NOT_MEMBER",
            Self::Missing { .. } => "MISSING_FIELD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::InvalidTags => "INVALID_TAGS",
            Self::TooManyWatchers { .. } => "TOO_MANY_WATCHERS",
            Self::AlreadySubmitted => "ALREADY_SUBMITTED",
            Self::DuplicateTask { .. } => "DUPLICATE_TASK",
            Self::UnknownTask { .. } => "UNKNOWN_TASK",
            Self::PlanCycle { .. } => "PLAN_CYCLE",
            Self::TooManyTasks { .. } => "TOO_MANY_TASKS",
            Self::TooDeep { .. } => "TOO_DEEP",
            Self::TaskNotInState { .. } => "TASK_STATE",
            Self::TasksOpen { .. } => "TASKS_OPEN",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownDepartment { field }
            | Self::UnknownPerson { field }
            | Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::UnknownTask { field, .. } => Some(field),
            Self::AssigneeNotMember => Some("assignee_id"),
            Self::SameProvider => Some("provider_id"),
            Self::InvalidTags => Some("tags"),
            Self::DuplicateTask { .. } | Self::PlanCycle { .. } | Self::TooManyTasks { .. } => {
                Some("tasks")
            }
            Self::UnknownRequest
            | Self::NotAllowed { .. }
            | Self::NoDepartment
            | Self::InvalidTransition { .. }
            | Self::AlreadyAcknowledged
            | Self::AlreadyAssigned
            | Self::TooManyWatchers { .. }
            | Self::AlreadySubmitted
            | Self::TooDeep { .. }
            | Self::TaskNotInState { .. }
            | Self::TasksOpen { .. } => None,
        }
    }
}
