//! The table, rpc by rpc and caller by caller, through the deciders themselves.

use khidma_calendar::CalendarSpec;
use khidma_events::directory::*;
use khidma_kernel::{Caller, Decider};
use khidma_testkit::Story;

use super::*;
use crate::calendar::CalendarCommand;
use crate::department::DepartmentCommand;
use crate::fixtures::*;
use crate::person::PersonCommand;
use crate::role::RoleCommand;
use crate::{CalendarDecider, DepartmentDecider, PersonDecider, RoleDecider};

/// Who asks: the columns of the table. Amina, of `it`, is concerned; so is the department `it`.
fn callers() -> [Caller; 6] {
    [
        admin(),
        manager("it"),
        manager("finance"),
        member("amina", "it"),
        member("bao", "it"),
        Caller::service("directory"),
    ]
}

/// One row: who of [`callers`] may, as `+` and `-`.
#[track_caller]
fn row<D: Decider>(given: impl IntoIterator<Item = D::Event>, command: D::Body, expected: &str) {
    let story = Story::<D>::given(given);
    let may = callers().map(
        |caller| match story.clone().by(caller).when(command.clone()).code() {
            Some("NOT_ALLOWED") => '-',
            _ => '+',
        },
    );
    assert_eq!(
        may.iter().collect::<String>(),
        expected,
        "admin, manager, other manager, oneself, member, service"
    );
}

#[test]
fn departments() {
    let it = || {
        [DepartmentCreated {
            department: id("it"),
            name: "IT".into(),
            parent: None,
        }
        .into()]
    };
    let create = DepartmentCommand::Create {
        id: id("it"),
        name: "IT".into(),
        parent: None,
    };
    row::<DepartmentDecider>([], create, "+-----");
    row::<DepartmentDecider>(
        it(),
        DepartmentCommand::Rename { name: "ICT".into() },
        "+-----",
    );
    row::<DepartmentDecider>(it(), DepartmentCommand::Move { parent: None }, "+-----");
    row::<DepartmentDecider>(
        it(),
        DepartmentCommand::Close {
            members: 0,
            children: 0,
        },
        "+-----",
    );
    let topics = DepartmentCommand::SetTopics {
        topics: vec![],
        unknown_roles: vec![],
    };
    row::<DepartmentDecider>(it(), topics, "++----");
    row::<DepartmentDecider>(
        it(),
        DepartmentCommand::SetCalendar {
            calendar: None,
            known: false,
        },
        "++----",
    );
}

#[test]
fn people() {
    let kind = PersonKind::Employee;
    let amina = || {
        [PersonRegistered {
            person: id("amina"),
            display_name: "Amina".into(),
            kind,
        }
        .into()]
    };
    let register = PersonCommand::Register {
        id: id("amina"),
        display_name: "Amina".into(),
        kind,
        department: None,
    };
    row::<PersonDecider>([], register, "+-----");
    row::<PersonDecider>(
        amina(),
        PersonCommand::Update {
            display_name: "Ami".into(),
            kind,
        },
        "+-----",
    );
    row::<PersonDecider>(
        amina(),
        PersonCommand::Join {
            department: department("it", Present),
            main: true,
        },
        "+-----",
    );
    row::<PersonDecider>(
        amina(),
        PersonCommand::Leave {
            department: id("it"),
        },
        "+-----",
    );
    row::<PersonDecider>(
        amina(),
        PersonCommand::SetManager { manager: None },
        "+-----",
    );
    row::<PersonDecider>(amina(), PersonCommand::Deactivate, "+-----");
    row::<PersonDecider>(
        amina(),
        PersonCommand::UpdateProfile {
            profile: Profile::default(),
        },
        "+--+--",
    );
}

#[test]
fn roles() {
    let (name, description) = ("Desk".to_owned(), "Answers.".to_owned());
    let text = || (name.clone(), description.clone());
    let desk = || {
        let (name, description) = text();
        [
            RoleDefined {
                role: id("desk"),
                name,
                description,
            }
            .into(),
            RoleAssigned {
                person: id("amina"),
                department: id("it"),
            }
            .into(),
        ]
    };
    let (name, description) = text();
    row::<RoleDecider>(
        [],
        RoleCommand::Define {
            id: id("desk"),
            name,
            description,
        },
        "+-----",
    );
    let (name, description) = text();
    row::<RoleDecider>(desk(), RoleCommand::Revise { name, description }, "+-----");
    let (whom, department) = (person("amina", Present, &["it"]), department("it", Present));
    row::<RoleDecider>(
        desk(),
        RoleCommand::Assign {
            person: whom,
            department,
        },
        "++----",
    );
    row::<RoleDecider>(
        desk(),
        RoleCommand::Unassign {
            person: id("amina"),
            department: id("it"),
        },
        "++---+",
    );
    row::<RoleDecider>(
        desk(),
        RoleCommand::SetOnDuty {
            department: id("it"),
            person: None,
        },
        "++----",
    );
    // Whoever holds it confirms it; a person who does not is told so, not that they may not.
    row::<RoleDecider>(desk(), RoleCommand::Confirm { revision: 1 }, "+++++-");
    let story = Story::<RoleDecider>::given(desk());
    story
        .clone()
        .by(admin())
        .when(RoleCommand::Confirm { revision: 1 })
        .then_refused("NOT_A_HOLDER");
}

#[test]
fn calendars() {
    row::<CalendarDecider>(
        [],
        CalendarCommand::Put {
            id: id("office"),
            spec: CalendarSpec::default(),
        },
        "+-----",
    );
}

#[test]
fn a_profile_is_seen_as_its_owner_wishes() {
    let person = |privacy| Person {
        id: id("amina"),
        display_name: "Amina".into(),
        kind: PersonKind::Employee,
        departments: vec![id("hr-desk"), id("it")],
        manager: None,
        profile: Profile {
            privacy,
            ..Profile::default()
        },
        deactivated: false,
    };
    let seen = |privacy| callers().map(|caller| sees_profile(&caller, &person(privacy)));
    assert_eq!(seen(Privacy::Everyone), [true; 6]);
    assert_eq!(
        seen(Privacy::Department),
        [true, true, false, true, true, false]
    );
    assert_eq!(
        seen(Privacy::Nobody),
        [true, false, false, true, false, false]
    );
}
