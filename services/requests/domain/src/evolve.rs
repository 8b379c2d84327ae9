//! What does it mean? Total and infallible: what happened, happened.

use std::collections::BTreeSet;

use khidma_events::requests::{RequestEvent, Submitted};
use khidma_kernel::Recorded;

use crate::state::{Request, State};

pub(crate) fn evolve(state: &mut Option<Request>, recorded: &Recorded<RequestEvent>) {
    match (state.as_mut(), &recorded.event) {
        (_, RequestEvent::Submitted(submitted)) => *state = Some(begin(submitted)),
        (Some(request), event) => go_on(request, event),
        // Nothing happens to a request before it is submitted.
        (None, _) => {}
    }
}

fn begin(submitted: &Submitted) -> Request {
    Request {
        state: State::Submitted,
        provider: submitted.provider.clone(),
        requester: submitted.requester.clone(),
        requester_department: submitted.requester_department.clone(),
        assignee: None,
        priority: submitted.priority,
        tags: submitted.tags.clone(),
        watchers: BTreeSet::new(),
        acknowledged: false,
        started: false,
        auto_close_at: None,
    }
}

fn go_on(request: &mut Request, event: &RequestEvent) {
    match event {
        RequestEvent::Submitted(_)
        | RequestEvent::ReceiptIssued(_)
        | RequestEvent::Replied(_)
        | RequestEvent::NoteAdded(_) => {}
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
            request.auto_close_at = Some(event.auto_close_at);
        }
        RequestEvent::Confirmed(_) => end(request, State::Confirmed),
        RequestEvent::AutoClosed(_) => end(request, State::Closed),
        RequestEvent::Declined(_) => end(request, State::Declined),
        RequestEvent::Cancelled(_) => end(request, State::Cancelled),
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
    }
}

/// No timer runs in `state`.
fn end(request: &mut Request, state: State) {
    request.state = state;
    request.auto_close_at = None;
}
