//! Who may do what with a request: one table.

use khidma_kernel::{Caller, PersonId, Role};

use crate::Request;

/// Something a caller may want to do with a request that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the command or query of that name")]
pub enum Action {
    Read,
    ReadNotes,
    Acknowledge,
    Assign,
    Claim,
    Start,
    WaitOnRequester,
    Resume,
    Reply,
    AddNote,
    SetPriority,
    SetTags,
    Transfer,
    Resolve,
    Confirm,
    Reopen,
    AutoClose,
    Decline,
    Cancel,
    AddWatcher,
    RemoveWatcher,
    Approve,
    Reject,
    TimeOutApproval,
    PlanTasks,
    DropTask,
    RetryTask,
    NoteTasks,
    CancelTask,
    ReleaseFromPlan,
    LinkSimilar,
    Link,
    Merge,
    Attach,
    AttachInternal,
    Detach,
    FollowUp,
}

/// How a caller stands to a request. Several may be true at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// They asked, or lead the department for which it was asked.
    pub requester: bool,
    /// They are the person who asked.
    pub asked: bool,
    /// They belong to the department that is asked.
    pub provider: bool,
    /// They lead the department that is asked.
    pub provider_manager: bool,
    /// They do it.
    pub assignee: bool,
    /// They follow it.
    pub watcher: bool,
    /// They keep the directory and operate the services.
    pub admin: bool,
    /// They are one of our own services.
    pub service: bool,
    /// They have said yes or no to it; or facts from elsewhere say that they are one of those who are asked, or were.
    pub approver: bool,
}

impl Standing {
    /// How `caller` stands to `request`.
    pub fn of(caller: &Caller, request: &Request) -> Self {
        let is = |person: &PersonId| caller.actor.person() == Some(person);
        let asked = request.requester.as_ref().is_some_and(is);
        // A task of a plan is asked for by a department: any of its members speaks for it.
        let for_department = request
            .requester_department
            .as_ref()
            .is_some_and(|department| {
                caller.leads(department)
                    || (request.requester.is_none() && caller.belongs_to(department))
            });
        Self {
            asked,
            requester: asked || for_department,
            provider: caller.belongs_to(&request.provider),
            provider_manager: caller.leads(&request.provider),
            assignee: request.assignee.as_ref().is_some_and(is),
            watcher: request.watchers.iter().any(is),
            admin: caller.is(Role::Admin),
            service: caller.is_service(),
            approver: request
                .approval
                .as_ref()
                .is_some_and(|approval| approval.spoken.iter().any(is)),
        }
    }
}

/// The table. An admin may put a provider's work in order, but never speaks for the requester: a confirmation, a
/// cancellation is the requester's word.
pub fn may(action: Action, standing: Standing) -> bool {
    let Standing {
        requester,
        asked,
        provider,
        provider_manager,
        assignee,
        watcher,
        admin,
        service,
        approver,
    } = standing;
    match action {
        Action::Read | Action::AddWatcher | Action::RemoveWatcher => {
            requester || provider || watcher || admin || approver
        }
        // Who asks their own department, or is transferred to it, is still who asked.
        Action::ReadNotes => (provider && !asked) || admin,
        Action::Acknowledge
        | Action::Claim
        | Action::Start
        | Action::WaitOnRequester
        | Action::Resume
        | Action::AddNote
        | Action::SetPriority
        | Action::SetTags
        | Action::Transfer
        | Action::Resolve
        | Action::Decline
        | Action::PlanTasks
        | Action::DropTask
        | Action::RetryTask => provider || admin,
        Action::Assign => provider_manager || (assignee && provider) || admin,
        Action::Reply => requester || provider || admin,
        Action::Confirm | Action::Cancel => requester,
        Action::Reopen => requester || provider || admin,
        Action::Approve | Action::Reject => approver,
        Action::AutoClose
        | Action::TimeOutApproval
        | Action::NoteTasks
        | Action::CancelTask
        | Action::ReleaseFromPlan
        | Action::FollowUp => service,
        Action::LinkSimilar | Action::Attach | Action::Detach => requester || provider || admin,
        Action::Link | Action::Merge => provider || admin,
        Action::AttachInternal => (provider && !asked) || admin,
    }
}

impl Action {
    /// The action, as messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::ReadNotes => "reading internal notes",
            Self::Acknowledge => "acknowledging",
            Self::Assign => "assigning",
            Self::Claim => "claiming",
            Self::Start => "starting",
            Self::WaitOnRequester => "waiting on the requester",
            Self::Resume => "resuming",
            Self::Reply => "replying",
            Self::AddNote => "adding an internal note",
            Self::SetPriority => "changing the priority",
            Self::SetTags => "changing the tags",
            Self::Transfer => "transferring",
            Self::Resolve => "resolving",
            Self::Confirm => "confirming",
            Self::Reopen => "reopening",
            Self::AutoClose => "closing by time",
            Self::Decline => "declining",
            Self::Cancel => "cancelling",
            Self::AddWatcher => "adding a watcher",
            Self::RemoveWatcher => "removing a watcher",
            Self::Approve => "approving",
            Self::Reject => "rejecting",
            Self::TimeOutApproval => "passing an approval by time",
            Self::PlanTasks => "planning tasks",
            Self::DropTask => "dropping a task",
            Self::RetryTask => "asking again for a task",
            Self::NoteTasks => "noting the progress of tasks",
            Self::CancelTask => "cancelling a task",
            Self::ReleaseFromPlan => "releasing a task from its plan",
            Self::LinkSimilar | Self::Link => "linking",
            Self::Merge => "merging",
            Self::Attach => "attaching",
            Self::AttachInternal => "attaching for the provider only",
            Self::Detach => "detaching",
            Self::FollowUp => "doing what follows",
        }
    }

    /// Who may, as messages name them.
    pub fn whom(self) -> &'static str {
        match self {
            Self::Read | Self::AddWatcher | Self::RemoveWatcher => {
                "the two sides, the watchers and the approvers"
            }
            Self::ReadNotes
            | Self::Acknowledge
            | Self::Claim
            | Self::Start
            | Self::WaitOnRequester
            | Self::Resume
            | Self::AddNote
            | Self::SetPriority
            | Self::SetTags
            | Self::Transfer
            | Self::Resolve
            | Self::Decline
            | Self::PlanTasks
            | Self::DropTask
            | Self::RetryTask => "members of the provider",
            Self::Assign => "the provider's manager and the present assignee",
            Self::Reply | Self::Reopen => "the two sides",
            Self::Confirm | Self::Cancel => "the requester and their manager",
            Self::Approve | Self::Reject => "those who are asked in the present step",
            Self::AutoClose
            | Self::TimeOutApproval
            | Self::NoteTasks
            | Self::CancelTask
            | Self::ReleaseFromPlan
            | Self::FollowUp => "the service itself",
            Self::LinkSimilar | Self::Attach | Self::Detach => "the two sides",
            Self::Link | Self::Merge | Self::AttachInternal => "members of the provider",
        }
    }
}
