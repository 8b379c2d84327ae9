//! Every language says everything, and speaks of the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser::parse;
use khidma_feedback_page::LANGUAGES;

/// What each key speaks of.
fn spoken_of(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    let source = std::fs::read_to_string(folder.join(format!("{language}.ftl"))).unwrap();
    let resource = parse(source).unwrap_or_else(|(_, errors)| panic!("{language}: {errors:?}"));
    let mut keys = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let mut names = BTreeSet::new();
        for element in message.value.unwrap().elements {
            if let PatternElement::Placeable { expression } = element {
                let Expression::Inline(InlineExpression::VariableReference { id }) = expression
                else {
                    panic!("{language}: {} is more than plain", message.id.name);
                };
                names.insert(id.name);
            }
        }
        let twice = keys.insert(message.id.name, names);
        assert_eq!(twice, None, "{language}");
    }
    keys
}

#[test]
fn every_language_says_all_that_english_says() {
    let english = spoken_of("en");
    for language in LANGUAGES {
        assert_eq!(spoken_of(language), english, "{language}");
    }
}

/// Every key that the code asks for is there, and none is there that it does not ask for.
#[test]
fn every_key_is_used_and_every_used_key_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = String::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            code += &std::fs::read_to_string(path).unwrap();
        }
    }
    let keys = spoken_of("en");
    for key in keys.keys() {
        assert!(code.contains(&format!("\"{key}\"")), "nobody says {key}");
    }
    // However lines are broken, what follows is the key.
    let code: String = code.split_whitespace().collect();
    for call in ["words.say(\"", "words.with(\""] {
        for said in code.split(call).skip(1) {
            let key = said.split('"').next().unwrap();
            assert!(keys.contains_key(key), "{key} is said nowhere");
        }
    }
}
