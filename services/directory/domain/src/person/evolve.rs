//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::directory::{DepartmentJoined, PersonEvent, PersonRegistered, Profile};
use khidma_kernel::Recorded;

use super::Person;
use crate::change;

pub(super) fn evolve(state: &mut Option<Person>, recorded: &Recorded<PersonEvent>) {
    match recorded.event.clone() {
        PersonEvent::PersonRegistered(registered) => *state = Some(begin(registered)),
        PersonEvent::PersonUpdated(updated) => change(state, |person| {
            person.display_name = updated.display_name;
            person.kind = updated.kind;
        }),
        PersonEvent::DepartmentJoined(joined) => change(state, |person| join(person, joined)),
        PersonEvent::DepartmentLeft(left) => {
            change(state, |person| {
                person
                    .departments
                    .retain(|department| *department != left.department)
            });
        }
        PersonEvent::ManagerSet(set) => change(state, |person| person.manager = set.manager),
        PersonEvent::ProfileUpdated(updated) => {
            change(state, |person| person.profile = updated.profile)
        }
        PersonEvent::PersonDeactivated(_) => change(state, |person| {
            person.deactivated = true;
            // Nobody needs to reach them any more.
            person.profile = Profile::default();
        }),
    }
}

fn begin(registered: PersonRegistered) -> Person {
    Person {
        id: registered.person,
        display_name: registered.display_name,
        kind: registered.kind,
        departments: Vec::new(),
        manager: None,
        profile: Profile::default(),
        deactivated: false,
    }
}

fn join(person: &mut Person, joined: DepartmentJoined) {
    if joined.main {
        person
            .departments
            .retain(|department| *department != joined.department);
        person.departments.insert(0, joined.department);
    } else if !person.departments.contains(&joined.department) {
        person.departments.push(joined.department);
    }
}
