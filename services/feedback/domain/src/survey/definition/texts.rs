//! The texts of a definition.

use std::collections::BTreeSet;

use khidma_events::feedback::Texts;
use oxilangtag::LanguageTag;

use super::{Check, Defect, limits};

pub(super) fn is_language(tag: &str) -> bool {
    tag.len() <= limits::LANGUAGE && LanguageTag::parse(tag).is_ok()
}

impl Check<'_> {
    /// A text that may be left out.
    pub(super) fn optional(&mut self, at: &str, texts: &Texts) {
        if !texts.is_empty() {
            self.texts(at, texts, false);
        }
    }

    /// A text: there in the language to fall back to, and fit to be read in each.
    pub(super) fn texts(&mut self, at: &str, texts: &Texts, one_line: bool) {
        if !texts.contains_key(self.language) {
            let language = self.language.chars().take(limits::LANGUAGE).collect();
            self.wrong(at, Defect::NoText { language });
        }
        let limit = limits::LANGUAGES;
        if texts.len() > limit {
            self.wrong(at, Defect::TooMany { limit });
            return;
        }
        let mut seen = BTreeSet::new();
        for (tag, text) in texts {
            let at = format!(
                "{at}.{}",
                tag.chars().take(limits::LANGUAGE).collect::<String>()
            );
            if !is_language(tag) {
                self.wrong(&at, Defect::InvalidLanguage);
            } else if !seen.insert(tag.to_ascii_lowercase()) {
                self.wrong(&at, Defect::LanguageTwice);
            }
            self.text(at, text, one_line);
        }
    }

    fn text(&mut self, at: String, text: &str, one_line: bool) {
        let breaks = |c: char| !one_line && matches!(c, '\n' | '\t');
        let limit = limits::TEXT;
        if text.trim().is_empty() {
            self.wrong(at, Defect::Empty);
        } else if text.chars().count() > limit {
            self.wrong(at, Defect::TooLong { limit });
        } else if text.chars().any(|c| c.is_control() && !breaks(c)) {
            self.wrong(at, Defect::ControlCharacter);
        }
    }
}
