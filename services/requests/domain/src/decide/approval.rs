//! Do the approvers agree?

use khidma_events::requests::*;
use khidma_kernel::{Caller, Command, ServiceRequestId, Timestamp};

use super::Decision;
use super::check::{allowed, impossible, optional, required, said};
use super::plan;
use crate::access::{Action, Standing, may};
use crate::approving::{Approving, Voice};
use crate::command::Body;
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Approval, Request, State};

/// What a rejection says that nobody spoke.
const SILENCE: &str = "Nobody decided in time.";

pub(super) fn approve(
    request: &Request,
    by: &Caller,
    id: ServiceRequestId,
    (comment, approving): (&str, &Approving),
) -> Decision {
    let (approval, voice) = speak(request, by, approving, Action::Approve)?;
    optional("comment", comment, limits::TEXT)?;
    let mut events: Vec<RequestEvent> = vec![
        ApprovalGiven {
            step: approval.current,
            approver: voice.approver,
            on_behalf_of: voice.on_behalf_of,
            comment: said(comment),
        }
        .into(),
    ];
    if approval.passes_with(voice.approver) {
        events.extend(passed(request, id, approval));
    }
    Ok(events)
}

pub(super) fn reject(
    request: &Request,
    by: &Caller,
    (reason, approving): (&str, &Approving),
) -> Decision {
    let (approval, voice) = speak(request, by, approving, Action::Reject)?;
    required("reason", reason, limits::TEXT)?;
    Ok(vec![
        ApprovalRejected {
            step: approval.current,
            on_behalf_of: voice.on_behalf_of,
            reason: reason.to_owned(),
        }
        .into(),
    ])
}

/// A timer may ring late, twice, or for a step that has passed: then there is nothing to do.
pub(super) fn timeout(
    request: &Request,
    command: &Command<Body>,
    id: ServiceRequestId,
    (step, since): (u32, Timestamp),
) -> Decision {
    allowed(request, &command.by, Action::TimeOutApproval)?;
    let Ok(approval) = awaited(request, Action::TimeOutApproval) else {
        return Ok(vec![]);
    };
    let present = (approval.current, approval.since) == (step, since);
    let due = approval.due().is_some_and(|due| due <= command.at);
    let timeout = approval.step().and_then(|step| step.timeout.as_ref());
    let (true, true, Some(timeout)) = (present, due, timeout) else {
        return Ok(vec![]);
    };
    let then = timeout.then.clone();
    let timed_out = ApprovalTimedOut {
        step,
        then: then.clone(),
    };
    let mut events: Vec<RequestEvent> = vec![timed_out.into()];
    match then {
        OnTimeout::Approve => events.extend(passed(request, id, approval)),
        OnTimeout::Reject => events.push(
            ApprovalRejected {
                step,
                on_behalf_of: None,
                reason: SILENCE.to_owned(),
            }
            .into(),
        ),
        // The event itself says who is asked now.
        OnTimeout::Escalate(_) => {}
    }
    Ok(events)
}

/// As whom the caller speaks. Whoever may not read the request is told that there is none.
fn speak<'a>(
    request: &'a Request,
    by: &Caller,
    approving: &Approving,
    action: Action,
) -> Result<(&'a Approval, Voice), Refusal> {
    let mut standing = Standing::of(by, request);
    standing.approver |= approving.is_approver(request);
    if !may(Action::Read, standing) {
        return Err(Refusal::UnknownRequest);
    }
    let approval = awaited(request, action)?;
    let caller = by.actor.person();
    if caller.is_some_and(|caller| request.is_own(caller)) {
        return Err(Refusal::OwnRequest);
    }
    let again = caller.is_some_and(|caller| approval.given_by(caller));
    let silent = match again {
        true => Refusal::AlreadyApproved,
        false => Refusal::NotAllowed {
            action: action.as_str(),
            whom: action.whom(),
        },
    };
    let voice = approving.voice(request).ok_or(silent)?;
    Ok((approval, voice))
}

fn awaited(request: &Request, action: Action) -> Result<&Approval, Refusal> {
    match (&request.approval, request.state) {
        (Some(approval), State::AwaitingApproval) => Ok(approval),
        _ => Err(impossible(request, action)),
    }
}

/// The present step has what it needs. After the last one the request is with its provider, and its plan begins.
fn passed(request: &Request, id: ServiceRequestId, approval: &Approval) -> Vec<RequestEvent> {
    let step = approval.current;
    let mut events: Vec<RequestEvent> = vec![ApprovalStepPassed { step }.into()];
    if step as usize + 1 < approval.steps.len() {
        return events;
    }
    events.push(Approved {}.into());
    let tasks = plan::ready(request, id);
    if !tasks.is_empty() {
        events.push(TasksBegun { tasks }.into());
    }
    events
}
