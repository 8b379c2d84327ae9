//! May it happen? One match, one function per command.

mod attachment;
mod check;
mod concern;
mod link;

use khidma_events::requests::*;
use khidma_kernel::{Actor, Caller, Command, PersonId};

use crate::access::Action;
use crate::command::{Body, Subject, Submit};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Request, State};
use check::{
    allowed, assigned, impossible, open, optional, person, required, resumed, said, seen, tags,
};

type Decision = Result<Vec<RequestEvent>, Refusal>;

pub(crate) fn decide(request: Option<&Request>, command: &Command<Body>) -> Decision {
    let by = &command.by;
    if let Body::Submit(submit_body) = &command.body {
        return submit(request, by, submit_body);
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
        Body::Decline { reason } => decline(request, by, reason),
        Body::Cancel { reason } => cancel(request, by, reason),
        Body::AddWatcher { person } => add_watcher(request, by, person),
        Body::RemoveWatcher { person } => remove_watcher(request, by, person),
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

fn submit(request: Option<&Request>, by: &Caller, submit: &Submit) -> Decision {
    if request.is_some() {
        return Err(Refusal::AlreadySubmitted);
    }
    let (Actor::Person(caller), Some(department)) = (&by.actor, &by.department) else {
        return Err(Refusal::NoDepartment);
    };
    required("title", &submit.title, limits::TITLE)?;
    optional("description", &submit.description, limits::TEXT)?;
    let tags = tags(&submit.tags)?;
    if !submit.provider_known {
        return Err(Refusal::UnknownDepartment {
            field: "provider_id",
        });
    }
    let (requester, requester_department) = match &submit.on_behalf_of {
        None => (caller, department),
        Some(subject) if subject.person == *caller => (caller, department),
        Some(_) if !by.belongs_to(&submit.provider) => {
            return Err(Refusal::NotAllowed {
                action: "asking on behalf of somebody else",
                whom: "members of the provider",
            });
        }
        Some(Subject {
            person,
            known: true,
            departments,
        }) => match departments.first() {
            Some(main) => (person, main),
            None => return Err(Refusal::NoDepartment),
        },
        Some(_) => {
            return Err(Refusal::UnknownPerson {
                field: "requester_id",
            });
        }
    };
    let submitted = Submitted {
        description: submit.description.clone(),
        offering: submit.offering.clone(),
        priority: submit.priority,
        tags,
        channel: submit.channel,
        ..Submitted::plain(
            submit.provider.clone(),
            requester.clone(),
            requester_department.clone(),
            submit.title.as_str(),
        )
    };
    Ok(vec![submitted.into(), ReceiptIssued {}.into()])
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
fn transfer(
    request: &Request,
    by: &Caller,
    to: Option<&khidma_kernel::DepartmentId>,
    reason: &str,
) -> Decision {
    allowed(request, by, Action::Transfer)?;
    open(request, Action::Transfer)?;
    required("reason", reason, limits::TEXT)?;
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
    let mut events = resumed(request);
    let published = concern::published(request, &resolved.outcome, true);
    events.push(resolved.into());
    events.extend(published);
    Ok(events)
}

/// The requester's word ends it; also late, after it closed by itself.
fn confirm(request: &Request, by: &Caller, comment: &str) -> Decision {
    allowed(request, by, Action::Confirm)?;
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

fn decline(request: &Request, by: &Caller, reason: &str) -> Decision {
    allowed(request, by, Action::Decline)?;
    open(request, Action::Decline)?;
    required("reason", reason, limits::TEXT)?;
    let declined = Declined {
        reason: reason.to_owned(),
        tasks: None,
    };
    let mut events = vec![declined.into()];
    events.extend(concern::published(request, reason, false));
    Ok(events)
}

fn cancel(request: &Request, by: &Caller, reason: &str) -> Decision {
    allowed(request, by, Action::Cancel)?;
    open(request, Action::Cancel)?;
    optional("reason", reason, limits::TEXT)?;
    Ok(vec![
        Cancelled {
            reason: said(reason),
            tasks: None,
        }
        .into(),
    ])
}

fn add_watcher(request: &Request, by: &Caller, subject: &Subject) -> Decision {
    allowed(request, by, Action::AddWatcher)?;
    if !subject.known {
        return Err(Refusal::UnknownPerson { field: "person_id" });
    }
    if request.watchers.contains(&subject.person) {
        return Ok(vec![]);
    }
    if request.watchers.len() >= limits::WATCHERS {
        return Err(Refusal::TooManyWatchers {
            limit: limits::WATCHERS,
        });
    }
    Ok(vec![
        WatcherAdded {
            person: subject.person.clone(),
        }
        .into(),
    ])
}

fn remove_watcher(request: &Request, by: &Caller, person: &PersonId) -> Decision {
    let standing = allowed(request, by, Action::RemoveWatcher)?;
    let oneself = by.actor.person() == Some(person);
    if !(oneself || standing.requester || standing.provider || standing.admin) {
        return Err(Refusal::NotAllowed {
            action: "removing another watcher",
            whom: "the two sides",
        });
    }
    if !request.watchers.contains(person) {
        return Ok(vec![]);
    }
    Ok(vec![
        WatcherRemoved {
            person: person.clone(),
        }
        .into(),
    ])
}
