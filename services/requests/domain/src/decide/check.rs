//! What many decisions ask, and the small pieces they are put together from.

use std::collections::BTreeSet;

use khidma_events::requests::{Acknowledged, Assigned, RequestEvent, Resumed};
use khidma_kernel::{Caller, PersonId};

use crate::access::{Action, Standing, may};
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::{Request, State};

/// The rule of `access`; whoever may not even read it is told that there is none.
pub(super) fn allowed(request: &Request, by: &Caller, action: Action) -> Result<Standing, Refusal> {
    let standing = Standing::of(by, request);
    if may(action, standing) {
        Ok(standing)
    } else if may(Action::Read, standing) {
        Err(Refusal::NotAllowed {
            action: action.as_str(),
            whom: action.whom(),
        })
    } else {
        Err(Refusal::UnknownRequest)
    }
}

/// As [`allowed`], for what only a person can do.
pub(super) fn person<'a>(
    request: &Request,
    by: &'a Caller,
    action: Action,
) -> Result<&'a PersonId, Refusal> {
    allowed(request, by, action)?;
    by.actor.person().ok_or(Refusal::NotAllowed {
        action: action.as_str(),
        whom: action.whom(),
    })
}

pub(super) fn open(request: &Request, action: Action) -> Result<(), Refusal> {
    if request.state.is_open() {
        Ok(())
    } else {
        Err(impossible(request, action))
    }
}

pub(super) fn impossible(request: &Request, action: Action) -> Refusal {
    Refusal::InvalidTransition {
        action: action.as_str(),
        state: request.state,
    }
}

/// A person acts on what nobody had acknowledged: with that they have.
pub(super) fn seen(request: &Request) -> Vec<RequestEvent> {
    if request.acknowledged {
        vec![]
    } else {
        vec![Acknowledged { note: None }.into()]
    }
}

pub(super) fn assigned(request: &Request, assignee: &PersonId) -> Vec<RequestEvent> {
    if request.assignee.as_ref() == Some(assignee) {
        return vec![];
    }
    vec![
        Assigned {
            assignee: assignee.clone(),
            from: request.assignee.clone(),
        }
        .into(),
    ]
}

pub(super) fn resumed(request: &Request) -> Vec<RequestEvent> {
    if request.state == State::Waiting {
        vec![Resumed { note: None }.into()]
    } else {
        vec![]
    }
}

pub(super) fn said(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

pub(super) fn required(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Missing { field });
    }
    optional(field, text, limit)
}

pub(super) fn optional(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    // A text of at most `limit` bytes has at most so many characters: no need to count them.
    if text.len() > limit && text.chars().count() > limit {
        return Err(Refusal::TooLong { field, limit });
    }
    Ok(())
}

pub(super) fn tags(tags: &[String]) -> Result<Vec<String>, Refusal> {
    let fits = |tag: &String| {
        let count = tag.chars().count();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
        (1..=limits::TAG).contains(&count) && tag.chars().all(allowed)
    };
    let sorted: BTreeSet<&String> = tags.iter().collect();
    if sorted.len() > limits::TAGS || !tags.iter().all(fits) {
        return Err(Refusal::InvalidTags);
    }
    Ok(sorted.into_iter().cloned().collect())
}
