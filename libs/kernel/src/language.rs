//! Which of the languages there are somebody reads best: lookup by RFC 4647 §3.4.

/// The first of `preferred` that is among `there`, or a more general one of it is; else `fallback`. All are BCP 47 tags.
///
/// ```
/// use khidma_kernel::language::choose;
/// assert_eq!(choose(["de-AT", "fa-AF"], ["en", "fa"].into_iter(), "en"), "fa");
/// ```
pub fn choose<'a, T>(
    preferred: impl IntoIterator<Item: AsRef<str>>,
    there: impl Iterator<Item = &'a T> + Clone,
    fallback: &'a str,
) -> &'a str
where
    T: AsRef<str> + ?Sized + 'a,
{
    preferred
        .into_iter()
        .filter(|range| range.as_ref() != "*")
        .find_map(|range| look_up(range.as_ref(), there.clone()))
        .unwrap_or(fallback)
}

fn look_up<'a, T>(range: &str, there: impl Iterator<Item = &'a T> + Clone) -> Option<&'a str>
where
    T: AsRef<str> + ?Sized + 'a,
{
    let there = there.map(AsRef::as_ref);
    std::iter::successors(Some(range), |range| shorter(range))
        .find_map(|range| there.clone().find(|tag| tag.eq_ignore_ascii_case(range)))
}

/// The range without its last subtag, and without one of a single letter that would then be the last.
fn shorter(range: &str) -> Option<&str> {
    let (shorter, _) = range.rsplit_once('-')?;
    match shorter.rsplit_once('-') {
        Some((rest, last)) if last.len() == 1 => Some(rest),
        _ => Some(shorter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(preferred: &[&str], there: &[&'a str]) -> &'a str {
        choose(preferred, there.iter().copied(), "en")
    }

    #[test]
    fn a_more_general_language_will_do_and_a_more_special_one_will_not() {
        assert_eq!(chosen(&["fa-AF"], &["en", "fa"]), "fa");
        assert_eq!(chosen(&["fa-IR"], &["en", "fa"]), "fa");
        assert_eq!(chosen(&["zh-Hant-x-mine"], &["zh", "zh-Hant"]), "zh-Hant");
        let deep = ["zh-Hant-CN-x-private"];
        assert_eq!(chosen(&deep, &["zh-Hant", "zh"]), "zh-Hant");
        assert_eq!(chosen(&["fa"], &["fa-AF"]), "en");
        assert_eq!(chosen(&["zh"], &["zh-Hant"]), "en");
        assert_eq!(chosen(&["FA"], &["fa"]), "fa");
    }

    #[test]
    fn what_is_preferred_comes_first_and_what_nobody_has_falls_back() {
        assert_eq!(chosen(&["vi", "ja", "fa"], &["fa", "ja"]), "ja");
        assert_eq!(chosen(&["*", "ja"], &["fa", "ja"]), "ja");
        assert_eq!(chosen(&["sw"], &["fa", "ja"]), "en");
        assert_eq!(chosen(&[], &["fa"]), "en");
    }
}
