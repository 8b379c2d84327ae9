//! What happens to people.

use khidma_events::directory::*;
use khidma_testkit::Story;
use proptest::prelude::*;

use super::*;
use crate::fixtures::*;
use crate::limits;

const EMPLOYEE: PersonKind = PersonKind::Employee;

fn registered() -> PersonEvent {
    PersonRegistered {
        person: id("amina"),
        display_name: "Amina".into(),
        kind: EMPLOYEE,
    }
    .into()
}

fn joined(department: &str, main: bool) -> PersonEvent {
    DepartmentJoined {
        department: id(department),
        main,
    }
    .into()
}

fn amina() -> Story<PersonDecider> {
    Story::new()
        .by(admin())
        .and([registered(), joined("it", true)])
}

fn join(department: &str, presence: crate::facts::Presence, main: bool) -> PersonCommand {
    PersonCommand::Join {
        department: self::department(department, presence),
        main,
    }
}

fn leave(department: &str) -> PersonCommand {
    PersonCommand::Leave {
        department: id(department),
    }
}

fn departments(story: &Story<PersonDecider>) -> Vec<&str> {
    story
        .state()
        .iter()
        .flat_map(|person| &person.departments)
        .map(|department| department.as_str())
        .collect()
}

#[test]
fn a_person_is_registered_once_with_or_without_a_department() {
    let register = |department| PersonCommand::Register {
        id: id("amina"),
        display_name: "Amina".into(),
        kind: EMPLOYEE,
        department,
    };
    let nobody = Story::<PersonDecider>::new().by(admin());
    nobody.clone().when(register(None)).then([registered()]);
    nobody
        .when(register(Some(department("it", Ended))))
        .then_refused_at("DEPARTMENT_CLOSED", "department_id")
        .when(register(Some(department("it", Unknown))))
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id")
        .when(register(Some(department("it", Present))))
        .then([registered(), joined("it", true)])
        .when(register(None))
        .then_refused_at("PERSON_EXISTS", "id");
}

#[test]
fn particulars_change() {
    let update = |name: &str, kind| PersonCommand::Update {
        display_name: name.into(),
        kind,
    };
    amina()
        .when(update("Amina", EMPLOYEE))
        .then_nothing()
        .when(update("Amina", PersonKind::Partner))
        .then([PersonUpdated {
            display_name: "Amina".into(),
            kind: PersonKind::Partner,
        }
        .into()])
        .when(update("", EMPLOYEE))
        .then_refused_at("MISSING_FIELD", "display_name");
}

#[test]
fn the_main_department_stands_first() {
    let story = amina()
        .when(join("hr", Present, false))
        .then([joined("hr", false)])
        .when(join("hr", Present, false))
        .then_nothing()
        .when(join("it", Present, true))
        .then_nothing();
    assert_eq!(departments(&story), ["it", "hr"]);
    let story = story
        .when(join("hr", Present, true))
        .then([joined("hr", true)]);
    assert_eq!(departments(&story), ["hr", "it"]);
    let story = story.when(leave("hr")).then([DepartmentLeft {
        department: id("hr"),
    }
    .into()]);
    assert_eq!(departments(&story), ["it"]);
    story
        .when(leave("hr"))
        .then_refused_at("NOT_A_MEMBER", "department_id");
}

#[test]
fn the_first_department_is_the_main_one() {
    Story::<PersonDecider>::given([registered()])
        .by(admin())
        .when(join("hr", Present, false))
        .then([joined("hr", true)]);
}

#[test]
fn a_closed_department_takes_nobody_and_nobody_joins_without_end() {
    let many =
        (1..limits::MEMBERSHIPS).map(|number| joined(&format!("department-{number}"), false));
    amina()
        .when(join("hr", Ended, false))
        .then_refused_at("DEPARTMENT_CLOSED", "department_id")
        .and(many)
        .when(join("hr", Present, false))
        .then_refused_at("TOO_MANY", "department_id");
}

