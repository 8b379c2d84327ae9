//! What a schema refers to: its own parts only, never in a circle, and not to more than can be checked quickly.

use std::collections::BTreeMap;

use serde_json::Value;

/// How many parts a schema may have once its references are unfolded.
const PARTS: u64 = 2_000;
/// As how many parts a pattern counts: compiled, it takes up to a megabyte.
const PATTERN: u64 = 20;
/// How deep they may lie.
const DEPTH: usize = 100;

/// Keywords that would refer to what is elsewhere, or change what a reference means.
const REFUSED: [&str; 6] = [
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$anchor",
    "$vocabulary",
];

/// Where something is wrong, as a JSON pointer, and what.
type Wrong = (String, String);

/// Whether the references of `schema` can be followed without leaving it, without end and without too much work.
///
/// # Errors
/// Where they cannot, and why.
pub(super) fn check(schema: &Value) -> Result<(), Wrong> {
    let mut walk = Walk {
        root: schema,
        weights: BTreeMap::new(),
    };
    let parts = walk.weigh(schema, "", 0)?;
    if parts > PARTS {
        let why = format!("it unfolds to more than {PARTS} parts");
        return Err((String::new(), why));
    }
    Ok(())
}

struct Walk<'a> {
    root: &'a Value,
    /// How many parts stand behind a reference; `None` while that is being found out.
    weights: BTreeMap<&'a str, Option<u64>>,
}

impl<'a> Walk<'a> {
    /// How many parts `value` has, those behind its references included.
    fn weigh(&mut self, value: &'a Value, place: &str, depth: usize) -> Result<u64, Wrong> {
        if depth > DEPTH {
            let why = format!("it is more than {DEPTH} parts deep");
            return Err((place.to_owned(), why));
        }
        let mut weight: u64 = 1;
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                    weight = weight.saturating_add(self.member(name, member, &place, depth)?);
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    let place = format!("{place}/{number}");
                    weight = weight.saturating_add(self.weigh(item, &place, depth + 1)?);
                }
            }
            _ => {}
        }
        Ok(weight)
    }

    fn member(
        &mut self,
        name: &str,
        member: &'a Value,
        place: &str,
        depth: usize,
    ) -> Result<u64, Wrong> {
        let wrong = |why: &str| Err((place.to_owned(), why.to_owned()));
        match member {
            Value::String(target) if name == "$ref" => self.follow(target, place, depth),
            // Below the root an id of its own would make the same reference mean something else.
            Value::String(_) if name == "$id" && place != "/$id" => {
                wrong("only the form as a whole may have an $id")
            }
            Value::String(_) | Value::Bool(_) | Value::Object(_) if REFUSED.contains(&name) => {
                wrong("this keyword cannot be used in a form")
            }
            Value::String(_) if name == "pattern" => Ok(PATTERN),
            Value::Object(patterns) if name == "patternProperties" => {
                let weight = self.weigh(member, place, depth + 1)?;
                Ok(weight.saturating_add(PATTERN.saturating_mul(patterns.len() as u64)))
            }
            member => self.weigh(member, place, depth + 1),
        }
    }

    fn follow(&mut self, target: &'a str, place: &str, depth: usize) -> Result<u64, Wrong> {
        let wrong = |why: &str| (place.to_owned(), why.to_owned());
        let pointer = target
            .strip_prefix('#')
            .filter(|pointer| pointer.is_empty() || pointer.starts_with('/'))
            .ok_or_else(|| wrong("a form refers to nothing but its own parts (#/…)"))?;
        match self.weights.get(pointer) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(wrong("the reference leads back to itself")),
            None => {}
        }
        let part = self
            .root
            .pointer(pointer)
            .ok_or_else(|| wrong("the form has no such part"))?;
        self.weights.insert(pointer, None);
        let weight = self.weigh(part, place, depth + 1)?;
        self.weights.insert(pointer, Some(weight));
        Ok(weight)
    }
}
