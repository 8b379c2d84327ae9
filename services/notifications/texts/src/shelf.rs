//! All versions of the texts, in all languages: they never leave the binary, so that a delivery of last year can be read again
//! as it was.
//!
//! To change texts that were sent: copy `texts/v1` to `texts/v2`, change them there, add a `Version` and raise `CURRENT`.
//! `tests/golden` holds what each version says.

use std::sync::OnceLock;

use crate::catalogue::Catalogue;
use crate::error::TextError;
use crate::language::{LANGUAGES, language_for};

/// The newest version of the texts, by which new deliveries are put into words.
pub const CURRENT: u32 = 1;

/// One version.
struct Version {
    number: u32,
    /// A Fluent file for each language, in the order of `LANGUAGES`.
    files: [&'static str; LANGUAGES.len()],
    /// The same, once somebody has needed them.
    read: [OnceLock<Result<Catalogue, TextError>>; LANGUAGES.len()],
}

static SHELF: [Version; 1] = [Version {
    number: 1,
    files: [
        include_str!("../texts/v1/en.ftl"),
        include_str!("../texts/v1/ar.ftl"),
        include_str!("../texts/v1/fa.ftl"),
        include_str!("../texts/v1/vi.ftl"),
        include_str!("../texts/v1/ja.ftl"),
    ],
    read: [const { OnceLock::new() }; LANGUAGES.len()],
}];

/// The texts of that version in that language, or in the one that stands in for it.
///
/// # Errors
/// There is no such version. That a file is broken, the tests rule out.
pub(crate) fn catalogue(version: u32, language: &str) -> Result<&'static Catalogue, TextError> {
    let found = SHELF.iter().find(|found| found.number == version);
    let found = found.ok_or(TextError::VersionUnknown(version))?;
    let language = language_for([language]);
    LANGUAGES
        .into_iter()
        .zip(found.files)
        .zip(&found.read)
        .find(|((of, _), _)| *of == language)
        .ok_or(TextError::VersionUnknown(version))
        .and_then(|((of, file), read)| {
            read.get_or_init(|| Catalogue::read(of, file))
                .as_ref()
                .map_err(Clone::clone)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_whole_in_every_language() {
        for version in &SHELF {
            for language in LANGUAGES {
                let read = catalogue(version.number, language);
                assert_eq!(read.map(|read| read.language), Ok(language));
            }
        }
    }

    #[test]
    fn new_deliveries_take_the_newest_version_and_another_is_refused_by_its_number() {
        let newest = SHELF.iter().map(|version| version.number).max();
        assert_eq!(newest, Some(CURRENT));
        assert_eq!(
            catalogue(99, "en").err(),
            Some(TextError::VersionUnknown(99))
        );
    }
}
