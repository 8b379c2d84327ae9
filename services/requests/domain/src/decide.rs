//! May it happen? One match, one function per command.

mod approval;
mod attachment;
mod check;
mod concern;
mod import;
mod link;
mod plan;
mod submit;
mod watch;

use khidma_events::requests::*;
use khidma_kernel::{Caller, Command, DepartmentId};

use crate::access::Action;
use crate::command::{Body, Subject};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Request, State};
use check::{
    allowed, assigned, impossible, open, optional, person, required, resumed, said, seen, tags,
};

pub use import::{NOTHING_TO_DO, Takeover, import};

type Decision = Result<Vec<RequestEvent>, Refusal>;

#[expect(
    clippy::too_many_lines,
    reason = "one match over every command, a line or two each"
)]
pub(crate) fn decide(request: Option<&Request>, command: &Command<Body>) -> Decision {
    let by = &command.by;
    if let Body::Submit(submit_body) = &command.body {
        return submit::submit(request, by, submit_body);
    }
    if let Body::Raise(raise) = &command.body {
        return concern::raise(request, by, raise);
    }
    let request = request.ok_or(Refusal::UnknownRequest)?;
    match &command.body {
        Body::Submit(_) | Body::Raise(_) => Err(Refusal::AlreadySubmitted),
        Body::Acknowledge { note } => acknowledge(request, by, note),
        Body::Assign { assignee } => assign(request, by, assignee),
        Body::Claim => claim(request, by),
        Body::Start => start(request, by),
        Body::WaitOnRequester { question } => wait_on_requester(request, by, question),
        Body::Resume { note } => resume(request, by, note),
        Body::Reply { text } => reply(request, by, text),
        Body::AddNote { text } => add_note(request, by, text),
        Body::SetPriority { priority, reason } => set_priority(request, by, *priority, reason),
        Body::SetTags { tags } => set_tags(request, by, tags),
        Body::Transfer {
            to,
            to_known,
            reason,
        } => {
            let to = if *to_known { Some(to) } else { None };
            transfer(request, by, to, reason)
        }
        Body::Resolve {
            outcome,
            auto_close_after_seconds,
        } => {
            let auto_close_at = command.at.plus_seconds(*auto_close_after_seconds);
            resolve(
                request,
                by,
                Resolved {
                    outcome: outcome.clone(),
                    auto_close_at: Some(auto_close_at),
                },
            )
        }
        Body::Confirm { comment } => confirm(request, by, comment),
        Body::Reopen { reason } => reopen(request, by, reason),
        Body::AutoClose => auto_close(request, command),
        Body::AddWatcher { person, approver } => watch::add_watcher(request, by, person, *approver),
        Body::RemoveWatcher { person } => watch::remove_watcher(request, by, person),
        Body::Approve {
            id,
            comment,
            approving,
        } => approval::approve(request, by, *id, (comment, approving)),
        Body::Reject { reason, approving } => approval::reject(request, by, (reason, approving)),
        Body::ApprovalTimeout { id, step, since } => {
            approval::timeout(request, command, *id, (*step, *since))
        }
        Body::Decline { reason, tasks } => decline(request, by, reason, *tasks),
        Body::Cancel { reason, tasks } => cancel(request, by, reason, *tasks),
        Body::PlanTasks(body) => plan::plan_tasks(request, command, body),
        Body::NoteTasks(body) => plan::note_tasks(request, command, body),
        Body::DropTask { id, task, reason } => plan::drop_task(request, command, *id, task, reason),
        Body::RetryTask { id, task } => plan::retry_task(request, by, *id, task),
        Body::CancelTask { reason } => plan::cancel_task(request, by, reason),
        Body::ReleaseFromPlan => plan::release(request, by),
        Body::ReplyAsRaiser {
            text,
            follow_digest,
        } => concern::reply_as_raiser(request, by, text, follow_digest),
        Body::ShareOutcome(told) => concern::share_outcome(request, by, told),
        Body::Link { kind, other } => link::link(request, by, *kind, other),
        Body::Unlink { kind, request: to } => link::unlink(request, by, *kind, *to),
        Body::Merge { into, reason } => link::merge(request, by, into, reason),
        Body::ReceiveMerge(merged) => link::receive_merge(request, by, merged),
        Body::TakeBackMerge { into } => link::take_back_merge(request, by, *into),
        Body::Attach {
            attachment,
            internal,
        } => attachment::attach(request, by, attachment, *internal),
        Body::Detach {
            sha256,
            attached_by,
        } => attachment::detach(request, by, sha256, attached_by),
    }
}

