//! What somebody may want of a request. Facts from elsewhere travel with it.

use std::sync::Arc;

use khidma_events::requests::{Channel, OfferingPublished, Priority};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId};
use serde_json::{Map, Value};

use crate::offering::FormProblem;

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
    },
    /// Say: we no longer want it.
    Cancel {
        /// Why; may be empty.
        reason: String,
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
