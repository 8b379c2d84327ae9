//! What somebody may want of a request. Facts from elsewhere travel with it.

mod plan;

use khidma_events::requests::{Channel, Priority, TasksFate};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId, TaskKey};

pub use plan::{ForPlan, NoteTasks, PlanTasks, TaskNews, TaskNote};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Ask a department for something.
    Submit(Submit),
    /// Say: we have seen it.
    Acknowledge {
        /// A public word with it; may be empty.
        note: String,
    },
    /// Give it to somebody.
    Assign {
        /// Who shall do it.
        assignee: Subject,
    },
    /// Take it on oneself.
    Claim,
    /// Begin to work.
    Start,
    /// Wait for the requester.
    WaitOnRequester {
        /// What is needed from them.
        question: String,
    },
    /// Go on after waiting.
    Resume {
        /// A public word with it; may be empty.
        note: String,
    },
    /// Reply in public.
    Reply {
        /// What is said.
        text: String,
    },
    /// Note something that only the provider sees.
    AddNote {
        /// What is noted.
        text: String,
    },
    /// Change how urgent it is.
    SetPriority {
        /// The new priority.
        priority: Priority,
        /// Why; may be empty.
        reason: String,
    },
    /// Replace the tags.
    SetTags {
        /// All tags.
        tags: Vec<String>,
    },
    /// Hand it to another department.
    Transfer {
        /// That department.
        to: DepartmentId,
        /// Fact: whether there is such a department and it is open.
        to_known: bool,
        /// Why.
        reason: String,
    },
    /// Say: done.
    Resolve {
        /// What was done.
        outcome: String,
        /// After how many seconds it closes by itself.
        auto_close_after_seconds: i64,
    },
    /// The requester says: done.
    Confirm {
        /// A word with it; may be empty.
        comment: String,
    },
    /// It was not done after all.
    Reopen {
        /// What is missing.
        reason: String,
    },
    /// Close it, as the requester did not speak in time.
    AutoClose,
    /// Say: we will not do it.
    Decline {
        /// Why.
        reason: String,
        /// What becomes of its tasks under way, if there are any.
        tasks: Option<TasksFate>,
    },
    /// Say: we no longer want it.
    Cancel {
        /// Why; may be empty.
        reason: String,
        /// What becomes of its tasks under way, if there are any.
        tasks: Option<TasksFate>,
    },
    /// Let somebody follow it.
    AddWatcher {
        /// Who shall.
        person: Subject,
    },
    /// End somebody's following.
    RemoveWatcher {
        /// Who shall no longer.
        person: PersonId,
    },
    /// Add tasks to its plan.
    PlanTasks(PlanTasks),
    /// Write down what became of tasks under way; by the service.
    NoteTasks(NoteTasks),
    /// Say: this task is no longer wanted.
    DropTask {
        /// The request itself.
        id: ServiceRequestId,
        /// The task.
        task: TaskKey,
        /// Why.
        reason: String,
    },
    /// Ask again for a task that was declined or refused.
    RetryTask {
        /// The request itself.
        id: ServiceRequestId,
        /// The task.
        task: TaskKey,
    },
    /// End a request that is a task, as its plan no longer wants it; by the service.
    CancelTask {
        /// Why.
        reason: String,
    },
    /// Let a request that is a task go on by itself; by the service.
    ReleaseFromPlan,
}

/// A new request.
#[derive(Debug, Clone, PartialEq)]
pub struct Submit {
    /// The department that is asked.
    pub provider: DepartmentId,
    /// Fact: whether there is such a department and it is open.
    pub provider_known: bool,
    /// Who asks, if not the caller.
    pub on_behalf_of: Option<Subject>,
    /// Of which plan it is a task; only the service itself asks for those.
    pub task: Option<ForPlan>,
    /// What is wanted, in one line.
    pub title: String,
    /// What is wanted, in full; may be empty.
    pub description: String,
    /// The offering it asks for.
    pub offering: Option<OfferingId>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags.
    pub tags: Vec<String>,
    /// By which way it came in.
    pub channel: Channel,
}

/// Somebody who is spoken of, with what the directory says of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Who.
    pub person: PersonId,
    /// Fact: whether there is such a person and they have not left.
    pub known: bool,
    /// Fact: their departments, the main one first.
    pub departments: Vec<DepartmentId>,
}
