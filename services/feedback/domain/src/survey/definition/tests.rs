//! What makes sense, and what of what does not is told where.

use std::collections::BTreeMap;

use khidma_events::feedback::{
    AnswerKind, Choice, Condition, Definition, Item, Measure, Quality, Section, Test, Texts,
};

use super::{Problem, check, limits};

pub(crate) fn texts(text: &str) -> Texts {
    BTreeMap::from([("en".to_owned(), text.to_owned())])
}

pub(crate) fn item(key: &str, answer: AnswerKind) -> Item {
    Item {
        key: key.to_owned(),
        text: texts("How was it?"),
        answer,
        required: true,
        when: None,
        measure: None,
    }
}

pub(crate) fn scale(min: i32, max: i32) -> AnswerKind {
    let labels = BTreeMap::from([(min, texts("Poor")), (max, texts("Excellent"))]);
    AnswerKind::Scale { min, max, labels }
}

fn options(keys: &[&str]) -> Vec<Choice> {
    let option = |key: &&str| Choice {
        key: (*key).to_owned(),
        text: texts("This one"),
    };
    keys.iter().map(option).collect()
}

fn when(item: &str, is: Test) -> Option<Condition> {
    let item = item.to_owned();
    Some(Condition { item, is })
}

fn one_of(keys: &[&str]) -> Test {
    Test::OneOf(keys.iter().map(|key| (*key).to_owned()).collect())
}

/// One of each kind: how it was, why not better, which ways, how many, how it could be better, and the gap in speed.
pub(crate) fn definition() -> Definition {
    let speed = |key: &str, measure| Item {
        measure: Some(measure),
        ..item(key, scale(1, 7))
    };
    let first = vec![
        Item {
            measure: Some(Measure::Satisfaction),
            ..item("overall", scale(1, 5))
        },
        Item {
            when: when("overall", Test::AtMost(3)),
            ..item(
                "why",
                AnswerKind::Choice {
                    options: options(&["slow", "wrong"]),
                },
            )
        },
        item(
            "ways",
            AnswerKind::MultiChoice {
                options: options(&["mail", "phone", "desk"]),
                at_most: Some(2),
            },
        ),
    ];
    let second = vec![
        Item {
            when: when("ways", one_of(&["desk", "phone"])),
            ..item(
                "times",
                AnswerKind::Number {
                    min: Some(0.0),
                    max: None,
                },
            )
        },
        Item {
            when: when("why", one_of(&["slow"])),
            required: false,
            ..item("better", AnswerKind::Text { at_most: 4_000 })
        },
        speed("expected", Measure::Expectation(Quality::Speed)),
        speed("perceived", Measure::Perception(Quality::Speed)),
    ];
    let section = |key: &str, items| Section {
        key: key.to_owned(),
        title: Texts::new(),
        items,
    };
    Definition {
        title: texts("Our service"),
        intro: Texts::new(),
        language: "en".into(),
        sections: vec![section("first", first), section("second", second)],
    }
}

/// The code and place of all that is wrong with the definition so changed.
fn wrong(change: impl FnOnce(&mut Definition)) -> Vec<(&'static str, String)> {
    let mut definition = definition();
    change(&mut definition);
    let told = |problem: Problem| (problem.defect.code(), problem.field);
    check(&definition).into_iter().map(told).collect()
}

#[track_caller]
fn one(code: &'static str, field: &str, change: impl FnOnce(&mut Definition)) {
    assert_eq!(wrong(change), [(code, field.to_owned())]);
}

#[test]
fn one_of_each_kind_makes_sense() {
    assert_eq!(wrong(|_| {}), []);
}

