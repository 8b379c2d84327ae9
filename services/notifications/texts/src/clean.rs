//! People's words, without what would spoil ours.

/// Stands for the end of a line in people's words while they are in a text of ours, whose own lines and paragraphs end by `\n`.
pub(crate) const LINE_END: char = '\u{2028}';
/// Opens what has a direction of its own, closed by `CLOSE`.
pub(crate) const OPEN: char = '\u{2068}';
/// Closes what has a direction of its own.
pub(crate) const CLOSE: char = '\u{2069}';

/// `words` without control characters and without marks that turn the direction of what follows; lines end by `LINE_END`.
pub(crate) fn clean(words: &str) -> String {
    let mut cleaned = String::with_capacity(words.len());
    let mut chars = words.trim().chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push(LINE_END),
            '\t' => cleaned.push(' '),
            _ if char.is_control() || turns_direction(char) => {}
            _ => cleaned.push(char),
        }
    }
    cleaned
}

/// `words` in one line of at most `most` characters; what is left out is shown by an ellipsis.
pub(crate) fn shorten(words: &str, most: usize) -> String {
    let line = clean(words).replace(LINE_END, " ");
    if line.chars().count() <= most {
        return line;
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Embeddings, overrides and isolates and what ends them: unclosed, they turn everything behind them. Marks that concern only
/// their neighbours (LRM, RLM, joiners) stay.
fn turns_direction(char: char) -> bool {
    matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_turning_marks_are_left_out_and_joiners_stay() {
        assert_eq!(clean(" a\u{0}b\u{7}\tc\u{1b}[0m "), "ab c[0m");
        assert_eq!(clean("photo\u{202E}gpj.exe\u{2069}"), "photogpj.exe");
        assert_eq!(clean("می\u{200C}شود"), "می\u{200C}شود");
    }

    #[test]
    fn a_line_ends_once_however_it_was_ended() {
        assert_eq!(
            clean("a\r\nb\nc\rd\u{2029}e"),
            "a\u{2028}b\u{2028}c\u{2028}d\u{2028}e"
        );
    }

    #[test]
    fn what_is_too_long_for_a_line_ends_in_an_ellipsis() {
        assert_eq!(shorten("one\ntwo", 7), "one two");
        assert_eq!(shorten("one two three", 8), "one two…");
        assert_eq!(shorten("日本語です", 3), "日本…");
    }
}
