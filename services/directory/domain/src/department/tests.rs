//! What happens to departments.

use khidma_events::directory::*;
use khidma_kernel::{DepartmentId, RoleId};
use khidma_testkit::Story;

use super::*;
use crate::fixtures::*;
use crate::limits;

fn created(department: &str, parent: Option<&str>) -> DepartmentEvent {
    DepartmentCreated {
        department: id(department),
        name: "IT".into(),
        parent: parent.map(id),
    }
    .into()
}

fn story(events: impl IntoIterator<Item = DepartmentEvent>) -> Story<DepartmentDecider> {
    Story::new().by(admin()).and(events)
}

fn it() -> Story<DepartmentDecider> {
    story([created("it", Some("operations"))])
}

fn create(parent: Option<crate::facts::ParentFact>) -> DepartmentCommand {
    DepartmentCommand::Create {
        id: id("it"),
        name: "IT".into(),
        parent,
    }
}

fn rename(name: &str) -> DepartmentCommand {
    DepartmentCommand::Rename { name: name.into() }
}

fn move_to(parent: Option<crate::facts::ParentFact>) -> DepartmentCommand {
    DepartmentCommand::Move { parent }
}

fn topics(names: &[&str]) -> DepartmentCommand {
    let topics = names
        .iter()
        .map(|name| Topic {
            name: (*name).into(),
            role: None,
        })
        .collect();
    DepartmentCommand::SetTopics {
        topics,
        unknown_roles: vec![],
    }
}

#[test]
fn a_department_is_created_once_under_an_open_one() {
    story([])
        .when(create(parent("operations", Unknown, &[])))
        .then_refused_at("UNKNOWN_DEPARTMENT", "parent_id")
        .when(create(parent("operations", Ended, &[])))
        .then_refused_at("DEPARTMENT_CLOSED", "parent_id")
        .when(create(parent("operations", Present, &["top"])))
        .then([created("it", Some("operations"))])
        .when(create(None))
        .then_refused_at("DEPARTMENT_EXISTS", "id");
}

#[test]
fn a_department_is_renamed() {
    it().when(rename("ICT"))
        .then([DepartmentRenamed { name: "ICT".into() }.into()])
        .when(rename("ICT"))
        .then_nothing()
        .when(rename(" \n"))
        .then_refused_at("MISSING_FIELD", "name")
        .when(rename(&"é".repeat(limits::NAME)))
        .then_events(|events| assert_eq!(events.len(), 1))
        .when(rename(&"é".repeat(limits::NAME + 1)))
        .then_refused_at("TOO_LONG", "name")
        .when(rename("I\u{0}T"))
        .then_refused_at("CONTROL_CHARACTER", "name");
}

#[test]
fn what_does_not_exist_cannot_change() {
    let story = story([]);
    for command in [
        rename("ICT"),
        move_to(None),
        topics(&[]),
        DepartmentCommand::Close {
            members: 0,
            children: 0,
        },
    ] {
        story
            .clone()
            .when(command)
            .then_refused_at("UNKNOWN_DEPARTMENT", "id");
    }
}

#[test]
fn a_department_never_stands_under_itself() {
    it().when(move_to(parent("it", Present, &[])))
        .then_refused_at("DEPARTMENT_CYCLE", "parent_id")
        .when(move_to(parent(
            "desk",
            Present,
            &["network", "it", "operations"],
        )))
        .then_refused_at("DEPARTMENT_CYCLE", "parent_id")
        .when(move_to(parent("operations", Present, &[])))
        .then_nothing()
        .when(move_to(parent("finance", Present, &["operations"])))
        .then([DepartmentMoved {
            from: Some(id("operations")),
            to: Some(id("finance")),
        }
        .into()])
        .when(move_to(None))
        .then([DepartmentMoved {
            from: Some(id("finance")),
            to: None,
        }
        .into()]);
}

#[test]
fn the_tree_has_a_depth() {
    let names: Vec<String> = (0..limits::DEPTH)
        .map(|level| format!("level-{level}"))
        .collect();
    let above: Vec<&str> = names.iter().map(String::as_str).collect();
    it().when(move_to(parent("x", Present, &above[..limits::DEPTH - 1])))
        .then_refused_at("TOO_DEEP", "parent_id")
        .when(move_to(parent("x", Present, &above[..limits::DEPTH - 2])))
        .then_events(|events| assert_eq!(events.len(), 1));
}

#[test]
fn topics_are_set_whole_each_once() {
    let set = |names: &[&str]| {
        let topics = names
            .iter()
            .map(|name| Topic {
                name: (*name).into(),
                role: None,
            })
            .collect();
        DepartmentEvent::from(DepartmentTopicsSet { topics })
    };
    let unknown_roles = vec![id::<RoleId>("nobody")];
    it().when(topics(&["laptop", "printer"]))
        .then([set(&["laptop", "printer"])])
        .when(topics(&["laptop", "printer"]))
        .then_nothing()
        .when(topics(&["Laptop  bag", " laptop BAG"]))
        .then_refused_at("DUPLICATE", "topics")
        .when(topics(&["laptop", ""]))
        .then_refused_at("MISSING_FIELD", "topics")
        .when(topics(&vec!["x"; limits::TOPICS + 1]))
        .then_refused_at("TOO_MANY", "topics")
        .when(DepartmentCommand::SetTopics {
            topics: vec![],
            unknown_roles,
        })
        .then_refused_at("UNKNOWN_ROLE", "topics")
        .when(topics(&[]))
        .then([set(&[])]);
}

#[test]
fn a_department_works_by_a_known_calendar() {
    let set = |calendar: Option<&str>, known| DepartmentCommand::SetCalendar {
        calendar: calendar.map(id),
        known,
    };
    it().when(set(Some("office"), false))
        .then_refused_at("UNKNOWN_CALENDAR", "calendar_id")
        .when(set(Some("office"), true))
        .then([DepartmentCalendarSet {
            calendar: Some(id("office")),
        }
        .into()])
        .when(set(None, false))
        .then([DepartmentCalendarSet { calendar: None }.into()])
        .when(set(None, false))
        .then_nothing();
}

#[test]
fn only_an_empty_department_is_closed_and_then_stays_as_it_is() {
    let close = |members, children| DepartmentCommand::Close { members, children };
    it().when(close(1, 0))
        .then_refused("DEPARTMENT_HAS_MEMBERS")
        .when(close(0, 2))
        .then_refused("DEPARTMENT_HAS_CHILDREN")
        .when(close(0, 0))
        .then([DepartmentClosed {}.into()])
        .when(close(0, 0))
        .then_nothing()
        .when(rename("ICT"))
        .then_refused_at("DEPARTMENT_CLOSED", "id")
        .when(move_to(None))
        .then_refused_at("DEPARTMENT_CLOSED", "id");
}

#[test]
fn a_move_affects_both_places() {
    let before = it();
    let after = before
        .clone()
        .when(move_to(parent("finance", Present, &[])))
        .then_events(|_| {});
    let audience = DepartmentDecider::audience(before.state(), after.state());
    let expected: Vec<DepartmentId> = ["finance", "it", "operations"].map(id).into();
    assert_eq!(Vec::from_iter(audience), expected);
}
