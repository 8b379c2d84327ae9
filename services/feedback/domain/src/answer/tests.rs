//! Who may answer what, when, and once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use khidma_events::directory::PersonKind;
use khidma_events::feedback::*;
use khidma_kernel::{Caller, Refusal, Role, RoundId, Timestamp};
use khidma_testkit::Story;
use uuid::Uuid;

use super::values::{SIZE, check, is_asked, items};
use super::{AnswerDecider, AnswerFacts, AnswerRefusal, Give};
use crate::round::{Round, Standing};

type Answering = Story<AnswerDecider>;

fn texts(text: &str) -> Texts {
    Texts::from([("en".into(), text.into()), ("fa-IR".into(), text.into())])
}

fn item(key: &str, answer: AnswerKind) -> Item {
    Item {
        key: key.into(),
        text: texts(key),
        answer,
        required: false,
        when: None,
        measure: None,
    }
}

fn options(keys: &[&str]) -> Vec<Choice> {
    let option = |key: &&str| Choice {
        key: (*key).into(),
        text: texts(key),
    };
    keys.iter().map(option).collect()
}

fn when(item: &str, is: Test) -> Option<Condition> {
    let item = item.into();
    Some(Condition { item, is })
}

/// A survey with one item of each kind; what went wrong is asked of who is not content, and in words of who was hurt by
/// the price or the speed.
fn definition() -> Definition {
    let scale = AnswerKind::Scale {
        min: 1,
        max: 5,
        labels: BTreeMap::new(),
    };
    let what = AnswerKind::MultiChoice {
        options: options(&["price", "speed", "tone"]),
        at_most: Some(2),
    };
    let number = AnswerKind::Number {
        min: Some(0.0),
        max: Some(40.0),
    };
    let channel = AnswerKind::Choice {
        options: options(&["mail", "phone"]),
    };
    let items = vec![
        Item {
            required: true,
            ..item("content", scale)
        },
        Item {
            required: true,
            when: when("content", Test::AtMost(2)),
            ..item("wrong", what)
        },
        Item {
            when: when("wrong", Test::OneOf(vec!["price".into(), "speed".into()])),
            ..item("words", AnswerKind::Text { at_most: 20 })
        },
        item("hours", number),
        item("channel", channel),
    ];
    Definition {
        title: texts("How was it?"),
        intro: Texts::new(),
        language: "en".into(),
        sections: vec![Section {
            key: "all".into(),
            title: Texts::new(),
            items,
        }],
    }
}

fn values(values: &[(&str, Value)]) -> Values {
    let values = values.iter().cloned();
    values.map(|(key, value)| (key.into(), value)).collect()
}

fn chosen(keys: &[&str]) -> Value {
    Value::Choices(keys.iter().map(|key| (*key).into()).collect())
}

fn words(text: &str) -> Value {
    Value::Text(text.into())
}

fn choice(key: &str) -> Value {
    Value::Choice(key.into())
}

fn content() -> Values {
    values(&[("content", Value::Scale(4))])
}

/// Each of these is refused with that code at that field.
fn all_refused<const N: usize>(table: [(Values, &str, &str); N]) {
    for (values, code, field) in table {
        let refusal = check(&definition(), &values).unwrap_err();
        let fields: Vec<String> = refusal.violations().into_iter().map(|one| one.0).collect();
        assert_eq!((refusal.code(), fields), (code, vec![field.to_owned()]));
    }
}

#[test]
fn what_is_no_answer_is_refused_by_name() {
    let fine = ("content", Value::Scale(5));
    let and = |key: &str, value: Value| values(&[fine.clone(), (key, value)]);
    let (hours, channel) = ("values.hours", "values.channel");
    all_refused([
        (values(&[]), "NOTHING_ANSWERED", "values"),
        (and("colour", words("red")), "UNKNOWN_ITEM", "values.colour"),
        (and("channel", words("mail")), "WRONG_KIND", channel),
        (and("channel", choice("fax")), "UNKNOWN_CHOICE", channel),
        (and("channel", chosen(&["mail"])), "WRONG_KIND", channel),
        (
            values(&[("hours", Value::Number(1.0))]),
            "REQUIRED",
            "values.content",
        ),
        (
            values(&[("content", Value::Scale(6))]),
            "OUT_OF_SCALE",
            "values.content",
        ),
        (
            values(&[("content", Value::Scale(0))]),
            "OUT_OF_SCALE",
            "values.content",
        ),
        (and("hours", Value::Number(40.5)), "OUT_OF_RANGE", hours),
        (and("hours", Value::Number(f64::NAN)), "OUT_OF_RANGE", hours),
        (
            and("hours", Value::Number(f64::INFINITY)),
            "OUT_OF_RANGE",
            hours,
        ),
        (
            and("wrong", chosen(&["price"])),
            "NOT_ASKED",
            "values.wrong",
        ),
        (and("words", words("dear")), "NOT_ASKED", "values.words"),
    ]);
}

