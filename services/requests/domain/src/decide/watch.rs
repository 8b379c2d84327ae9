//! Who follows a request besides its two sides.

use khidma_events::requests::{WatcherAdded, WatcherRemoved};
use khidma_kernel::{Caller, PersonId};

use super::Decision;
use super::check::allowed;
use crate::access::Action;
use crate::command::Subject;
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::Request;

pub(super) fn add_watcher(
    request: &Request,
    by: &Caller,
    subject: &Subject,
    approver: bool,
) -> Decision {
    if !approver {
        allowed(request, by, Action::AddWatcher)?;
    }
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

pub(super) fn remove_watcher(request: &Request, by: &Caller, person: &PersonId) -> Decision {
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