fn acknowledge(request: &Request, by: &Caller, note: &str) -> Decision {
    allowed(request, by, Action::Acknowledge)?;
    open(request, Action::Acknowledge)?;
    optional("note", note, limits::TEXT)?;
    if request.acknowledged {
        return Err(Refusal::AlreadyAcknowledged);
    }
    Ok(vec![Acknowledged { note: said(note) }.into()])
}

fn assign(request: &Request, by: &Caller, assignee: &Subject) -> Decision {
    allowed(request, by, Action::Assign)?;
    open(request, Action::Assign)?;
    if !assignee.known {
        return Err(Refusal::UnknownPerson {
            field: "assignee_id",
        });
    }
    if !assignee.departments.contains(&request.provider) {
        return Err(Refusal::AssigneeNotMember);
    }
    Ok(assigned(request, &assignee.person))
}

fn claim(request: &Request, by: &Caller) -> Decision {
    let caller = person(request, by, Action::Claim)?;
    open(request, Action::Claim)?;
    let taken = request
        .assignee
        .as_ref()
        .is_some_and(|assignee| assignee != caller);
    if taken && !by.leads(&request.provider) {
        return Err(Refusal::AlreadyAssigned);
    }
    let mut events = seen(request);
    events.extend(assigned(request, caller));
    Ok(events)
}

/// Work begins; who begins it has seen it and, if nobody had, takes it on.
fn start(request: &Request, by: &Caller) -> Decision {
    let caller = person(request, by, Action::Start)?;
    if !matches!(request.state, State::Submitted | State::Acknowledged) {
        return Err(impossible(request, Action::Start));
    }
    let mut events = seen(request);
    if request.assignee.is_none() {
        events.extend(assigned(request, caller));
    }
    events.push(Started {}.into());
    Ok(events)
}

fn wait_on_requester(request: &Request, by: &Caller, question: &str) -> Decision {
    allowed(request, by, Action::WaitOnRequester)?;
    open(request, Action::WaitOnRequester)?;
    required("question", question, limits::TEXT)?;
    if request.state == State::Waiting {
        return Err(impossible(request, Action::WaitOnRequester));
    }
    Ok(vec![
        WaitBegan {
            question: question.to_owned(),
        }
        .into(),
    ])
}

fn resume(request: &Request, by: &Caller, note: &str) -> Decision {
    allowed(request, by, Action::Resume)?;
    optional("note", note, limits::TEXT)?;
    if request.state != State::Waiting {
        return Err(impossible(request, Action::Resume));
    }
    Ok(vec![Resumed { note: said(note) }.into()])
}

/// A public reply. The requester's reply to a question ends the waiting.
fn reply(request: &Request, by: &Caller, text: &str) -> Decision {
    let standing = allowed(request, by, Action::Reply)?;
    required("text", text, limits::TEXT)?;
    // Who is on both sides speaks as the requester: it is they who wait for an answer.
    let side = if standing.requester {
        Side::Requester
    } else {
        Side::Provider
    };
    let mut events: Vec<RequestEvent> = vec![
        Replied {
            side,
            text: text.to_owned(),
        }
        .into(),
    ];
    if side == Side::Requester {
        events.extend(resumed(request));
    }
    Ok(events)
}

fn add_note(request: &Request, by: &Caller, text: &str) -> Decision {
    allowed(request, by, Action::AddNote)?;
    required("text", text, limits::TEXT)?;
    Ok(vec![
        NoteAdded {
            text: text.to_owned(),
        }
        .into(),
    ])
}

fn set_priority(request: &Request, by: &Caller, to: Priority, reason: &str) -> Decision {
    allowed(request, by, Action::SetPriority)?;
    open(request, Action::SetPriority)?;
    optional("reason", reason, limits::TEXT)?;
    let from = request.priority;
    if from == to {
        return Ok(vec![]);
    }
    Ok(vec![
        PriorityChanged {
            from,
            to,
            reason: said(reason),
        }
        .into(),
    ])
}

