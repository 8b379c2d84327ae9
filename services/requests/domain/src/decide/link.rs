//! How requests hang together: links, and merging one into another.

use khidma_events::requests::{
    LinkKind, Linked, MergeReceived, Merged, Reopened, RequestKind, TaskState, Unlinked,
};
use khidma_kernel::{Caller, Role, ServiceRequestId};

use super::Decision;
use super::check::{allowed, impossible, optional, said};
use crate::access::Action;
use crate::command::{Found, MergedAway, Other};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Request, State};

/// What a request is told that goes on by itself after all.
const TAKEN_BACK: &str =
    "what it was merged into had ended, or had been merged itself, a moment before";

pub(super) fn link(request: &Request, by: &Caller, kind: LinkKind, other: &Other) -> Decision {
    allowed(request, by, action(kind))?;
    let found = found(other, "other_id")?;
    let concerns = [request.kind, found.kind] == [RequestKind::Concern; 2];
    if kind == LinkKind::SimilarTo && !concerns {
        return Err(Refusal::NotConcerns);
    }
    if request.links.contains(&(kind, other.request)) {
        return Ok(vec![]);
    }
    if request.links.len() >= limits::LINKS {
        return Err(Refusal::TooManyLinks {
            limit: limits::LINKS,
        });
    }
    let request = other.request;
    Ok(vec![Linked { kind, request }.into()])
}

pub(super) fn unlink(
    request: &Request,
    by: &Caller,
    kind: LinkKind,
    other: ServiceRequestId,
) -> Decision {
    allowed(request, by, action(kind))?;
    if !request.links.contains(&(kind, other)) {
        return Ok(vec![]);
    }
    let request = other;
    Ok(vec![Unlinked { kind, request }.into()])
}

/// What is a duplicate, and what caused it, the provider knows; what is similar, its raiser may know too.
fn action(kind: LinkKind) -> Action {
    match kind {
        LinkKind::DuplicateOf | LinkKind::CausedBy => Action::Link,
        LinkKind::SimilarTo => Action::LinkSimilar,
    }
}

fn found<'a>(other: &'a Other, field: &'static str) -> Result<&'a Found, Refusal> {
    if other.itself {
        return Err(Refusal::SameRequest { field });
    }
    other.found.as_ref().ok_or(Refusal::UnknownOther { field })
}

/// Another goes on for it. Whether that one still could when this was written down is looked at again by the view, in
/// the order of the log: if not, the merge is taken back.
pub(super) fn merge(request: &Request, by: &Caller, into: &Other, reason: &str) -> Decision {
    allowed(request, by, Action::Merge)?;
    optional("reason", reason, limits::TEXT)?;
    let target = found(into, "into_id")?;
    if !(by.belongs_to(&target.provider) || by.is(Role::Admin)) {
        return Err(Refusal::NotAllowed {
            action: "merging",
            whom: "members of the provider of both",
        });
    }
    if request.state.is_over() {
        return Err(impossible(request, Action::Merge));
    }
    let begun = |state: TaskState| state == TaskState::Begun;
    if request.task_of.is_some() || request.tasks.iter().any(|task| begun(task.state)) {
        return Err(Refusal::PartOfPlan);
    }
    if target.kind != request.kind {
        return Err(Refusal::OtherKind);
    }
    if !target.state.takes_in() {
        return Err(Refusal::MergeTargetOver {
            state: target.state,
        });
    }
    let (into, reason) = (into.request, said(reason));
    Ok(vec![Merged { into, reason }.into()])
}

/// Who asked for the other and who followed it follow this one, also if that makes many; but not without end.
pub(super) fn receive_merge(request: &Request, by: &Caller, merged: &MergedAway) -> Decision {
    allowed(request, by, Action::FollowUp)?;
    // It has gone on elsewhere: so do they.
    if request.state == State::Merged {
        return Err(impossible(request, Action::Merge));
    }
    let known =
        |person| request.watchers.contains(person) || request.requester.as_ref() == Some(person);
    let watchers = merged.people.iter().filter(|person| !known(person));
    let room = limits::WATCHERS_MERGED.saturating_sub(request.watchers.len());
    let received = MergeReceived {
        from: merged.from,
        watchers: watchers.take(room).cloned().collect(),
    };
    Ok(vec![received.into()])
}

pub(super) fn take_back_merge(request: &Request, by: &Caller, into: ServiceRequestId) -> Decision {
    allowed(request, by, Action::FollowUp)?;
    if request.merged_into != Some(into) {
        return Ok(vec![]);
    }
    let reason = TAKEN_BACK.to_owned();
    Ok(vec![Reopened { reason }.into()])
}
