//! In which language somebody is written to.

/// The languages that there are texts in, as BCP 47 tags: English, Arabic, Persian, Vietnamese, Japanese.
pub const LANGUAGES: [&str; 5] = ["en", "ar", "fa", "vi", "ja"];

/// The language of those whose languages there are no texts in.
const FALLBACK: &str = LANGUAGES[0];

/// The language for somebody who wants these, the dearest first: each as it stands, then without its region and script, then
/// the next; English if there are texts in none of them.
///
/// ```
/// use khidma_notifications_texts::language_for;
/// assert_eq!(language_for(["de-AT", "fa-AF"]), "fa");
/// assert_eq!(language_for(["de"]), "en");
/// ```
pub fn language_for<'a>(wanted: impl IntoIterator<Item = &'a str>) -> &'static str {
    wanted.into_iter().find_map(closest).unwrap_or(FALLBACK)
}

/// Whether the language is written from right to left.
pub fn is_right_to_left(language: &str) -> bool {
    matches!(language_for([language]), "ar" | "fa")
}

/// The tag itself, or the tag without what stands behind its language.
fn closest(tag: &str) -> Option<&'static str> {
    let base = tag.split(['-', '_']).next().unwrap_or(tag);
    let known = |wanted: &str| {
        LANGUAGES
            .into_iter()
            .find(|language| language.eq_ignore_ascii_case(wanted))
    };
    known(tag).or_else(|| known(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_there_are_texts_in_is_taken() {
        assert_eq!(language_for(["ja"]), "ja");
        assert_eq!(language_for(["AR-eg", "en"]), "ar");
        assert_eq!(language_for(["fa_IR"]), "fa");
        assert_eq!(language_for(["vi-Latn-VN", "ja"]), "vi");
        assert_eq!(language_for(["", "xx-YY", "ja-JP"]), "ja");
        assert_eq!(language_for(["farsi"]), "en");
        assert_eq!(language_for([]), "en");
    }

    #[test]
    fn arabic_and_persian_run_from_right_to_left() {
        let right_to_left = LANGUAGES.map(is_right_to_left);
        assert_eq!(right_to_left, [false, true, true, false, false]);
        assert!(is_right_to_left("fa-AF"));
    }
}