#[test]
fn choices_and_words_that_are_none_are_refused_by_name() {
    let with = |more: &[(&str, Value)]| {
        let low = [("content", Value::Scale(1))];
        values(&[&low, more].concat())
    };
    let (wrong, said) = ("values.wrong", "values.words");
    let only = |keys: &[&str]| with(&[("wrong", chosen(keys))]);
    let saying = |text: &str| with(&[("wrong", chosen(&["price"])), ("words", words(text))]);
    let three = ["price", "speed", "tone"];
    all_refused([
        (with(&[]), "REQUIRED", wrong),
        (only(&[]), "EMPTY", wrong),
        (only(&["fax"]), "UNKNOWN_CHOICE", wrong),
        (only(&["price", "price"]), "CHOICE_TWICE", wrong),
        (only(&three), "TOO_MANY_CHOICES", wrong),
        (
            with(&[("wrong", chosen(&["tone"])), ("words", words("rude"))]),
            "NOT_ASKED",
            said,
        ),
        (saying(" \n"), "EMPTY", said),
        (saying(&"ب".repeat(21)), "TOO_LONG", said),
        (saying("\u{7}"), "CONTROL_CHARACTER", said),
    ]);
}

#[test]
fn what_is_an_answer_is_taken() {
    let complete = values(&[
        ("content", Value::Scale(2)),
        ("wrong", chosen(&["tone", "speed"])),
        ("words", words("20 characters:\nبببب")),
        ("hours", Value::Number(40.0)),
        ("channel", choice("phone")),
    ]);
    for values in [content(), complete] {
        assert_eq!(check(&definition(), &values), Ok(()));
    }
}

#[test]
fn what_hangs_on_what_was_not_answered_is_not_asked() {
    let definition = definition();
    let asked = |values: &Values| -> Vec<&str> {
        let asked = items(&definition).filter(|item| is_asked(item, values));
        asked.map(|item| item.key.as_str()).collect()
    };
    let always = ["content", "hours", "channel"];
    assert_eq!(asked(&Values::new()), always);
    assert_eq!(asked(&values(&[("content", Value::Scale(3))])), always);
    let low = values(&[("content", Value::Scale(2)), ("wrong", chosen(&["speed"]))]);
    assert_eq!(asked(&low).len(), 5);
}

/// Ten megabytes are refused by their size, whatever they are.
#[test]
fn no_answer_is_larger_than_a_few_pages() {
    let megabytes = "x".repeat(10 << 20);
    let many: Vec<String> = (0..1 << 20).map(|_| String::new()).collect();
    let long_key = Values::from([(megabytes.clone(), Value::Scale(1))]);
    for values in [
        values(&[("words", Value::Text(megabytes.clone()))]),
        values(&[("channel", Value::Choice(megabytes))]),
        values(&[("wrong", Value::Choices(many))]),
        long_key,
    ] {
        assert_eq!(check(&definition(), &values), Err(AnswerRefusal::TooLarge));
    }
    let key = "k".repeat(SIZE - 8);
    let refused = check(&definition(), &Values::from([(key, Value::Scale(1))]));
    let field = format!("values.{}", "k".repeat(64));
    assert_eq!(refused, Err(AnswerRefusal::UnknownItem { field }));
}

