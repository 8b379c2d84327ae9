//! Texts with attributes of a case in them: `Ticket {case}: {product}`, `{customer|unknown}`, `{{` for a brace.

use khidma_kernel::derived_id;
use serde::Deserialize;

use super::{Case, Event};

/// The longest id.
const LONGEST: usize = 63;

/// A text with places for attributes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// An attribute, and what stands for it where it is not there.
    Attribute(String, Option<String>),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text.as_str());
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let end = rest.find('}').filter(|_| brace == "{");
            let end = end.ok_or_else(|| {
                format!(
                    "{text:?}: a brace without its other; write {{{{ or }}}} for a brace itself"
                )
            })?;
            let (name, default) = match rest[..end].split_once('|') {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (&rest[..end], None),
            };
            if name.is_empty() {
                return Err(format!(
                    "{text:?}: no attribute is named between the braces"
                ));
            }
            parts.push(Part::Text(std::mem::take(&mut plain)));
            parts.push(Part::Attribute(name.to_owned(), default));
            rest = &rest[end + 1..];
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }
}

impl Template {
    /// Nothing at all.
    pub(super) fn empty() -> Self {
        Self(Vec::new())
    }

    /// Just what `name` says.
    pub(super) fn attribute(name: &str) -> Self {
        Self(vec![Part::Attribute(name.to_owned(), None)])
    }

    /// The attributes it names.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Attribute(name, _) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text for an event of a case.
    ///
    /// # Errors
    /// An attribute is not there and nothing stands for it.
    pub(super) fn fill(&self, case: &Case, event: &Event) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Attribute(name, default) => {
                    let value = case.value(event, name).or(default.as_deref());
                    text.push_str(value.ok_or_else(|| format!("there is no attribute {name:?}; write {{{name}|…}} in the mapping to say what stands for it"))?);
                }
            }
        }
        Ok(text)
    }

    /// The text as an id.
    ///
    /// # Errors
    /// As [`Template::fill`]; or nothing is left of it.
    pub(super) fn id(&self, case: &Case, event: &Event) -> Result<String, String> {
        let text = self.fill(case, event)?;
        slug(&text).ok_or_else(|| format!("{text:?} makes no id"))
    }
}

/// A text as an id: lower case, with hyphens between the words. What cannot stand in an id, or is too long, is told apart
/// by a digest at the end.
fn slug(text: &str) -> Option<String> {
    let (mut slug, mut lost) = (String::new(), false);
    for character in text.trim().chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' | '_' => slug.push(character),
            other => {
                lost |= other.is_alphanumeric();
                if !slug.is_empty() && !slug.ends_with('-') {
                    slug.push('-');
                }
            }
        }
    }
    let slug = slug.trim_end_matches('-').trim_start_matches('_');
    if !lost && slug.len() <= LONGEST {
        return (!slug.is_empty()).then(|| slug.to_owned());
    }
    let digest = derived_id(&[text.as_bytes()]).simple().to_string();
    let kept: String = slug.chars().take(LONGEST - 9).collect();
    let joint = if kept.is_empty() {
        "x"
    } else {
        kept.trim_end_matches('-')
    };
    Some(format!("{joint}-{}", &digest[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Result<String, String> {
        let at = khidma_kernel::Timestamp::EPOCH;
        let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let event = Event {
            activity: "Closed".into(),
            at,
            place: "event 1".into(),
            attributes: vec![attribute("org:resource", "Value 3")],
        };
        let case = Case {
            name: "Case 7".into(),
            place: "trace 1".into(),
            attributes: vec![attribute("customer", "Vältö")],
            events: vec![],
        };
        Template::try_from(template.to_owned())?.fill(&case, &event)
    }

    #[test]
    fn attributes_of_event_and_case_stand_in_their_places() {
        assert_eq!(
            filled("{case}: {activity} by {org:resource} for {customer}").unwrap(),
            "Case 7: Closed by Value 3 for Vältö"
        );
        assert_eq!(filled("{{{case}}}").unwrap(), "{Case 7}");
        assert_eq!(filled("{product|none}{note|}").unwrap(), "none");
    }

    #[test]
    fn what_is_not_there_is_an_error_that_names_it() {
        assert!(filled("{product}").unwrap_err().contains("\"product\""));
        for wrong in ["{case", "case}", "{}"] {
            assert!(filled(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_are_made_of_what_can_stand_in_one_and_stay_apart() {
        assert_eq!(
            slug("Customer Value 10").as_deref(),
            Some("customer-value-10")
        );
        assert_eq!(slug("  a -- b_c!  ").as_deref(), Some("a-b_c"));
        assert_eq!(slug("…"), None);
        assert_ne!(slug("José"), slug("Josè"));
        let (long, longer) = (
            slug(&"x".repeat(80)).unwrap(),
            slug(&"x".repeat(81)).unwrap(),
        );
        assert!(long != longer && long.len() <= LONGEST);
        for text in ["Customer Value 10", "José", "日本", &"x".repeat(80)] {
            let slug = slug(text).unwrap();
            assert!(slug.parse::<khidma_kernel::PersonId>().is_ok(), "{slug}");
        }
    }
}
