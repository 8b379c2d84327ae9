//! What happens to roles.

use std::collections::BTreeSet;

use khidma_events::directory::*;
use khidma_testkit::Story;

use super::*;
use crate::fixtures::*;

fn defined() -> RoleEvent {
    RoleDefined {
        role: id("desk"),
        name: "Desk".into(),
        description: "Answers.".into(),
    }
    .into()
}

fn assigned(person: &str, department: &str) -> RoleEvent {
    RoleAssigned {
        person: id(person),
        department: id(department),
    }
    .into()
}

fn confirmed(person: &str, revision: u32) -> RoleEvent {
    RoleConfirmed {
        person: id(person),
        revision,
    }
    .into()
}

fn on_duty(department: &str, person: Option<&str>) -> RoleEvent {
    OnDutySet {
        department: id(department),
        person: person.map(id),
    }
    .into()
}

/// Amina and Bao hold the role in `it`, Amina in `hr` too.
fn desk() -> Story<RoleDecider> {
    let events = [
        defined(),
        assigned("amina", "it"),
        assigned("bao", "it"),
        assigned("amina", "hr"),
    ];
    Story::new().by(admin()).and(events)
}

fn assign(
    person: crate::facts::PersonFact,
    department: crate::facts::DepartmentFact,
) -> RoleCommand {
    RoleCommand::Assign { person, department }
}

fn unassign(person: &str, department: &str) -> RoleCommand {
    RoleCommand::Unassign {
        person: id(person),
        department: id(department),
    }
}

fn confirm(revision: u32) -> RoleCommand {
    RoleCommand::Confirm { revision }
}

fn revise(description: &str) -> RoleCommand {
    RoleCommand::Revise {
        name: "Desk".into(),
        description: description.into(),
    }
}

fn set_on_duty(department: &str, person: Option<&str>) -> RoleCommand {
    RoleCommand::SetOnDuty {
        department: id(department),
        person: person.map(id),
    }
}

#[test]
fn a_role_is_defined_once_with_a_text() {
    let define = |description: &str| RoleCommand::Define {
        id: id("desk"),
        name: "Desk".into(),
        description: description.into(),
    };
    Story::<RoleDecider>::new()
        .by(admin())
        .when(define(""))
        .then_refused_at("MISSING_FIELD", "description")
        .when(confirm(1))
        .then_refused_at("UNKNOWN_ROLE", "id")
        .when(define("Answers."))
        .then([defined()])
        .when(define("Answers."))
        .then_refused_at("ROLE_EXISTS", "id");
}

#[test]
fn a_role_goes_to_an_active_member_of_an_open_department() {
    let it = || department("it", Present);
    Story::<RoleDecider>::given([defined()])
        .by(manager("it"))
        .when(assign(person("amina", Unknown, &[]), it()))
        .then_refused_at("UNKNOWN_PERSON", "person_id")
        .when(assign(person("amina", Ended, &["it"]), it()))
        .then_refused_at("PERSON_DEACTIVATED", "person_id")
        .when(assign(person("amina", Present, &["hr"]), it()))
        .then_refused_at("NOT_A_MEMBER", "person_id")
        .when(assign(
            person("amina", Present, &["it"]),
            department("it", Ended),
        ))
        .then_refused_at("DEPARTMENT_CLOSED", "department_id")
        .when(assign(person("amina", Present, &["hr", "it"]), it()))
        .then([assigned("amina", "it")])
        .when(assign(person("amina", Present, &["hr", "it"]), it()))
        .then_nothing();
}

#[test]
fn a_revised_role_asks_everybody_again() {
    let story = desk()
        .by(member("amina", "it"))
        .when(confirm(1))
        .then([confirmed("amina", 1)])
        .when(confirm(1))
        .then_nothing()
        .by(admin())
        .when(revise("Answers within the hour."))
        .then([RoleRevised {
            name: "Desk".into(),
            description: "Answers within the hour.".into(),
            revision: 2,
        }
        .into()])
        .when(revise("Answers within the hour."))
        .then_nothing();
    let role = story.state().as_ref().unwrap();
    assert!(
        role.holders
            .values()
            .all(|confirmed| *confirmed < role.revision),
        "nobody has confirmed revision 2"
    );
    let story = story
        .by(member("amina", "it"))
        .when(confirm(1))
        .then_refused_at("REVISION_NOT_CURRENT", "revision")
        .when(confirm(3))
        .then_refused_at("REVISION_NOT_CURRENT", "revision")
        .when(confirm(2))
        .then([confirmed("amina", 2)]);
    let role = story.state().as_ref().unwrap();
    let with = |revision| {
        role.holders
            .values()
            .filter(|confirmed| **confirmed == revision)
            .count()
    };
    assert_eq!(
        (with(2), with(0)),
        (2, 1),
        "Amina's word counts in both departments, Bao's is still missing"
    );
}

#[test]
fn a_role_given_anew_is_confirmed_anew() {
    desk()
        .by(member("bao", "it"))
        .when(confirm(1))
        .then([confirmed("bao", 1)])
        .by(admin())
        .when(unassign("bao", "it"))
        .then([RoleUnassigned {
            person: id("bao"),
            department: id("it"),
        }
        .into()])
        .by(member("bao", "it"))
        .when(confirm(1))
        .then_refused_at("NOT_A_HOLDER", "id")
        .and([assigned("bao", "it")])
        .when(confirm(1))
        .then([confirmed("bao", 1)]);
}

#[test]
fn only_a_holder_is_on_duty_and_no_longer_than_they_hold_it() {
    desk()
        .by(manager("hr"))
        .when(set_on_duty("hr", Some("bao")))
        .then_refused_at("NOT_A_HOLDER", "person_id")
        .by(manager("it"))
        .when(set_on_duty("it", Some("bao")))
        .then([on_duty("it", Some("bao"))])
        .when(set_on_duty("it", Some("bao")))
        .then_nothing()
        .when(set_on_duty("it", Some("amina")))
        .then([on_duty("it", Some("amina"))])
        .when(unassign("amina", "it"))
        .then([
            on_duty("it", None),
            RoleUnassigned {
                person: id("amina"),
                department: id("it"),
            }
            .into(),
        ])
        .when(unassign("amina", "it"))
        .then_refused_at("NOT_A_HOLDER", "person_id")
        .when(set_on_duty("it", None))
        .then_nothing();
}

#[test]
fn a_change_reaches_the_departments_it_is_about() {
    let audience = |command| {
        let before = desk();
        let after = before.clone().when(command).then_events(|_| {});
        let audience = RoleDecider::audience(before.state(), after.state());
        audience
            .iter()
            .map(|department| department.to_string())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(audience(unassign("bao", "it")), ["it".to_owned()].into());
    assert_eq!(
        audience(set_on_duty("hr", Some("amina"))),
        ["hr".to_owned()].into()
    );
    assert_eq!(
        audience(revise("Listens.")),
        ["hr".to_owned(), "it".to_owned()].into()
    );
}
