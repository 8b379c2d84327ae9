//! Forms: JSON Schemas that departments publish, and answers to them.
//!
//! A form comes from outside, and so is bounded: in size, in how much its references unfold to, and to patterns that
//! can be matched in linear time. Nothing is ever fetched for it.

mod references;
#[cfg(test)]
mod tests;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use khidma_requests_domain::offering::FormProblem;
use serde_json::{Map, Value};

/// Bytes of a form, written as JSON without spaces.
const SCHEMA_BYTES: usize = 64 << 10;
/// Bytes of the answers to one.
const ANSWERS_BYTES: usize = 64 << 10;
/// Problems that are told at once.
const PROBLEMS: usize = 50;
/// Bytes that a compiled pattern may take, and as many for the cache it is matched with.
const PATTERN_BYTES: usize = 1 << 20;

/// A form, ready to check answers.
#[derive(Debug)]
pub(crate) struct Form(Validator);

impl Form {
    /// The form that a schema describes.
    ///
    /// # Errors
    /// What is wrong with the schema, and where.
    pub(crate) fn compile(schema: &Map<String, Value>) -> Result<Self, FormProblem> {
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(at(
                "form.type",
                "a form asks for an object: its type is \"object\"",
            ));
        }
        let schema = Value::Object(schema.clone());
        if schema.to_string().len() > SCHEMA_BYTES {
            let limit = SCHEMA_BYTES >> 10;
            return Err(at("form", &format!("a form takes at most {limit} KiB")));
        }
        references::check(&schema).map_err(|(place, why)| at(&path("form", &place), &why))?;
        let patterns = PatternOptions::regex()
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES);
        jsonschema::options()
            .offline()
            .should_validate_formats(true)
            .with_pattern_options(patterns)
            .build(&schema)
            .map(Self)
            .map_err(|error| {
                at(
                    &path("form", error.instance_path().as_str()),
                    &error.to_string(),
                )
            })
    }

    /// What is wrong with `answers`; nothing if they are what the form asks for.
    pub(crate) fn problems(&self, answers: &Map<String, Value>) -> Vec<FormProblem> {
        let answers = Value::Object(answers.clone());
        if answers.to_string().len() > ANSWERS_BYTES {
            let limit = ANSWERS_BYTES >> 10;
            return vec![at("answers", &format!("answers take at most {limit} KiB"))];
        }
        let errors = self.0.iter_errors(&answers);
        errors
            .flat_map(|error| problems(&error))
            .take(PROBLEMS)
            .collect()
    }
}

/// What is wrong with answers to an offering without a form.
pub(crate) fn unasked(answers: &Map<String, Value>) -> Vec<FormProblem> {
    if answers.is_empty() {
        vec![]
    } else {
        vec![at("answers", "the offering asks for no answers")]
    }
}

/// An error as people who fill in a form know it: at the field that is missing or too much, and without its content.
fn problems(error: &ValidationError<'_>) -> Vec<FormProblem> {
    let place = path("answers", error.instance_path().as_str());
    let each = |fields: &[String], why: &str| {
        let fields = fields.iter();
        fields
            .map(|field| at(&format!("{place}.{field}"), why))
            .collect()
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default().to_owned();
            each(&[property], "is needed")
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            each(unexpected, "is not asked for")
        }
        _ => vec![at(&place, &error.masked_with("the answer").to_string())],
    }
}

fn at(field: &str, message: &str) -> FormProblem {
    FormProblem {
        field: field.to_owned(),
        message: message.to_owned(),
    }
}

/// The path that a JSON pointer within `root` amounts to: `/items/0/size` is `answers.items[0].size`.
fn path(root: &str, pointer: &str) -> String {
    let mut path = root.to_owned();
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push('.');
            path.push_str(&part.replace("~1", "/").replace("~0", "~"));
        }
    }
    path
}
