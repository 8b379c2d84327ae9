//! Why a request refuses a command.

use khidma_kernel::Refusal;

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
            | Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::UnknownOther { field }
            | Self::SameRequest { field }
            | Self::InvalidAttachment { field, .. } => Some(field),
            Self::OtherKind | Self::MergeTargetOver { .. } => Some("into_id"),
            Self::AssigneeNotMember => Some("assignee_id"),
            Self::SameProvider => Some("provider_id"),
            Self::InvalidTags => Some("tags"),
            Self::UnknownRequest
            | Self::NotAllowed { .. }
            | Self::NoDepartment
            | Self::InvalidTransition { .. }
            | Self::AlreadyAcknowledged
            | Self::AlreadyAssigned
            | Self::TooManyWatchers { .. }
            | Self::AlreadySubmitted
            | Self::TooManyLinks { .. }
            | Self::NotConcerns
            | Self::PartOfPlan
            | Self::TooManyAttachments { .. } => None,
        }
    }
}
