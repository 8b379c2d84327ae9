//! What the index knows of a request besides its words, each as one term: what filters ask for, and who may read it.
//!
//! These terms only propose: whether a caller may read a request is decided on its row. So a term too many costs time,
//! and one too few hides a request from somebody who may read it: whatever lets somebody read has to be here.

use khidma_events::requests::Approver;
use khidma_kernel::{Caller, DepartmentId, OfferingId, PersonId, Role};
use khidma_requests_domain::Request;

use crate::views::Card;

/// Asked of this department; its members may read.
pub(crate) fn provider(department: &DepartmentId) -> String {
    format!("provider/{department}")
}

/// Asked by this person.
pub(crate) fn requester(person: &PersonId) -> String {
    format!("requester/{person}")
}

/// Asks for this offering.
pub(crate) fn offering(offering: &OfferingId) -> String {
    format!("offering/{offering}")
}

/// Has this tag.
pub(crate) fn tag(tag: &str) -> String {
    format!("tag/{tag}")
}

/// This person may read.
fn reader(person: &PersonId) -> String {
    format!("reader/{person}")
}

/// Who leads this department may read.
fn lead(department: &DepartmentId) -> String {
    format!("lead/{department}")
}

/// Who belongs to this department may read, as it asks itself.
fn member(department: &DepartmentId) -> String {
    format!("member/{department}")
}

/// All that is known of `request`.
pub(super) fn of(request: &Request, card: &Card) -> Vec<String> {
    let mut facts = vec![provider(&request.provider)];
    facts.extend(request.requester.iter().map(requester));
    facts.extend(card.offering.iter().map(offering));
    facts.extend(request.tags.iter().map(|name| tag(name)));
    facts.extend(request.requester.iter().map(reader));
    facts.extend(request.watchers.iter().map(reader));
    if let Some(department) = &request.requester_department {
        facts.push(lead(department));
        if request.requester.is_none() {
            facts.push(member(department));
        }
    }
    if let Some(approval) = &request.approval {
        let steps = approval.steps.iter().flat_map(|step| &step.approvers);
        facts.extend(steps.filter_map(|approver| match approver {
            Approver::Person(person) => Some(reader(person)),
            Approver::Role { .. } | Approver::ManagerOfRequester => None,
        }));
        facts.extend(approval.given.values().map(reader));
    }
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// What a caller may find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything.
    All,
    /// What has one of the facts `readable`; and by its notes what has the fact `noted`, unless it has `asked`.
    Own {
        readable: Vec<String>,
        noted: Option<String>,
        asked: Option<String>,
    },
}

/// What `caller` may find, as the index knows it.
pub(crate) fn sight(caller: &Caller) -> Sight {
    if caller.is(Role::Admin) {
        return Sight::All;
    }
    let person = caller.actor.person();
    let department = caller.department.as_ref();
    let leads = department.filter(|department| caller.leads(department));
    let readable = [
        person.map(reader),
        department.map(provider),
        department.map(member),
        leads.map(lead),
    ];
    Sight::Own {
        readable: readable.into_iter().flatten().collect(),
        noted: department.map(provider),
        asked: person.map(requester),
    }
}
