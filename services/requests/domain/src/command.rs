//! What somebody may want of a request. Facts from elsewhere travel with it.

mod import;
mod links;
mod plan;

use std::sync::Arc;

use khidma_events::requests::{
    Attachment, Channel, LinkKind, OfferingPublished, Priority, TasksFate,
};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId, TaskKey, Timestamp};
use serde_json::{Map, Value};

use crate::approving::Approving;
use crate::offering::FormProblem;

pub use import::{Condition, HistoryAction, Import, Record, Verb};
pub use links::{AttachedBy, Found, MergedAway, Other, Raise, Told};
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
        /// Fact: whether the caller is one of those who approve it, and may read it therefore.
        approver: bool,
    },
    /// End somebody's following.
    RemoveWatcher {
        /// Who shall no longer.
        person: PersonId,
    },
    /// Agree, as one of those who are asked in the present step.
    Approve {
        /// The request itself, from which the ids of the tasks that begin follow.
        id: ServiceRequestId,
        /// A word with it; may be empty.
        comment: String,
        /// Facts: as whom the caller may.
        approving: Approving,
    },
    /// Say no, as one of those who are asked in the present step.
    Reject {
        /// Why.
        reason: String,
        /// Facts: as whom the caller may.
        approving: Approving,
    },
    /// Let happen what happens when nobody has decided a step in time.
    ApprovalTimeout {
        /// The request itself, from which the ids of the tasks that begin follow.
        id: ServiceRequestId,
        /// The step the timer was for, counted from 0.
        step: u32,
        /// When the waiting began that the timer was for.
        since: Timestamp,
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
    /// Raise a concern about a service.
    Raise(Raise),
    /// Whoever raised an anonymous concern replies.
    ReplyAsRaiser {
        /// What is said.
        text: String,
        /// SHA-256 of the word by which they follow it, hexadecimal: who knows the word is who raised it.
        follow_digest: String,
    },
    /// Say how it hangs together with another.
    Link {
        /// How.
        kind: LinkKind,
        /// The other one.
        other: Other,
    },
    /// Say that it does not hang together so after all.
    Unlink {
        /// How it was thought to.
        kind: LinkKind,
        /// The other one.
        request: ServiceRequestId,
    },
    /// Let another request go on for it.
    Merge {
        /// That one.
        into: Other,
        /// Why; may be empty.
        reason: String,
    },
    /// Take in who asked for and followed a request that was merged into this one.
    ReceiveMerge(MergedAway),
    /// Go on by itself after all, as what it was merged into had ended or been merged before.
    TakeBackMerge {
        /// What it was merged into.
        into: ServiceRequestId,
    },
    /// Attach something that lies elsewhere.
    Attach {
        /// What.
        attachment: Attachment,
        /// Whether only the provider shall see it.
        internal: bool,
    },
    /// Attach it no longer.
    Detach {
        /// Its digest.
        sha256: String,
        /// Fact: who attached it.
        attached_by: AttachedBy,
    },
    /// Tell whoever raised this concern what came of a similar one.
    ShareOutcome(Told),
}

/// A new request.
#[derive(Debug, Clone, PartialEq)]
pub struct Submit {
    /// The request's id, from which those of its tasks follow.
    pub id: ServiceRequestId,
    /// The department that is asked; that of the offering if `None`.
    pub provider: Option<DepartmentId>,
    /// Fact: whether there is such a department and it is open.
    pub provider_known: bool,
    /// Who asks, if not the caller.
    pub on_behalf_of: Option<Subject>,
    /// Fact: whether whoever asks reports to somebody.
    pub requester_has_manager: bool,
    /// Of which plan it is a task; only the service itself asks for those.
    pub task: Option<ForPlan>,
    /// What is wanted, in one line; may be empty under an offering: then it is the offering's name.
    pub title: String,
    /// What is wanted, in full; may be empty.
    pub description: String,
    /// The offering it asks for.
    pub offering: Option<Box<Wanted>>,
    /// The answers to the offering's form.
    pub answers: Map<String, Value>,
    /// Fact: what is wrong with the answers.
    pub form_problems: Vec<FormProblem>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags.
    pub tags: Vec<String>,
    /// By which way it came in.
    pub channel: Channel,
}

/// An offering that is asked for, with what the catalogue says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Which.
    pub offering: OfferingId,
    /// Fact: its terms at present; `None` if there is no such offering.
    pub found: Option<Arc<OfferingPublished>>,
    /// Fact: whether it can no longer be asked for.
    pub retired: bool,
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
