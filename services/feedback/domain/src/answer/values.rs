//! Whether what somebody says is an answer to what they were asked. Anonymous answers are looked at by the same eyes.

use std::collections::BTreeSet;

use khidma_events::feedback::{AnswerKind, Choice, Definition, Item, Test, Value, Values};

use super::AnswerRefusal as Refusal;

/// Bytes of all that is answered, keys and words together.
pub const SIZE: usize = 16 * 1024;
/// Characters of a key of the caller's that a refusal repeats; they may have sent anything.
const SHOWN: usize = 64;

/// Whether these are answers to that: each to an item that is asked, of its kind and within its bounds, and none missing that
/// has to be there.
///
/// # Errors
/// The first thing that is not so, in the order of the definition. What cannot be placed in it comes first.
pub fn check(definition: &Definition, values: &Values) -> Result<(), Refusal> {
    if values.iter().map(size).sum::<usize>() > SIZE {
        return Err(Refusal::TooLarge);
    }
    if values.is_empty() {
        return Err(Refusal::NothingAnswered);
    }
    let known: BTreeSet<&str> = items(definition).map(|item| item.key.as_str()).collect();
    if let Some(key) = values.keys().find(|key| !known.contains(key.as_str())) {
        let shown: String = key.chars().take(SHOWN).collect();
        return Err(Refusal::UnknownItem {
            field: field(&shown),
        });
    }
    items(definition).try_for_each(|item| item_holds(item, values))
}

/// All that a survey asks, in its order.
pub fn items(definition: &Definition) -> impl Iterator<Item = &Item> {
    definition
        .sections
        .iter()
        .flat_map(|section| &section.items)
}

/// Whether an item is asked of who answered so far as these say. What hangs on an item that is not answered is not asked.
pub fn is_asked(item: &Item, values: &Values) -> bool {
    let Some(condition) = &item.when else {
        return true;
    };
    match (&condition.is, values.get(&condition.item)) {
        (Test::AtLeast(least), Some(Value::Scale(value))) => value >= least,
        (Test::AtMost(most), Some(Value::Scale(value))) => value <= most,
        (Test::OneOf(keys), Some(Value::Choice(key))) => keys.contains(key),
        (Test::OneOf(keys), Some(Value::Choices(chosen))) => {
            chosen.iter().any(|key| keys.contains(key))
        }
        _ => false,
    }
}

fn item_holds(item: &Item, values: &Values) -> Result<(), Refusal> {
    let field = field(&item.key);
    match (is_asked(item, values), values.get(&item.key)) {
        (true, Some(value)) => value_holds(&item.answer, value, field),
        (true, None) if item.required => Err(Refusal::Required { field }),
        (false, Some(_)) => Err(Refusal::NotAsked { field }),
        (_, None) => Ok(()),
    }
}

fn value_holds(kind: &AnswerKind, value: &Value, field: String) -> Result<(), Refusal> {
    match (kind, value) {
        (AnswerKind::Scale { min, max, .. }, Value::Scale(value)) => {
            match (min..=max).contains(&value) {
                true => Ok(()),
                false => Err(Refusal::OutOfScale {
                    field,
                    min: *min,
                    max: *max,
                }),
            }
        }
        (AnswerKind::Choice { options }, Value::Choice(key)) => one_of(options, key, field),
        (AnswerKind::MultiChoice { options, at_most }, Value::Choices(keys)) => {
            some_of(options, *at_most, keys, field)
        }
        (AnswerKind::Number { min, max }, Value::Number(value)) => {
            let within = min.is_none_or(|min| *value >= min) && max.is_none_or(|max| *value <= max);
            match value.is_finite() && within {
                true => Ok(()),
                false => Err(Refusal::OutOfRange { field }),
            }
        }
        (AnswerKind::Text { at_most }, Value::Text(text)) => words(*at_most, text, field),
        _ => Err(Refusal::WrongKind { field }),
    }
}

fn one_of(options: &[Choice], key: &str, field: String) -> Result<(), Refusal> {
    match options.iter().any(|option| option.key == key) {
        true => Ok(()),
        false => Err(Refusal::UnknownChoice { field }),
    }
}

fn some_of(
    options: &[Choice],
    at_most: Option<u32>,
    keys: &[String],
    field: String,
) -> Result<(), Refusal> {
    if keys.is_empty() {
        return Err(Refusal::Empty { field });
    }
    let limit = at_most.map_or(options.len(), |most| most as usize);
    let mut seen = BTreeSet::new();
    for key in keys {
        one_of(options, key, field.clone())?;
        if !seen.insert(key) {
            return Err(Refusal::ChoiceTwice { field });
        }
    }
    match keys.len() <= limit {
        true => Ok(()),
        false => Err(Refusal::TooManyChoices { field, limit }),
    }
}

fn words(at_most: u32, text: &str, field: String) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    if text.chars().count() > at_most as usize {
        let limit = at_most as usize;
        return Err(Refusal::TooLong { field, limit });
    }
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
    match text.chars().any(|c| c.is_control() && !breaks(c)) {
        true => Err(Refusal::ControlCharacter { field }),
        false => Ok(()),
    }
}

fn field(key: &str) -> String {
    format!("values.{key}")
}

fn size((key, value): (&String, &Value)) -> usize {
    let value = match value {
        Value::Scale(_) | Value::Number(_) => 8,
        Value::Choice(text) | Value::Text(text) => text.len(),
        // Each costs something, also an empty one.
        Value::Choices(keys) => keys.iter().map(|key| key.len() + 1).sum(),
    };
    key.len() + value
}
