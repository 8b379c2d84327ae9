//! Forms that can be used and forms that cannot, and answers.

use serde_json::{Map, Value, json};

use super::Form;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

fn form(properties: Value) -> Map<String, Value> {
    object(json!({ "type": "object", "properties": properties }))
}

/// Where a schema is refused, and why.
fn refused(schema: Map<String, Value>) -> (String, String) {
    let problem = Form::compile(&schema).expect_err("it should be refused");
    (problem.field, problem.message)
}

fn fields(form: Value, answers: Value) -> Vec<String> {
    let form = Form::compile(&object(form)).expect("a form");
    let problems = form.problems(&object(answers));
    problems.into_iter().map(|problem| problem.field).collect()
}

#[test]
fn a_schema_that_is_none_is_refused_with_its_place() {
    let (field, _) = refused(form(json!({ "day": { "type": "dates" } })));
    assert_eq!(field, "form.properties.day.type");
    let (field, _) = refused(form(json!({ "day": { "minLength": -1 } })));
    assert_eq!(field, "form.properties.day.minLength");
    let (field, _) = refused(object(json!({ "type": "object", "required": "day" })));
    assert_eq!(field, "form.required");
}

#[test]
fn a_form_asks_for_an_object() {
    for schema in [
        json!({}),
        json!({ "type": "array" }),
        json!({ "type": ["object", "null"] }),
    ] {
        assert_eq!(refused(object(schema)).0, "form.type");
    }
}

#[test]
fn nothing_is_fetched() {
    let remote = [
        "https://example.com/schema.json",
        "file:///etc/passwd",
        "other.json",
        "#day",
        "urn:x:y",
    ];
    for target in remote {
        let (field, why) = refused(form(json!({ "day": { "$ref": target } })));
        assert_eq!(field, "form.properties.day.$ref");
        assert!(why.contains("its own parts"), "{why}");
    }
    let foreign = object(json!({ "$schema": "https://example.com/meta", "type": "object" }));
    assert!(Form::compile(&foreign).is_err());
    let (field, _) = refused(form(json!({ "day": { "$id": "https://example.com/" } })));
    assert_eq!(field, "form.properties.day.$id");
    let (field, _) = refused(form(json!({ "day": { "$dynamicRef": "#day" } })));
    assert_eq!(field, "form.properties.day.$dynamicRef");
}

#[test]
fn references_that_never_end_are_refused() {
    let circles = [
        json!({ "type": "object", "$ref": "#" }),
        json!({ "type": "object", "allOf": [{ "$ref": "#" }] }),
        json!({ "type": "object", "$ref": "#/$defs/a",
            "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }),
    ];
    for circle in circles {
        let (_, why) = refused(object(circle));
        assert!(why.contains("back to itself"), "{why}");
    }
    let (field, why) = refused(form(json!({ "day": { "$ref": "#/$defs/day" } })));
    assert_eq!(field, "form.properties.day.$ref");
    assert!(why.contains("no such part"), "{why}");
}

/// Each definition refers to the next one twice: a few lines that unfold to 2⁴⁰ parts.
#[test]
fn references_that_unfold_to_too_much_are_refused() {
    let next = |n: usize| json!({ "$ref": format!("#/$defs/d{}", n + 1) });
    let mut definitions: Map<String, Value> = (0..40)
        .map(|n| (format!("d{n}"), json!({ "allOf": [next(n), next(n)] })))
        .collect();
    definitions.insert("d40".into(), json!({}));
    let schema = json!({ "type": "object", "$ref": "#/$defs/d0", "$defs": definitions });
    let (_, why) = refused(object(schema));
    assert!(why.contains("parts"), "{why}");
}

#[test]
fn a_schema_that_is_too_deep_or_too_large_is_refused() {
    let deep = (0..120).fold(json!({}), |inner, _| json!({ "not": inner }));
    let (_, why) = refused(form(json!({ "day": deep })));
    assert!(why.contains("deep"), "{why}");
    let (field, why) = refused(form(json!({ "day": { "title": "x".repeat(65 << 10) } })));
    assert_eq!(field, "form");
    assert!(why.contains("64 KiB"), "{why}");
}

#[test]
fn patterns_that_could_take_for_ever_are_matched_in_linear_time_or_refused() {
    let slow = form(json!({ "code": { "type": "string", "pattern": "^(a+)+$" } }));
    let form_of_it = Form::compile(&slow).expect("linear in another engine");
    let answers = object(json!({ "code": format!("{}!", "a".repeat(50_000)) }));
    assert_eq!(form_of_it.problems(&answers).len(), 1);
    for pattern in ["(?=a)b", r"(a)\1", "((a{1000}){1000}){1000}"] {
        let (field, _) = refused(form(json!({ "code": { "pattern": pattern } })));
        assert!(field.starts_with("form.properties.code"), "{field}");
    }
}

#[test]
fn a_form_has_only_so_many_patterns() {
    let patterned = |count: usize| {
        let part = |n| (format!("p{n}"), json!({ "pattern": r"\w{200}" }));
        form((0..count).map(part).collect::<Map<_, _>>().into())
    };
    assert!(Form::compile(&patterned(10)).is_ok());
    let (_, why) = refused(patterned(120));
    assert!(why.contains("parts"), "{why}");
    let parts = |n| (format!("p{n}"), json!({}));
    let named: Map<String, Value> = (0..120).map(parts).collect();
    let (_, why) = refused(form(json!({ "day": { "patternProperties": named } })));
    assert!(why.contains("parts"), "{why}");
}

#[test]
fn answers_are_wrong_field_by_field() {
    let schema = json!({
        "type": "object",
        "required": ["employee_name", "first_day"],
        "additionalProperties": false,
        "properties": {
            "employee_name": { "type": "string", "minLength": 1 },
            "first_day": { "type": "string", "format": "date" },
            "keyboard": { "enum": ["arabic", "persian", "us"] },
            "screens": { "type": "array", "items": { "$ref": "#/$defs/screen" } },
        },
        "$defs": { "screen": { "type": "object", "required": ["inches"],
            "properties": { "inches": { "type": "integer" } } } },
    });
    let good = json!({ "employee_name": "سارا", "first_day": "2026-04-01", "keyboard": "persian",
        "screens": [{ "inches": 27 }] });
    assert!(fields(schema.clone(), good).is_empty());
    let bad = json!({ "first_day": "soon", "keyboard": "klingon", "colour": "red",
        "screens": [{ "inches": 27 }, { "inches": 13.5 }, {}] });
    let mut wrong = fields(schema, bad);
    wrong.sort();
    assert_eq!(
        wrong,
        [
            "answers.colour",
            "answers.employee_name",
            "answers.first_day",
            "answers.keyboard",
            "answers.screens[1].inches",
            "answers.screens[2].inches",
        ]
    );
}

#[test]
fn what_is_wrong_does_not_repeat_what_was_said() {
    let schema = form(json!({ "pin": { "type": "string", "maxLength": 4 } }));
    let form = Form::compile(&schema).expect("a form");
    let problems = form.problems(&object(json!({ "pin": "secret words" })));
    assert!(!problems[0].message.contains("secret"), "{problems:?}");
}

#[test]
fn answers_that_are_too_large_are_refused_as_a_whole() {
    let large = json!({ "text": "x".repeat(65 << 10) });
    assert_eq!(fields(json!({ "type": "object" }), large), ["answers"]);
}
