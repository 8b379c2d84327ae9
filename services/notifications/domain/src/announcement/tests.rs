//! What may be announced, by whom and to whom.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::notifications::{Announced, AnnouncementText};
use khidma_kernel::{Caller, DepartmentId, Role};
use khidma_testkit::Story;

use super::{Announce, AnnouncementDecider, AnnouncementFacts, LANGUAGES, TEXT, TITLE};

type Announcing = Story<AnnouncementDecider>;

fn departments(ids: &[&str]) -> BTreeSet<DepartmentId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

fn text(title: &str) -> AnnouncementText {
    AnnouncementText {
        title: title.into(),
        text: "All of it, from eight to nine.".into(),
    }
}

/// IT, with its help desk below, says it to these.
fn from_it(to: &[&str]) -> Announced {
    Announced {
        department: "it".parse().unwrap(),
        to: departments(to),
        texts: BTreeMap::from([("en".into(), text("Down"))]),
        language: "en".into(),
        urgent: false,
    }
}

fn announce(content: Announced) -> Announce {
    Announce {
        content,
        facts: AnnouncementFacts {
            open: departments(&["it", "help-desk", "hr"]),
            below: departments(&["it", "help-desk"]),
        },
    }
}

fn mei() -> Announcing {
    Announcing::new().by(caller("mei", "it", &[Role::Manager]))
}

#[test]
fn it_is_said_once() {
    let content = from_it(&["it", "help-desk"]);
    mei()
        .when(announce(content.clone()))
        .then([content.clone().into()])
        .when(announce(content))
        .then_refused("ALREADY_ANNOUNCED");
}

/// The table of who may say it to whom; `None`: they may.
#[test]
fn who_may_say_it_to_whom() {
    let (no, others) = (Some("NOT_ALLOWED"), Some("NOT_TO_OTHERS"));
    let urgent = Some("NOT_URGENT_TO_OTHERS");
    // To IT, to the help desk below it, to HR, to everybody; then the same urgently.
    let table = [
        (
            "mei",
            "it",
            vec![Role::Manager],
            [None, None, others, others],
            [None, urgent, others, others],
        ),
        ("daniel", "it", vec![], [no; 4], [no; 4]),
        ("linh", "hr", vec![Role::Manager], [no; 4], [no; 4]),
        ("root", "hr", vec![Role::Admin], [None; 4], [None; 4]),
    ];
    let to = [&["it"][..], &["help-desk"], &["hr"], &[]];
    for (person, department, roles, calm, pressing) in table {
        for (urgent, expected) in [(false, calm), (true, pressing)] {
            for (to, expected) in to.iter().zip(expected) {
                let content = Announced {
                    urgent,
                    ..from_it(to)
                };
                let who = caller(person, department, &roles);
                let outcome = Announcing::new().by(who).when(announce(content));
                assert_eq!(
                    outcome.code(),
                    expected,
                    "{person} to {to:?}, urgent: {urgent}"
                );
            }
        }
    }
    let service = Announcing::new().by(Caller::service("notifications"));
    assert_eq!(service.when(announce(from_it(&["it"]))).code(), no);
}

#[test]
fn departments_have_to_be_there() {
    let admin = || Announcing::new().by(caller("root", "hr", &[Role::Admin]));
    let nowhere = Announced {
        department: "nowhere".parse().unwrap(),
        ..from_it(&["it"])
    };
    let field = "to_department_ids";
    admin()
        .when(announce(nowhere))
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id")
        .when(announce(from_it(&["it", "nowhere"])))
        .then_refused_at("UNKNOWN_DEPARTMENT", field);
    let many: Vec<String> = (0..=super::DEPARTMENTS).map(|n| format!("d{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    admin()
        .when(announce(from_it(&many)))
        .then_refused_at("TOO_MANY", field);
}

/// What becomes of an announcement with these texts.
fn with(texts: &[(&str, AnnouncementText)], code: &str, field: &str) {
    let texts = texts.iter().cloned();
    let content = Announced {
        texts: texts.map(|(tag, text)| (tag.into(), text)).collect(),
        ..from_it(&["it"])
    };
    mei().when(announce(content)).then_refused_at(code, field);
}

#[test]
fn texts_are_whole_bounded_and_in_languages_there_are() {
    let long = |title: usize, body: usize| AnnouncementText {
        title: "ب".repeat(title),
        text: "ب".repeat(body),
    };
    with(&[], "MISSING_FIELD", "texts");
    with(&[("fa", text("قطع"))], "LANGUAGE_WITHOUT_TEXT", "texts");
    with(&[("en", text(" "))], "MISSING_FIELD", "texts.en.title");
    with(&[("en", long(1, 0))], "MISSING_FIELD", "texts.en.text");
    with(&[("en", long(TITLE + 1, 1))], "TOO_LONG", "texts.en.title");
    with(&[("en", long(1, TEXT + 1))], "TOO_LONG", "texts.en.text");
    let two_lines = text("Down\nBcc: all@example.org");
    with(&[("en", two_lines)], "CONTROL_CHARACTER", "texts.en.title");
    let bell = AnnouncementText {
        text: "\u{7}".into(),
        ..text("Down")
    };
    with(&[("en", bell)], "CONTROL_CHARACTER", "texts.en.text");
    let twice = [("en", text("Down")), ("EN", text("Down"))];
    with(&twice, "LANGUAGE_TWICE", "texts");
    for tag in ["english_", "e", "", "en--us"] {
        let field = format!("texts.{tag}");
        with(&[(tag, text("Down"))], "INVALID_LANGUAGE", &field);
    }
    let many: Vec<String> = (0..=LANGUAGES).map(|n| format!("en-x-{n}")).collect();
    let many: Vec<_> = many
        .iter()
        .map(|tag| (tag.as_str(), text("Down")))
        .collect();
    with(&many, "TOO_MANY", "texts");
    let content = Announced {
        texts: BTreeMap::from([
            ("en".into(), long(TITLE, TEXT)),
            ("fa".into(), text("قطع\u{200c}شدن")),
        ]),
        ..from_it(&["it"])
    };
    mei().when(announce(content.clone())).then([content.into()]);
}