fn set_tags(request: &Request, by: &Caller, new: &[String]) -> Decision {
    allowed(request, by, Action::SetTags)?;
    let tags = tags(new)?;
    if request.tags == tags {
        return Ok(vec![]);
    }
    Ok(vec![TagsChanged { tags }.into()])
}

/// Another department takes over. `to` is `None` where there is no such department.
fn transfer(request: &Request, by: &Caller, to: Option<&DepartmentId>, reason: &str) -> Decision {
    allowed(request, by, Action::Transfer)?;
    open(request, Action::Transfer)?;
    required("reason", reason, limits::TEXT)?;
    plan::none_under_way(request, Action::Transfer)?;
    let to = to.ok_or(Refusal::UnknownDepartment {
        field: "provider_id",
    })?;
    if *to == request.provider {
        return Err(Refusal::SameProvider);
    }
    let from = request.provider.clone();
    let mut events = resumed(request);
    events.push(
        Transferred {
            from,
            to: to.clone(),
            reason: reason.to_owned(),
        }
        .into(),
    );
    Ok(events)
}

fn resolve(request: &Request, by: &Caller, resolved: Resolved) -> Decision {
    allowed(request, by, Action::Resolve)?;
    open(request, Action::Resolve)?;
    required("outcome", &resolved.outcome, limits::TEXT)?;
    plan::finished(request, Action::Resolve)?;
    let mut events = resumed(request);
    let published = concern::published(request, &resolved.outcome, true);
    events.push(resolved.into());
    events.extend(published);
    Ok(events)
}

/// The requester's word ends it; also late, after it closed by itself.
fn confirm(request: &Request, by: &Caller, comment: &str) -> Decision {
    concern::by_its_raiser(request, by, Action::Confirm)?;
    optional("comment", comment, limits::TEXT)?;
    if !matches!(request.state, State::Resolved | State::Closed) {
        return Err(impossible(request, Action::Confirm));
    }
    Ok(vec![
        Confirmed {
            comment: said(comment),
        }
        .into(),
    ])
}

fn reopen(request: &Request, by: &Caller, reason: &str) -> Decision {
    allowed(request, by, Action::Reopen)?;
    required("reason", reason, limits::TEXT)?;
    if !matches!(
        request.state,
        State::Resolved | State::Confirmed | State::Closed
    ) {
        return Err(impossible(request, Action::Reopen));
    }
    Ok(vec![
        Reopened {
            reason: reason.to_owned(),
        }
        .into(),
    ])
}

/// A timer may ring late or for a request that has moved on: then there is nothing to do.
fn auto_close(request: &Request, command: &Command<Body>) -> Decision {
    allowed(request, &command.by, Action::AutoClose)?;
    match request.auto_close_at {
        Some(due) if due <= command.at => Ok(vec![AutoClosed {}.into()]),
        _ => Ok(vec![]),
    }
}

fn decline(request: &Request, by: &Caller, reason: &str, tasks: Option<TasksFate>) -> Decision {
    let standing = allowed(request, by, Action::Decline)?;
    // What its approvers may never agree to, those who answer for the provider can end.
    let answers = standing.provider_manager || standing.admin;
    if !(answers && request.state == State::AwaitingApproval) {
        open(request, Action::Decline)?;
    }
    required("reason", reason, limits::TEXT)?;
    let declined = Declined {
        reason: reason.to_owned(),
        tasks: plan::fate(request, tasks)?,
    };
    let mut events = vec![declined.into()];
    events.extend(concern::published(request, reason, false));
    Ok(events)
}

fn cancel(request: &Request, by: &Caller, reason: &str, tasks: Option<TasksFate>) -> Decision {
    concern::by_its_raiser(request, by, Action::Cancel)?;
    if request.state != State::AwaitingApproval {
        open(request, Action::Cancel)?;
    }
    optional("reason", reason, limits::TEXT)?;
    let cancelled = Cancelled {
        reason: said(reason),
        tasks: plan::fate(request, tasks)?,
    };
    let outcome = cancelled.reason.as_deref().unwrap_or(concern::WITHDRAWN);
    let published = concern::published(request, outcome, false);
    let mut events = vec![cancelled.into()];
    events.extend(published);
    Ok(events)
}
