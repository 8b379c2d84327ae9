//! Why a request refuses a command.

use khidma_kernel::{Refusal, TaskKey, Timestamp};

use crate::State;
use crate::offering::FormProblem;

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
    /// A record of a history is earlier than the one before it.
    #[error("it happened at {at}, which is before {before}, when what comes before it happened")]
    HistoryUnordered {
        /// When the one before it happened.
        before: Timestamp,
        /// When it happened.
        at: Timestamp,
    },
    /// What was taken over of the case before is not how this history begins.
    #[error("{steps} records of this case were taken over before, and they were others")]
    HistoryDiffers {
        /// How many.
        steps: u32,
    },
    /// What is wrong with one record of a history.
    #[error("record {number}: {refusal}")]
    InRecord {
        /// The record, counted from 1.
        number: u32,
        /// What is wrong with it.
        refusal: Box<RequestRefusal>,
    },
    /// No offering has that id.
    #[error("there is no offering with this id")]
    UnknownOffering {
        /// The field that named it.
        field: &'static str,
    },
    /// It was retired.
    #[error("the offering can no longer be asked for")]
    OfferingRetired,
    /// It is not this department's.
    #[error("another department has this offering")]
    OfferingOfAnother,
    /// Answers, but to which form?
    #[error("answers need an offering whose form they answer")]
    AnswersWithoutOffering,
    /// The answers are not what the offering's form asks for.
    #[error("the answers are not what the form asks for ({} to be mended)", problems.len())]
    InvalidForm {
        /// What is wrong, field by field.
        problems: Vec<FormProblem>,
    },
    /// The offering needs the word of the requester's manager, and they have none.
    #[error("the requester's manager has to approve, and the requester reports to nobody")]
    NoManager,
    /// Nobody approves what they ask for themselves, nor rejects it.
    #[error("whoever asks for something does not decide about it")]
    OwnRequest,
    /// One person agrees to a step once.
    #[error("the caller has agreed to this step already")]
    AlreadyApproved,
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
    /// A task waits for only so many others.
    #[error("task {task} may wait for at most {limit} others")]
    TooManyNeeds {
        /// The task.
        task: TaskKey,
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
    /// There is no such other request, or none that the caller may read: the two look the same.
    #[error("there is no such request")]
    UnknownOther {
        /// The field that named it.
        field: &'static str,
    },
    /// A request cannot be linked to or merged into itself.
    #[error("this is the request itself")]
    SameRequest {
        /// The field that named it.
        field: &'static str,
    },
    /// A request has only so many links.
    #[error("a request has at most {limit} links")]
    TooManyLinks {
        /// The limit.
        limit: usize,
    },
    /// Only concerns are similar to concerns.
    #[error("only concerns are similar to each other")]
    NotConcerns,
    /// A concern goes on in a concern, a request in a request.
    #[error("a concern is merged with a concern only, and a request with a request")]
    OtherKind,
    /// What has ended cannot go on for another.
    #[error("the request that should go on is {}", state.as_str())]
    MergeTargetOver {
        /// Where it is in its life.
        state: State,
    },
    /// Others wait for it, or it waits for others.
    #[error("a request with tasks under way, or that is a task itself, cannot be merged")]
    PartOfPlan,
    /// A request has only so many attachments.
    #[error("a request has at most {limit} attachments")]
    TooManyAttachments {
        /// The limit.
        limit: usize,
    },
    /// Something of an attachment is not as it has to be.
    #[error("{field} {rule}")]
    InvalidAttachment {
        /// The field.
        field: &'static str,
        /// How it has to be.
        rule: &'static str,
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
            Self::HistoryUnordered { .. } => "HISTORY_UNORDERED",
            Self::HistoryDiffers { .. } => "HISTORY_DIFFERS",
            Self::InRecord { refusal, .. } => refusal.code(),
            Self::UnknownOffering { .. } => "UNKNOWN_OFFERING",
            Self::OfferingRetired => "OFFERING_RETIRED",
            Self::OfferingOfAnother => "OFFERING_OF_ANOTHER",
            Self::AnswersWithoutOffering => "ANSWERS_WITHOUT_OFFERING",
            Self::InvalidForm { .. } => "INVALID_FORM",
            Self::NoManager => "NO_MANAGER",
            Self::OwnRequest => "OWN_REQUEST",
            Self::AlreadyApproved => "ALREADY_APPROVED",
            Self::DuplicateTask { .. } => "DUPLICATE_TASK",
            Self::UnknownTask { .. } => "UNKNOWN_TASK",
            Self::PlanCycle { .. } => "PLAN_CYCLE",
            Self::TooManyTasks { .. } => "TOO_MANY_TASKS",
            Self::TooManyNeeds { .. } => "TOO_MANY_NEEDS",
            Self::TooDeep { .. } => "TOO_DEEP",
            Self::TaskNotInState { .. } => "TASK_STATE",
            Self::TasksOpen { .. } => "TASKS_OPEN",
            Self::UnknownOther { .. } => "UNKNOWN_REQUEST",
            Self::SameRequest { .. } => "SAME_REQUEST",
            Self::TooManyLinks { .. } => "TOO_MANY_LINKS",
            Self::NotConcerns => "NOT_CONCERNS",
            Self::OtherKind => "OTHER_KIND",
            Self::MergeTargetOver { .. } => "MERGE_TARGET_OVER",
            Self::PartOfPlan => "PART_OF_PLAN",
            Self::TooManyAttachments { .. } => "TOO_MANY_ATTACHMENTS",
            Self::InvalidAttachment { .. } => "INVALID_ATTACHMENT",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownDepartment { field }
            | Self::UnknownPerson { field }
            | Self::UnknownOffering { field }
            | Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::UnknownTask { field, .. }
            | Self::UnknownOther { field }
            | Self::SameRequest { field }
            | Self::InvalidAttachment { field, .. } => Some(field),
            Self::OtherKind | Self::MergeTargetOver { .. } => Some("into_id"),
            Self::AssigneeNotMember => Some("assignee_id"),
            Self::SameProvider | Self::OfferingOfAnother => Some("provider_id"),
            Self::OfferingRetired => Some("offering"),
            Self::AnswersWithoutOffering | Self::InvalidForm { .. } => Some("answers"),
            Self::InvalidTags => Some("tags"),
            Self::InRecord { refusal, .. } => refusal.field(),
            Self::DuplicateTask { .. } | Self::PlanCycle { .. } | Self::TooManyTasks { .. } => {
                Some("tasks")
            }
            Self::TooManyNeeds { .. } => Some("needs"),
            Self::UnknownRequest
            | Self::NotAllowed { .. }
            | Self::NoDepartment
            | Self::InvalidTransition { .. }
            | Self::AlreadyAcknowledged
            | Self::AlreadyAssigned
            | Self::TooManyWatchers { .. }
            | Self::AlreadySubmitted
            | Self::HistoryUnordered { .. }
            | Self::HistoryDiffers { .. }
            | Self::NoManager
            | Self::OwnRequest
            | Self::AlreadyApproved
            | Self::TooDeep { .. }
            | Self::TaskNotInState { .. }
            | Self::TasksOpen { .. }
            | Self::TooManyLinks { .. }
            | Self::NotConcerns
            | Self::PartOfPlan
            | Self::TooManyAttachments { .. } => None,
        }
    }

    fn violations(&self) -> Vec<(String, String)> {
        if let Self::InvalidForm { problems } = self {
            let problems = problems.iter();
            return problems
                .map(|problem| (problem.field.clone(), problem.message.clone()))
                .collect();
        }
        let field = self.field().into_iter();
        field
            .map(|field| (field.to_owned(), self.to_string()))
            .collect()
    }
}

impl RequestRefusal {
    /// A refusal that concerns the record `number` of a history.
    pub(crate) fn in_record(number: u32, refusal: Self) -> Self {
        let refusal = Box::new(refusal);
        Self::InRecord { number, refusal }
    }
}