#[test]
fn what_is_empty_or_too_much_is_told_where_it_is() {
    one("MISSING_FIELD", "sections", |it| {
        it.sections.clear();
    });
    let mut sections = definition().sections;
    sections[1].items[0].when = None;
    one(
        "DANGLING_CONDITION",
        "sections[1].items[1].when.item",
        |it| {
            it.sections[0].items.clear();
            it.sections[0].items.push(item("other", scale(1, 5)));
            it.sections[1].items[0].when = None;
        },
    );
    let found = wrong(|it| it.sections[1].items.clear());
    assert_eq!(found, [("MISSING_FIELD", "sections[1].items".to_owned())]);
    one("TOO_MANY", "sections", |it| {
        let more = (0..limits::SECTIONS).map(|number| Section {
            key: format!("more-{number}"),
            title: Texts::new(),
            items: vec![item(&format!("more-{number}"), scale(1, 5))],
        });
        it.sections.extend(more);
    });
    one("TOO_MANY", "sections", |it| {
        let more = (0..limits::ITEMS).map(|number| item(&format!("more-{number}"), scale(1, 5)));
        it.sections[1].items.extend(more);
    });
    one("DEFINITION_TOO_LARGE", "definition", |it| {
        for tag in ["en", "ar", "fa"] {
            let text = "ش".repeat(22 * 1024);
            it.intro.insert(tag.into(), text);
        }
    });
}

#[test]
fn keys_are_plain_and_there_once() {
    let place = "sections[0].items[1].key";
    for key in ["", "Why", "a key", "a.key", "-key", "ключ", &"k".repeat(41)] {
        let found = wrong(|it| it.sections[0].items[1].key = key.into());
        assert_eq!(found[0], ("INVALID_KEY", place.to_owned()), "{key:?}");
    }
    one("DUPLICATE_KEY", "sections[1].items[3].key", |it| {
        it.sections[1].items[3].key = "overall".into();
    });
    one("DUPLICATE_KEY", "sections[1].key", |it| {
        it.sections[1].key = "first".into();
    });
    one(
        "DUPLICATE_KEY",
        "sections[0].items[2].answer.multi_choice.options[1].key",
        |it| {
            let options = options(&["mail", "mail", "desk", "phone"]);
            let at_most = None;
            it.sections[0].items[2].answer = AnswerKind::MultiChoice { options, at_most };
        },
    );
}

#[test]
fn every_text_is_there_in_the_language_to_fall_back_to_and_fit_to_be_read() {
    let place = "sections[0].items[0].text";
    let text = |change: &dyn Fn(&mut Texts)| {
        wrong(|it| change(&mut it.sections[0].items[0].text))
            .into_iter()
            .next()
            .unwrap()
    };
    let at = |tag: &str| format!("{place}.{tag}");
    let none = text(&|texts| texts.clear());
    assert_eq!(none, ("LANGUAGE_WITHOUT_TEXT", place.to_owned()));
    let other = text(&|texts| *texts = BTreeMap::from([("fa".into(), "چطور بود؟".into())]));
    assert_eq!(other, ("LANGUAGE_WITHOUT_TEXT", place.to_owned()));
    let table = [
        ("en", " ".to_owned(), "MISSING_FIELD"),
        ("en", "ب".repeat(limits::TEXT + 1), "TOO_LONG"),
        ("en", "\u{7}".to_owned(), "CONTROL_CHARACTER"),
        ("english_", "How".to_owned(), "INVALID_LANGUAGE"),
        ("en--us", "How".to_owned(), "INVALID_LANGUAGE"),
    ];
    for (tag, words, code) in table {
        let found = text(&|texts| {
            texts.insert(tag.into(), words.clone());
        });
        assert_eq!(found, (code, at(tag)));
    }
    let twice = text(&|texts| {
        texts.insert("EN".into(), "How".into());
    });
    assert_eq!(twice, ("LANGUAGE_TWICE", at("en")));
    let fits = "ب".repeat(limits::TEXT);
    assert_eq!(wrong(|it| it.intro = texts(&fits)), []);
    let lines = |it: &mut Definition| it.title = texts("Our\nservice");
    assert_eq!(wrong(lines), [("CONTROL_CHARACTER", "title.en".to_owned())]);
    let labels = "sections[0].items[0].answer.scale.labels";
    let one = wrong(|it| {
        it.sections[0].items[0].answer = AnswerKind::Scale {
            min: 1,
            max: 5,
            labels: BTreeMap::from([(2, Texts::new()), (6, texts("Six"))]),
        };
    });
    let expected = [("LANGUAGE_WITHOUT_TEXT", "2"), ("LABEL_OUTSIDE", "6")];
    assert_eq!(
        one,
        expected.map(|(code, value)| (code, format!("{labels}.{value}")))
    );
}

