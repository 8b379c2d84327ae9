//! Whether a definition makes sense: all that is wrong at once, each with its place.

mod item;
mod problem;
#[cfg(test)]
pub(crate) mod tests;
mod texts;

pub use problem::{Defect, Problem};

use std::collections::BTreeSet;
use std::fmt::Display;

use khidma_events::feedback::{Definition, Item};

use self::item::Asked;

/// How long and how many.
pub mod limits {
    /// Bytes of a definition, as JSON.
    pub const BYTES: usize = 128 * 1024;
    /// Sections of a definition.
    pub const SECTIONS: usize = 20;
    /// Items of all sections together.
    pub const ITEMS: usize = 100;
    /// Characters of a text.
    pub const TEXT: usize = 2_000;
    /// Languages of a text.
    pub const LANGUAGES: usize = 20;
    /// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
    pub const LANGUAGE: usize = 35;
    /// Characters of a key.
    pub const KEY: usize = 40;
    /// Steps of a scale.
    pub const STEPS: i64 = 21;
    /// Options of a choice, at the least
    pub const OPTIONS_LEAST: usize = 2;
    /// and at the most.
    pub const OPTIONS: usize = 50;
    /// Characters of an answer in their own words.
    pub const WORDS: u32 = 4_000;
    /// Problems that are told at once.
    pub const PROBLEMS: usize = 100;
}

/// What is wrong with a definition, in its order, at most [`limits::PROBLEMS`]. Empty: it makes sense.
pub fn check(definition: &Definition) -> Vec<Problem> {
    let mut check = Check {
        language: &definition.language,
        problems: Vec::new(),
    };
    // What is far too large is not looked at any closer.
    let size = serde_json::to_vec(definition).map_or(usize::MAX, |text| text.len());
    if size > limits::BYTES {
        let limit = limits::BYTES;
        check.wrong("definition", Defect::TooLarge { limit });
    } else {
        check.definition(definition);
    }
    check.problems.truncate(limits::PROBLEMS);
    check.problems
}

struct Check<'a> {
    /// The language that every text is there in.
    language: &'a str,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn wrong(&mut self, field: impl Display, defect: Defect) {
        let field = field.to_string();
        self.problems.push(Problem { field, defect });
    }

    fn definition(&mut self, definition: &Definition) {
        if !texts::is_language(&definition.language) {
            self.wrong("language", Defect::InvalidLanguage);
        }
        self.texts("title", &definition.title, true);
        self.optional("intro", &definition.intro);
        let sections = &definition.sections;
        if sections.is_empty() {
            self.wrong("sections", Defect::Empty);
        }
        let limit = limits::SECTIONS;
        if sections.len() > limit {
            self.wrong("sections", Defect::TooMany { limit });
        }
        let items = sections.iter().map(|section| section.items.len());
        let limit = limits::ITEMS;
        if items.sum::<usize>() > limit {
            self.wrong("sections", Defect::TooManyItems { limit });
            return;
        }
        let (mut keys, mut asked) = (BTreeSet::new(), Asked::default());
        for (number, section) in sections.iter().enumerate().take(limits::SECTIONS) {
            let at = format!("sections[{number}]");
            self.key(format!("{at}.key"), &section.key, &mut keys);
            self.optional(&format!("{at}.title"), &section.title);
            if section.items.is_empty() {
                self.wrong(format!("{at}.items"), Defect::Empty);
            }
            for (number, item) in section.items.iter().enumerate() {
                self.item(&format!("{at}.items[{number}]"), item, &mut asked);
            }
        }
        self.gaps(&asked);
    }

    /// A key that no other of its kind has.
    fn key<'k>(&mut self, at: String, key: &'k str, others: &mut BTreeSet<&'k str>) {
        if !is_key(key) {
            self.wrong(at, Defect::InvalidKey);
        } else if !others.insert(key) {
            self.wrong(at, Defect::DuplicateKey);
        }
    }

    fn item<'k>(&mut self, at: &str, item: &'k Item, asked: &mut Asked<'k>) {
        self.key(format!("{at}.key"), &item.key, &mut asked.keys);
        self.texts(&format!("{at}.text"), &item.text, false);
        self.answer(&format!("{at}.answer"), &item.answer);
        if let Some(condition) = &item.when {
            self.condition(&format!("{at}.when"), condition, asked);
        }
        self.measure(&format!("{at}.measure"), item, asked);
        // Only now: what is asked is asked after what it hangs on.
        asked.items.entry(item.key.as_str()).or_insert(&item.answer);
    }
}

/// 1 to 40 of a-z, 0-9, '-' and '_', beginning with a letter or digit.
fn is_key(key: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    key.len() <= limits::KEY
        && key.bytes().next().is_some_and(plain)
        && key.bytes().all(|c| plain(c) || c == b'-' || c == b'_')
}
