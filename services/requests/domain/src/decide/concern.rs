//! Concerns: raised by anybody of the house, in their name or in nobody's; what comes of them is published.

use khidma_events::requests::{
    Channel, LinkKind, Linked, OutcomePublished, OutcomeShared, Priority, ReceiptIssued, Replied,
    RequestEvent, RequestKind, Side, Submitted,
};
use khidma_kernel::{Actor, Caller, DepartmentId, PersonId};

use super::Decision;
use super::check::{allowed, impossible, optional, required, resumed};
use crate::access::Action;
use crate::command::{Raise, Told};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::Request;

/// What came of a concern that was taken back without a word.
pub(super) const WITHDRAWN: &str = "It was taken back by who raised it.";

pub(super) fn raise(request: Option<&Request>, by: &Caller, raise: &Raise) -> Decision {
    if request.is_some() {
        return Err(Refusal::AlreadySubmitted);
    }
    let (requester, requester_department) = raiser(by, raise)?;
    required("title", &raise.title, limits::TITLE)?;
    optional("description", &raise.description, limits::TEXT)?;
    if !raise.provider_known {
        return Err(Refusal::UnknownDepartment {
            field: "provider_id",
        });
    }
    match (&raise.offering, &raise.offered_by) {
        (Some(_), None) => return Err(Refusal::UnknownOffering { field: "offering" }),
        (Some(_), Some(offers)) if *offers != raise.provider => {
            return Err(Refusal::OfferingOfAnother);
        }
        _ => {}
    }
    if raise.similar.len() > limits::LINKS {
        return Err(Refusal::TooManyLinks {
            limit: limits::LINKS,
        });
    }
    let submitted = Submitted {
        provider: raise.provider.clone(),
        kind: RequestKind::Concern,
        requester,
        requester_department,
        title: raise.title.clone(),
        description: raise.description.clone(),
        offering: raise.offering.clone(),
        offering_version: 0,
        answers: Default::default(),
        task_of: None,
        follow_digest: raise.follow_digest.clone(),
        priority: Priority::Normal,
        tags: Vec::new(),
        channel: Channel::Api,
    };
    let mut events = vec![submitted.into(), ReceiptIssued {}.into()];
    for other in &raise.similar {
        let unknown = Refusal::UnknownOther {
            field: "similar_to_ids",
        };
        if other.found.as_ref().ok_or(unknown)?.kind != RequestKind::Concern {
            return Err(Refusal::NotConcerns);
        }
        let linked = Linked {
            kind: LinkKind::SimilarTo,
            request: other.request,
        };
        if !events.contains(&linked.clone().into()) {
            events.push(linked.into());
        }
    }
    Ok(events)
}

/// Whose concern it is. An anonymous one is nobody's, and names no other concern: which ones its raiser may read would
/// tell who they are.
fn raiser(by: &Caller, raise: &Raise) -> Result<(Option<PersonId>, Option<DepartmentId>), Refusal> {
    let anonymous = raise.follow_digest.is_some();
    match (&by.actor, &by.department) {
        (Actor::Anonymous, _) if anonymous && raise.similar.is_empty() => Ok((None, None)),
        (Actor::Person(person), Some(department)) if !anonymous => {
            Ok((Some(person.clone()), Some(department.clone())))
        }
        _ => Err(Refusal::NoDepartment),
    }
}

/// Whoever knows the word is who raised it; to all others there is no such concern.
pub(super) fn reply_as_raiser(
    request: &Request,
    by: &Caller,
    text: &str,
    follow_digest: &str,
) -> Decision {
    let knows = request.follow_digest.as_deref() == Some(follow_digest);
    if by.actor != Actor::Anonymous || !knows {
        return Err(Refusal::UnknownRequest);
    }
    // Nobody would read it: what is over, no reply of theirs opens again.
    if request.state.is_over() {
        return Err(impossible(request, Action::Reply));
    }
    required("text", text, limits::TEXT)?;
    let replied = Replied {
        side: Side::Requester,
        text: text.to_owned(),
    };
    let mut events = vec![replied.into()];
    events.extend(resumed(request));
    Ok(events)
}

/// As [`allowed`]; but a concern is ended in its raiser's words by nobody else, also not by who leads their department.
pub(super) fn by_its_raiser(request: &Request, by: &Caller, action: Action) -> Result<(), Refusal> {
    let standing = allowed(request, by, action)?;
    if request.kind == RequestKind::Concern && !standing.asked {
        return Err(Refusal::NotAllowed {
            action: action.as_str(),
            whom: "who raised the concern",
        });
    }
    Ok(())
}

/// What is published when a request ends so: the outcome, if it is a concern.
pub(super) fn published(request: &Request, outcome: &str, acted: bool) -> Option<RequestEvent> {
    let published = OutcomePublished {
        outcome: outcome.to_owned(),
        acted,
    };
    (request.kind == RequestKind::Concern).then(|| published.into())
}

/// Once an outcome: that is held by the key of the command, which follows from the outcome's own event.
pub(super) fn share_outcome(request: &Request, by: &Caller, told: &Told) -> Decision {
    allowed(request, by, Action::FollowUp)?;
    if request.kind != RequestKind::Concern {
        return Err(Refusal::NotConcerns);
    }
    let shared = OutcomeShared {
        concern: told.concern,
        outcome: told.outcome.clone(),
        acted: told.acted,
    };
    Ok(vec![shared.into()])
}