#[test]
fn what_can_be_answered_is_bounded() {
    let answer = |answer: AnswerKind| {
        let found = wrong(|it| {
            it.sections[1].items[1].answer = answer;
        });
        found.into_iter().next()
    };
    let at = |code, place: &str| Some((code, format!("sections[1].items[1].answer.{place}")));
    for (min, max) in [(5, 5), (5, 1), (0, 21), (i32::MIN, i32::MAX)] {
        assert_eq!(
            answer(scale(min, max)),
            at("INVALID_SCALE", "scale"),
            "{min} {max}"
        );
    }
    assert_eq!(answer(scale(-10, 10)), None);
    for keys in [&[][..], &["only"]] {
        let choice = AnswerKind::Choice {
            options: options(keys),
        };
        assert_eq!(answer(choice), at("INVALID_OPTIONS", "choice.options"));
    }
    for at_most in [0, 3] {
        let choice = AnswerKind::MultiChoice {
            options: options(&["a", "b"]),
            at_most: Some(at_most),
        };
        assert_eq!(answer(choice), at("OUT_OF_RANGE", "multi_choice.at_most"));
    }
    let number = |min: f64, max: f64| AnswerKind::Number {
        min: Some(min),
        max: Some(max),
    };
    for (min, max) in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert_eq!(answer(number(min, max)), at("INVALID_BOUNDS", "number"));
    }
    for at_most in [0, limits::WORDS + 1] {
        let words = AnswerKind::Text { at_most };
        assert_eq!(answer(words), at("OUT_OF_RANGE", "text.at_most"));
    }
}

#[test]
fn a_condition_names_what_was_asked_before_and_can_come_true() {
    let condition = |item: &str, is: Test| {
        let found = wrong(|it| it.sections[1].items[1].when = when(item, is));
        found.into_iter().next()
    };
    let at = |code, place: &str| Some((code, format!("sections[1].items[1].when.{place}")));
    for item in ["nothing", "better", "perceived"] {
        let found = condition(item, Test::AtLeast(1));
        assert_eq!(found, at("DANGLING_CONDITION", "item"), "{item}");
    }
    for (item, is) in [
        ("overall", one_of(&["slow"])),
        ("why", Test::AtLeast(1)),
        ("ways", Test::AtMost(1)),
        ("times", Test::AtLeast(1)),
    ] {
        assert_eq!(condition(item, is), at("UNFIT_TEST", "is"), "{item}");
    }
    for is in [Test::AtLeast(6), Test::AtMost(0)] {
        assert_eq!(condition("overall", is), at("IMPOSSIBLE_ANSWER", "is"));
    }
    let impossible = condition("why", one_of(&["slow", "dear"]));
    assert_eq!(impossible, at("IMPOSSIBLE_ANSWER", "is.one_of[1]"));
    assert_eq!(
        condition("why", one_of(&[])),
        at("MISSING_FIELD", "is.one_of")
    );
    let twice = condition("ways", one_of(&["desk", "desk"]));
    assert_eq!(twice, at("DUPLICATE_KEY", "is.one_of[1]"));
    assert_eq!(condition("overall", Test::AtLeast(5)), None);
}

#[test]
fn a_measure_is_on_the_scale_it_needs_and_there_once() {
    let measure = |answer: AnswerKind, measure| {
        let found = wrong(|it| {
            it.sections[1].items[1].answer = answer;
            it.sections[1].items[1].measure = Some(measure);
        });
        found.into_iter().next()
    };
    let place = "sections[1].items[1].measure".to_owned();
    let text = AnswerKind::Text { at_most: 100 };
    let unfit = Some(("UNFIT_MEASURE", place.clone()));
    assert_eq!(measure(text, Measure::Effort), unfit);
    assert_eq!(measure(scale(1, 10), Measure::Recommendation), unfit);
    assert_eq!(measure(scale(0, 10), Measure::Recommendation), None);
    let twice = Some(("DUPLICATE_MEASURE", place.clone()));
    assert_eq!(measure(scale(1, 5), Measure::Satisfaction), twice);
    let gap = Some(("GAP_INCOMPLETE", place));
    for alone in [
        Measure::Expectation(Quality::Cost),
        Measure::Perception(Quality::Cost),
    ] {
        assert_eq!(measure(scale(1, 5), alone), gap);
    }
    one("GAP_INCOMPLETE", "sections[1].items[3].measure", |it| {
        it.sections[1].items[3].answer = scale(1, 5);
    });
}