#[test]
fn reporting_lines_have_no_cycles() {
    let report = |manager| PersonCommand::SetManager { manager };
    amina()
        .when(report(reports_to("amina", Present, &[])))
        .then_refused_at("REPORTING_CYCLE", "manager_id")
        .when(report(reports_to("dao", Present, &["chiara", "amina"])))
        .then_refused_at("REPORTING_CYCLE", "manager_id")
        .when(report(reports_to("dao", Unknown, &[])))
        .then_refused_at("UNKNOWN_PERSON", "manager_id")
        .when(report(reports_to("dao", Ended, &[])))
        .then_refused_at("PERSON_DEACTIVATED", "manager_id")
        .when(report(reports_to("dao", Present, &["chiara"])))
        .then([ManagerSet {
            manager: Some(id("dao")),
        }
        .into()])
        .when(report(reports_to("dao", Present, &["chiara"])))
        .then_nothing()
        .when(report(None))
        .then([ManagerSet { manager: None }.into()]);
}

#[test]
fn who_has_left_belongs_to_nothing_and_does_not_change() {
    let profile = Profile {
        languages: vec!["fa".into()],
        ..Profile::default()
    };
    let story = amina()
        .and([
            joined("hr", false),
            ProfileUpdated {
                profile: profile.clone(),
            }
            .into(),
        ])
        .when(PersonCommand::Deactivate)
        .then([
            DepartmentLeft {
                department: id("it"),
            }
            .into(),
            DepartmentLeft {
                department: id("hr"),
            }
            .into(),
            PersonDeactivated {}.into(),
        ])
        .when(PersonCommand::Deactivate)
        .then_nothing();
    let person = story.state().as_ref().unwrap();
    assert!(person.departments.is_empty() && person.deactivated);
    assert_eq!(
        person.profile,
        Profile::default(),
        "nobody needs to reach them"
    );
    let update = PersonCommand::Update {
        display_name: "A".into(),
        kind: EMPLOYEE,
    };
    for command in [
        join("it", Present, true),
        leave("it"),
        update,
        PersonCommand::UpdateProfile { profile },
    ] {
        story
            .clone()
            .when(command)
            .then_refused_at("PERSON_DEACTIVATED", "id");
    }
}

#[test]
fn a_profile_is_replaced_whole() {
    let profile = Profile {
        quiet_hours: Some(QuietHours {
            time_zone: "Asia/Tehran".into(),
            start: "22:00".into(),
            end: "07:00".into(),
        }),
        ..Profile::default()
    };
    let update = |profile: &Profile| PersonCommand::UpdateProfile {
        profile: profile.clone(),
    };
    amina()
        .by(member("amina", "it"))
        .when(update(&profile))
        .then([ProfileUpdated {
            profile: profile.clone(),
        }
        .into()])
        .when(update(&profile))
        .then_nothing();
}

proptest! {
    /// Whatever joins and leaves come, no department stands twice, and the main one stands first.
    #[test]
    fn memberships_stay_a_list_of_different_departments(
        steps in prop::collection::vec((0..4_u8, any::<bool>(), any::<bool>()), 0..30),
    ) {
        let mut state = None;
        let mut story = Story::<PersonDecider>::new().by(admin()).and([registered()]);
        for (number, joining, main) in steps {
            let department = format!("d{number}");
            let command = if joining { join(&department, Present, main) } else { leave(&department) };
            let outcome = story.clone().when(command);
            if outcome.code().is_none() {
                story = outcome.then_events(|_| {});
                if joining && main {
                    prop_assert_eq!(departments(&story)[0], department);
                }
            }
            let mut each = departments(&story);
            let count = each.len();
            each.sort_unstable();
            each.dedup();
            prop_assert_eq!(each.len(), count);
            state = story.state().clone();
        }
        prop_assert!(state.is_none_or(|person| person.departments.len() <= 4));
    }
}
