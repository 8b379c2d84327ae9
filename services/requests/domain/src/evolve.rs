//! What does it mean? Total and infallible: what happened, happened.

mod approval;
mod plan;

use std::collections::BTreeSet;

use khidma_events::requests::{RequestEvent, Submitted, TasksPlanned};
use khidma_kernel::Recorded;

use crate::state::{Imported, Request, State};

pub(crate) fn evolve(state: &mut Option<Request>, recorded: &Recorded<RequestEvent>) {
    match (state.as_mut(), &recorded.event) {
        (_, RequestEvent::Submitted(submitted)) => {
            let submitted_by = recorded.by.person().cloned();
            *state = Some(Request {
                submitted_by,
                ..begin(submitted)
            });
        }
        (Some(request), _) => go_on(request, recorded),
        // Nothing happens to a request before it is submitted.
        (None, _) => {}
    }
}

/// A request that was submitted with a plan.
pub(crate) fn begun_with(submitted: &Submitted, planned: &TasksPlanned) -> Request {
    let mut request = begin(submitted);
    plan::planned(&mut request, planned);
    request
}

fn begin(submitted: &Submitted) -> Request {
    Request {
        state: State::Submitted,
        provider: submitted.provider.clone(),
        kind: submitted.kind,
        requester: submitted.requester.clone(),
        submitted_by: None,
        requester_department: submitted.requester_department.clone(),
        assignee: None,
        priority: submitted.priority,
        tags: submitted.tags.clone(),
        watchers: BTreeSet::new(),
        acknowledged: false,
        started: false,
        auto_close_at: None,
        approval: None,
        task_of: submitted.task_of.clone(),
        tasks: Vec::new(),
        fate: None,
        links: BTreeSet::new(),
        merged_into: None,
        attached: BTreeSet::new(),
        follow_digest: submitted.follow_digest.clone(),
        told: BTreeSet::new(),
        imported: None,
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one match over every event, so that a new one does not compile without a meaning"
)]
pub(crate) fn go_on(request: &mut Request, recorded: &Recorded<RequestEvent>) {
    match &recorded.event {
        RequestEvent::Submitted(_)
        | RequestEvent::ReceiptIssued(_)
        | RequestEvent::Replied(_)
        | RequestEvent::NoteAdded(_)
        | RequestEvent::OutcomePublished(_) => {}
        RequestEvent::Acknowledged(_) => {
            request.acknowledged = true;
            if request.state == State::Submitted {
                request.state = State::Acknowledged;
            }
        }
        RequestEvent::Assigned(event) => request.assignee = Some(event.assignee.clone()),
        RequestEvent::Started(_) => {
            request.started = true;
            request.state = State::InProgress;
        }
        RequestEvent::WaitBegan(_) => request.state = State::Waiting,
        RequestEvent::Resumed(_) => request.state = request.open_state(),
        RequestEvent::PriorityChanged(event) => request.priority = event.to,
        RequestEvent::TagsChanged(event) => request.tags.clone_from(&event.tags),
        RequestEvent::Transferred(event) => {
            request.provider = event.to.clone();
            request.assignee = None;
            request.started = false;
            request.state = request.open_state();
        }
        RequestEvent::Resolved(event) => {
            request.state = State::Resolved;
            request.auto_close_at = event.auto_close_at;
        }
        RequestEvent::Confirmed(_) => end(request, State::Confirmed),
        RequestEvent::AutoClosed(_) => end(request, State::Closed),
        RequestEvent::Declined(event) => {
            request.fate = event.tasks;
            end(request, State::Declined);
        }
        RequestEvent::Cancelled(event) => {
            request.fate = event.tasks;
            end(request, State::Cancelled);
        }
        // A merge that was taken back: it goes on, though what it waited for and when it was to close are not kept.
        RequestEvent::Reopened(_) if request.state == State::Merged => {
            request.merged_into = None;
            end(request, unmerged(request));
        }
        RequestEvent::Reopened(_) => {
            request.started = true;
            end(request, State::InProgress);
        }
        RequestEvent::WatcherAdded(event) => {
            request.watchers.insert(event.person.clone());
        }
        RequestEvent::WatcherRemoved(event) => {
            request.watchers.remove(&event.person);
        }
        RequestEvent::ApprovalsRequired(event) => approval::required(request, event, recorded.at),
        RequestEvent::ApprovalGiven(event) => approval::given(request, event, &recorded.by),
        RequestEvent::ApprovalStepPassed(event) => {
            approval::step_passed(request, event, recorded.at)
        }
        RequestEvent::Approved(_) => request.state = State::Submitted,
        RequestEvent::ApprovalRejected(_) => {
            approval::rejected(request, &recorded.by);
            end(request, State::Rejected);
        }
        RequestEvent::ApprovalTimedOut(event) => approval::timed_out(request, event, recorded.at),
        RequestEvent::TasksPlanned(event) => plan::planned(request, event),
        RequestEvent::TasksBegun(event) => plan::begun(request, event),
        RequestEvent::TaskProgressed(event) => plan::progressed(request, event),
        RequestEvent::TaskRefused(event) => plan::refused(request, event),
        RequestEvent::TaskDropped(event) => plan::dropped(request, event),
        RequestEvent::ReleasedFromPlan(_) => request.task_of = None,
        RequestEvent::Linked(event) => {
            request.links.insert((event.kind, event.request));
        }
        RequestEvent::Unlinked(event) => {
            request.links.remove(&(event.kind, event.request));
        }
        RequestEvent::Merged(event) => {
            request.merged_into = Some(event.into);
            end(request, State::Merged);
        }
        RequestEvent::MergeReceived(event) => {
            request.watchers.extend(event.watchers.iter().cloned());
        }
        RequestEvent::Attached(event) => {
            let digest = event.attachment.sha256.clone();
            request.attached.insert((digest, event.internal));
        }
        RequestEvent::Detached(event) => {
            let attached = (event.sha256.clone(), event.internal);
            request.attached.remove(&attached);
        }
        RequestEvent::OutcomeShared(event) => {
            request.told.insert(event.concern);
        }
        RequestEvent::HistoryImported(event) => {
            request.imported = Some(Imported {
                source: event.source.clone(),
                external_id: event.external_id.clone(),
                steps: event.steps,
                digest: event.digest.clone(),
            });
        }
    }
}

/// No timer runs in `state`.
fn end(request: &mut Request, state: State) {
    request.state = state;
    request.auto_close_at = None;
}

/// Where a request that was merged goes on by itself.
fn unmerged(request: &Request) -> State {
    let asked = request
        .approval
        .as_ref()
        .is_some_and(|approval| approval.step().is_some());
    if asked {
        State::AwaitingApproval
    } else {
        request.open_state()
    }
}
