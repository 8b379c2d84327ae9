//! What happened to a request, as far as its clocks care.

use khidma_events::requests::{Priority, RequestEvent, RequestKind, Side};
use khidma_kernel::{Actor, DepartmentId, OfferingId, PersonId, Position, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// When. Of one request's facts none is before the one before it.
    pub at: Timestamp,
    /// Where its commit stands.
    pub position: Position,
    /// Which event of that commit, from 0.
    pub index: u32,
    /// What.
    pub deed: Deed,
}

/// What a policy's rules look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The department that is asked.
    pub provider: DepartmentId,
    /// The department that asks; unknown for an anonymous concern.
    pub requester: Option<DepartmentId>,
    /// The offering that is asked for.
    pub offering: Option<OfferingId>,
    /// How urgent it is.
    pub priority: Priority,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Whether it is a task of another request's plan.
    pub task: bool,
    /// Whether it is a concern.
    pub concern: bool,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// It was asked for.
    Submitted(Box<Profile>),
    /// It waits until its approvers agree.
    ApprovalsRequired,
    /// They agreed.
    Approved,
    /// A person of the provider said that they have seen it.
    Acknowledged {
        /// Whether they said a public word with it.
        said: bool,
    },
    /// Somebody does it from now on.
    Assigned(PersonId),
    /// Work began.
    Started,
    /// The provider asked the requester something and waits.
    WaitBegan,
    /// The waiting ended.
    Resumed {
        /// Whether the provider said a public word with it.
        said: bool,
    },
    /// A person of the provider replied in public.
    ProviderReplied,
    /// The requester wrote.
    RequesterReplied,
    /// It became more or less urgent.
    PriorityChanged(Priority),
    /// It was tagged anew.
    TagsChanged(Vec<String>),
    /// Another department became its provider.
    Transferred(DepartmentId),
    /// The provider said that it is done.
    Resolved,
    /// The requester said that it is done.
    Confirmed,
    /// It was not done after all.
    Reopened {
        /// Whether its requester said so.
        by_requester: bool,
    },
    /// It closed by itself.
    AutoClosed,
    /// The provider will not do it.
    Declined,
    /// The requester no longer wanted it.
    Cancelled,
    /// Its approvers did not agree.
    Rejected,
    /// Another request goes on for it.
    Merged,
    /// It is no longer a task of a plan.
    Released,
}

impl Deed {
    /// What a request's event is to its clocks; `None` if nothing. `requester` is who asked, as far as one knows.
    ///
    /// A word counts as the provider's if a person said it: a machine's acknowledgement is none.
    pub fn of(recorded: &Recorded<RequestEvent>, requester: Option<&PersonId>) -> Option<Self> {
        let by_person = matches!(recorded.by, Actor::Person(_));
        // Of those who are anonymous, a request only hears of who raised it.
        let by_requester = recorded.by == Actor::Anonymous
            || (requester.is_some() && recorded.by.person() == requester);
        match &recorded.event {
            RequestEvent::Submitted(event) => Some(Self::Submitted(Box::new(Profile {
                provider: event.provider.clone(),
                requester: event.requester_department.clone(),
                offering: event.offering.clone(),
                priority: event.priority,
                tags: event.tags.clone(),
                task: event.task_of.is_some(),
                concern: event.kind == RequestKind::Concern,
            }))),
            RequestEvent::ApprovalsRequired(_) => Some(Self::ApprovalsRequired),
            RequestEvent::Approved(_) => Some(Self::Approved),
            RequestEvent::Acknowledged(event) => by_person.then_some(Self::Acknowledged {
                said: event.note.is_some(),
            }),
            RequestEvent::Assigned(event) => Some(Self::Assigned(event.assignee.clone())),
            RequestEvent::Started(_) => Some(Self::Started),
            RequestEvent::WaitBegan(_) => Some(Self::WaitBegan),
            RequestEvent::Resumed(event) => Some(Self::Resumed {
                said: by_person && event.note.is_some(),
            }),
            RequestEvent::Replied(event) => match event.side {
                Side::Requester => Some(Self::RequesterReplied),
                Side::Provider => by_person.then_some(Self::ProviderReplied),
            },
            RequestEvent::PriorityChanged(event) => Some(Self::PriorityChanged(event.to)),
            RequestEvent::TagsChanged(event) => Some(Self::TagsChanged(event.tags.clone())),
            RequestEvent::Transferred(event) => Some(Self::Transferred(event.to.clone())),
            RequestEvent::Resolved(_) => Some(Self::Resolved),
            RequestEvent::Confirmed(_) => Some(Self::Confirmed),
            RequestEvent::Reopened(_) => Some(Self::Reopened { by_requester }),
            RequestEvent::AutoClosed(_) => Some(Self::AutoClosed),
            RequestEvent::Declined(_) => Some(Self::Declined),
            RequestEvent::Cancelled(_) => Some(Self::Cancelled),
            RequestEvent::ApprovalRejected(_) => Some(Self::Rejected),
            RequestEvent::Merged(_) => Some(Self::Merged),
            RequestEvent::ReleasedFromPlan(_) => Some(Self::Released),
            RequestEvent::ReceiptIssued(_)
            | RequestEvent::NoteAdded(_)
            | RequestEvent::WatcherAdded(_)
            | RequestEvent::WatcherRemoved(_)
            | RequestEvent::ApprovalGiven(_)
            | RequestEvent::ApprovalStepPassed(_)
            | RequestEvent::ApprovalTimedOut(_)
            | RequestEvent::TasksPlanned(_)
            | RequestEvent::TasksBegun(_)
            | RequestEvent::TaskProgressed(_)
            | RequestEvent::TaskRefused(_)
            | RequestEvent::TaskDropped(_)
            | RequestEvent::Linked(_)
            | RequestEvent::Unlinked(_)
            | RequestEvent::MergeReceived(_)
            | RequestEvent::Attached(_)
            | RequestEvent::Detached(_)
            | RequestEvent::OutcomePublished(_)
            | RequestEvent::OutcomeShared(_)
            | RequestEvent::HistoryImported(_) => None,
        }
    }

    /// The event's name, as the log writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "submitted",
            Self::ApprovalsRequired => "approvals_required",
            Self::Approved => "approved",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Assigned(_) => "assigned",
            Self::Started => "started",
            Self::WaitBegan => "wait_began",
            Self::Resumed { .. } => "resumed",
            Self::ProviderReplied | Self::RequesterReplied => "replied",
            Self::PriorityChanged(_) => "priority_changed",
            Self::TagsChanged(_) => "tags_changed",
            Self::Transferred(_) => "transferred",
            Self::Resolved => "resolved",
            Self::Confirmed => "confirmed",
            Self::Reopened { .. } => "reopened",
            Self::AutoClosed => "auto_closed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Rejected => "approval_rejected",
            Self::Merged => "merged",
            Self::Released => "released_from_plan",
        }
    }

    /// Whether the provider told the requester something by it.
    pub fn is_word(&self) -> bool {
        matches!(
            self,
            Self::Acknowledged { said: true }
                | Self::Resumed { said: true }
                | Self::WaitBegan
                | Self::ProviderReplied
                | Self::Resolved
                | Self::Declined
        )
    }

    /// Whether it makes the request one that another rule may fit.
    pub fn changes_profile(&self) -> bool {
        matches!(
            self,
            Self::PriorityChanged(_) | Self::TagsChanged(_) | Self::Transferred(_) | Self::Released
        )
    }
}
