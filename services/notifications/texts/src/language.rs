//! In which language somebody is written to.

use khidma_kernel::language::choose;

/// The languages that there are texts in, as BCP 47 tags: English, Arabic, Persian, Vietnamese, Japanese.
pub const LANGUAGES: [&str; 5] = ["en", "ar", "fa", "vi", "ja"];

/// The language of those whose languages there are no texts in.
const FALLBACK: &str = LANGUAGES[0];

/// The language for somebody who wants these, the dearest first: each as it stands, then in a more general form, then the
/// next; English if there are texts in none of them.
///
/// ```
/// use khidma_notifications_texts::language_for;
/// assert_eq!(language_for(["de-AT", "fa-AF"]), "fa");
/// assert_eq!(language_for(["de"]), "en");
/// ```
pub fn language_for<'a>(wanted: impl IntoIterator<Item = &'a str>) -> &'static str {
    // Some programs write an underscore for the hyphen.
    let wanted = wanted.into_iter().map(|tag| tag.replace('_', "-"));
    choose(wanted, LANGUAGES.into_iter(), FALLBACK)
}

/// Whether the language is written from right to left.
pub fn is_right_to_left(language: &str) -> bool {
    matches!(language_for([language]), "ar" | "fa")
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