fn round(anonymity: Anonymity, standing: Standing) -> Round {
    let at = Timestamp::from_micros;
    Round {
        launched: RoundLaunched {
            round: RoundId(Uuid::from_u128(7)),
            survey: "pulse".parse().unwrap(),
            version: 1,
            owner: "hr".parse().unwrap(),
            anonymity,
            audience: Audience::default(),
            thresholds: Thresholds {
                ratings: 5,
                comments: 10,
            },
            break_down_by: BTreeSet::new(),
            opens_at: at(0),
            closes_at: at(i64::MAX),
            remind_at: vec![],
            recurrence: None,
            previous: None,
            public_key: None,
        },
        launched_at: at(0),
        standing,
        invited: 1,
        last_invited: None,
        reminded: 0,
        opened_at: None,
        ended_at: None,
        reason: String::new(),
    }
}

fn amina() -> Invited {
    Invited {
        person: "amina".parse().unwrap(),
        department: Some("it".parse().unwrap()),
        kind: PersonKind::Employee,
    }
}

/// What Amina, who is invited, answers.
fn give(round: Round) -> Give {
    Give {
        round: round.launched.round,
        language: String::new(),
        values: content(),
        facts: AnswerFacts {
            round: Some(round),
            invited: Some(amina()),
            definition: Some(Arc::new(definition())),
        },
    }
}

fn given(language: &str) -> AnswerEvent {
    AnswerGiven {
        round: RoundId(Uuid::from_u128(7)),
        person: "amina".parse().unwrap(),
        department: Some("it".parse().unwrap()),
        kind: PersonKind::Employee,
        language: language.into(),
        values: content(),
    }
    .into()
}

fn by(person: &str, roles: &[Role]) -> Answering {
    let department = "it".parse().unwrap();
    let roles = roles.iter().copied();
    Answering::new().by(Caller::person(person.parse().unwrap(), department, roles))
}

#[test]
fn one_answers_once_in_a_language_of_the_survey() {
    let named = || give(round(Anonymity::Named, Standing::Open));
    let persian = Give {
        language: "FA-ir-x-mine".into(),
        ..named()
    };
    let french = Give {
        language: "fr".into(),
        ..named()
    };
    by("amina", &[])
        .when(named())
        .then([given("en")])
        .when(named())
        .then_refused("ALREADY_ANSWERED")
        .when(give(round(Anonymity::Named, Standing::Closed)))
        .then_refused("ALREADY_ANSWERED");
    by("amina", &[]).when(persian).then([given("fa-IR")]);
    by("amina", &[])
        .when(french)
        .then_refused_at("UNKNOWN_LANGUAGE", "language");
}

/// The table of who may answer which round, and when; `None`: they may.
#[test]
fn who_may_answer_which_round_when() {
    let kinds = [
        Anonymity::Named,
        Anonymity::Confidential,
        Anonymity::Anonymous,
    ];
    let standings = [
        (Standing::Planned, Some("ROUND_NOT_OPEN")),
        (Standing::Open, None),
        (Standing::Closed, Some("ROUND_CLOSED")),
        (Standing::Cancelled, Some("ROUND_CLOSED")),
    ];
    for anonymity in kinds {
        for (standing, expected) in standings {
            let expected = match anonymity {
                Anonymity::Anonymous => Some("ANONYMOUS_ROUND"),
                Anonymity::Named | Anonymity::Confidential => expected,
            };
            let said = by("amina", &[]).when(give(round(anonymity, standing)));
            assert_eq!(said.code(), expected, "{anonymity:?} {standing:?}");
        }
    }
    // Nobody answers for another, however high they stand.
    let open = || give(round(Anonymity::Confidential, Standing::Open));
    for other in [
        by("daniel", &[]),
        by("mei", &[Role::Manager]),
        by("root", &[Role::Admin]),
        Answering::new().by(Caller::service("feedback")),
        Answering::new().by(Caller::anonymous()),
    ] {
        other.when(open()).then_refused("NOT_INVITED");
    }
    let mut uninvited = open();
    uninvited.facts.invited = None;
    by("amina", &[]).when(uninvited).then_refused("NOT_INVITED");
    let mut unknown = open();
    unknown.facts.round = None;
    by("amina", &[])
        .when(unknown)
        .then_refused_at("UNKNOWN_ROUND", "round_id");
}

/// Its timer comes a little later than its time; nobody answers in between.
#[test]
fn an_open_round_whose_time_has_passed_is_not_answered() {
    let mut over = round(Anonymity::Named, Standing::Open);
    over.launched.closes_at = Timestamp::from_micros(0);
    by("amina", &[])
        .when(give(over))
        .then_refused("ROUND_CLOSED");
}
