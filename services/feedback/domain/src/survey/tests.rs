//! Who may define and retire surveys, and in which versions.

use khidma_events::feedback::{Definition, SurveyDefined, SurveyRetired};
use khidma_kernel::{Caller, Role};
use khidma_testkit::Story;

use super::definition::tests::definition;
use super::{SurveyCommand, SurveyDecider};

type Surveying = Story<SurveyDecider>;

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    let roles = roles.iter().copied();
    Caller::person(person.parse().unwrap(), department.parse().unwrap(), roles)
}

fn mei() -> Surveying {
    Surveying::new().by(caller("mei", "it", &[Role::Manager]))
}

fn define(definition: Definition) -> SurveyCommand {
    of("it", definition)
}

fn of(owner: &str, definition: Definition) -> SurveyCommand {
    SurveyCommand::Define {
        survey: "service".parse().unwrap(),
        owner: owner.parse().unwrap(),
        open: owner != "nowhere",
        definition: Box::new(definition),
    }
}

fn defined(version: u32, owner: &str, definition: Definition) -> SurveyDefined {
    SurveyDefined {
        survey: "service".parse().unwrap(),
        version,
        owner: owner.parse().unwrap(),
        definition,
    }
}

fn other() -> Definition {
    let mut other = definition();
    other.title.insert("fa".into(), "خدمت".into());
    other
}

#[test]
fn what_is_changed_is_a_new_version_and_what_is_not_is_none() {
    mei()
        .when(define(definition()))
        .then([defined(1, "it", definition()).into()])
        .when(define(definition()))
        .then([])
        .when(define(other()))
        .then([defined(2, "it", other()).into()])
        .when(define(definition()))
        .then([defined(3, "it", definition()).into()]);
}

#[test]
fn who_retired_a_survey_defines_it_no_more() {
    mei()
        .when(SurveyCommand::Retire)
        .then_refused("UNKNOWN_SURVEY")
        .when(define(definition()))
        .then([defined(1, "it", definition()).into()])
        .when(SurveyCommand::Retire)
        .then([SurveyRetired {}.into()])
        .when(SurveyCommand::Retire)
        .then([])
        .when(define(other()))
        .then_refused("SURVEY_RETIRED");
}

/// The table of who may define a survey of IT, define it anew, take it over for HR, and retire it.
#[test]
fn who_may_what() {
    let no = Some("NOT_ALLOWED");
    let table = [
        (
            caller("mei", "it", &[Role::Manager]),
            [None, None, no, None],
        ),
        (caller("daniel", "it", &[]), [no; 4]),
        (caller("linh", "hr", &[Role::Manager]), [no; 4]),
        (caller("root", "hr", &[Role::Admin]), [None; 4]),
        (caller("past", "it", &[Role::Import, Role::Feed]), [no; 4]),
        (Caller::service("feedback"), [no; 4]),
        (Caller::anonymous(), [no; 4]),
    ];
    for (who, expected) in table {
        let there = || {
            Surveying::new()
                .and([defined(1, "it", definition()).into()])
                .by(who.clone())
        };
        let outcomes = [
            Surveying::new()
                .by(who.clone())
                .when(define(definition()))
                .code(),
            there().when(define(other())).code(),
            there().when(of("hr", other())).code(),
            there().when(SurveyCommand::Retire).code(),
        ];
        assert_eq!(outcomes, expected, "{who:?}");
    }
}

#[test]
fn what_makes_no_sense_is_not_defined_and_every_fault_has_its_place() {
    let mut wrong = definition();
    wrong.sections[0].key = "Not a key".into();
    wrong.title.clear();
    mei()
        .when(define(wrong))
        .then_refused_at("LANGUAGE_WITHOUT_TEXT", "title");
    Surveying::new()
        .by(caller("root", "hr", &[Role::Admin]))
        .when(of("nowhere", definition()))
        .then_refused_at("UNKNOWN_DEPARTMENT", "owner_id");
}
