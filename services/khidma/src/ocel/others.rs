//! What the events of offerings, delegations, departments and people mean for an export.

use std::collections::HashSet;

use khidma_events::directory::{DepartmentEvent, PersonEvent};
use khidma_events::requests::{DelegationEvent, OfferingEvent, OfferingPublished};
use khidma_kernel::{DepartmentId, PersonId};

use super::objects::{ObjectId, Ref};
use super::request::word;
use super::told::Told;

/// What an event of `offering` means. A new version of one that is in `retired` does not reinstate it.
pub(super) fn offering(
    told: &mut Told<'_>,
    retired: &mut HashSet<Ref>,
    offering: Ref,
    event: &OfferingEvent,
) {
    match event {
        OfferingEvent::OfferingPublished(event) => {
            published(told, offering, event, !retired.contains(&offering));
        }
        OfferingEvent::OfferingRetired(_) => {
            retired.insert(offering);
            told.set(offering, "state", "retired");
        }
        OfferingEvent::OfferingReinstated(_) => {
            retired.remove(&offering);
            told.set(offering, "state", "active");
        }
    }
}

fn published(told: &mut Told<'_>, offering: Ref, event: &OfferingPublished, active: bool) {
    let provider = ObjectId::Department(event.provider.clone());
    let provider = told.relates(provider, "provider");
    told.tie_only(offering, "provider", Some(provider));
    told.with("version", event.version);
    told.set_number(offering, "version", event.version);
    if active {
        told.set(offering, "state", "active");
    }
    if let Some(text) = event.texts.get(&event.language) {
        told.set(offering, "name", &text.name);
    }
}

pub(super) fn delegation(told: &mut Told<'_>, event: &DelegationEvent) {
    match event {
        DelegationEvent::ApprovalsDelegated(event) => {
            told.with("from", event.from);
            told.with("until", event.until);
            told.relates(ObjectId::Person(event.to.clone()), "delegate");
        }
        DelegationEvent::DelegationEnded(event) => {
            told.relates(ObjectId::Person(event.to.clone()), "delegate");
        }
    }
}

pub(super) fn department(told: &mut Told<'_>, id: DepartmentId, event: &DepartmentEvent) {
    let department = told.object(ObjectId::Department(id));
    let below = |told: &mut Told<'_>, parent: Option<&DepartmentId>| {
        let parent = parent.map(|id| told.object(ObjectId::Department(id.clone())));
        told.tie_only(department, "part of", parent);
    };
    match event {
        DepartmentEvent::DepartmentCreated(event) => {
            told.set(department, "name", &event.name);
            below(told, event.parent.as_ref());
        }
        DepartmentEvent::DepartmentRenamed(event) => told.set(department, "name", &event.name),
        DepartmentEvent::DepartmentMoved(event) => below(told, event.to.as_ref()),
        DepartmentEvent::DepartmentTopicsSet(_)
        | DepartmentEvent::DepartmentClosed(_)
        | DepartmentEvent::DepartmentCalendarSet(_) => {}
    }
}

/// People's names are told if `names`.
pub(super) fn person(told: &mut Told<'_>, id: PersonId, event: &PersonEvent, names: bool) {
    let person = told.object(ObjectId::Person(id));
    let mut described = |kind: String, name: &str| {
        told.set(person, "kind", &kind);
        if names {
            told.set(person, "name", name);
        }
    };
    match event {
        PersonEvent::PersonRegistered(event) => described(word(&event.kind), &event.display_name),
        PersonEvent::PersonUpdated(event) => described(word(&event.kind), &event.display_name),
        PersonEvent::DepartmentJoined(event) => {
            let department = told.object(ObjectId::Department(event.department.clone()));
            told.tie(person, "member of", department);
        }
        PersonEvent::DepartmentLeft(event) => {
            let department = told.object(ObjectId::Department(event.department.clone()));
            told.untie(person, "member of", department);
        }
        PersonEvent::ManagerSet(_)
        | PersonEvent::ProfileUpdated(_)
        | PersonEvent::PersonDeactivated(_) => {}
    }
}
