//! What somebody may want of a request. Facts from elsewhere travel with it.

mod links;

use khidma_events::requests::{Attachment, Channel, LinkKind, Priority};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId};

pub use links::{AttachedBy, Found, MergedAway, Other, Raise, Told};

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
    /// The department that is asked.
    pub provider: DepartmentId,
    /// Fact: whether there is such a department and it is open.
    pub provider_known: bool,
    /// Who asks, if not the caller.
    pub on_behalf_of: Option<Subject>,
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
