//! What somebody searches for: words, all of which are to be found, and "phrases"; the last word may be unfinished.

use super::words::{Kind, Word, words};

/// Characters a query may have.
pub(crate) const LONGEST: usize = 500;
/// Words a query may have, pairs of characters included.
pub(crate) const MOST_WORDS: usize = 64;
/// How many letters of an unfinished word are needed to guess at its end.
const STEM: usize = 2;

/// A query, understood. Everything in it is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    /// At least one, each with at least one word.
    pub parts: Vec<Part>,
}

/// Words that are to be found one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The words.
    pub words: Vec<String>,
    /// Whether the last of them may be the beginning of a longer one.
    pub open: bool,
}

/// Why a query cannot be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidWish {
    /// There is no word in it.
    #[error("there is no word to search for")]
    Empty,
    /// It is too long.
    #[error("a query has at most {LONGEST} characters")]
    TooLong,
    /// It has too many words.
    #[error("a query has at most {MOST_WORDS} words")]
    TooManyWords,
}

impl InvalidWish {
    /// The stable code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY_QUERY",
            Self::TooLong => "QUERY_TOO_LONG",
            Self::TooManyWords => "TOO_MANY_WORDS",
        }
    }
}

impl std::str::FromStr for Wish {
    type Err = InvalidWish;

    fn from_str(text: &str) -> Result<Self, InvalidWish> {
        if text.chars().nth(LONGEST).is_some() {
            return Err(InvalidWish::TooLong);
        }
        // What stands at odd places stands between quotation marks; a mark that is never closed counts to the end.
        let pieces: Vec<&str> = text.split(['"', '“', '”', '„', '«', '»']).collect();
        let mut parts = Vec::new();
        for (place, piece) in pieces.iter().enumerate() {
            if place % 2 == 1 {
                parts.extend(part(piece, false));
            } else {
                let before = parts.len();
                parts.extend(
                    piece
                        .split_whitespace()
                        .filter_map(|word| part(word, false)),
                );
                let last = place + 1 == pieces.len() && parts.len() > before;
                if let Some(part) = parts.last_mut().filter(|_| last) {
                    part.open |= may_be_unfinished(part);
                }
            }
        }
        let count: usize = parts.iter().map(|part| part.words.len()).sum();
        match count {
            0 => Err(InvalidWish::Empty),
            1..=MOST_WORDS => Ok(Self { parts }),
            _ => Err(InvalidWish::TooManyWords),
        }
    }
}

/// The words of `text` as one part.
fn part(text: &str, open: bool) -> Option<Part> {
    let mut found = words(text);
    let kind = |word: Option<&Word>| word.map(|word| word.kind);
    let open = match (kind(found.last())?, found.len()) {
        // A stretch of characters may go on where it is found: the pair before says all that is known of its end.
        (Kind::Last, 2..) if kind(found.get(found.len() - 2)) == Some(Kind::Pair) => {
            found.pop();
            false
        }
        // One character is the beginning of a pair, or the last one.
        (Kind::Last, _) => true,
        (Kind::Whole | Kind::Pair, _) => open,
    };
    let words = found.into_iter().map(|word| word.text).collect();
    Some(Part { words, open })
}

/// One or two pairs of characters are found within a longer word as they are, and one letter begins too many words.
fn may_be_unfinished(part: &Part) -> bool {
    let last = part.words.last().map(String::as_str).unwrap_or_default();
    let spaced = words(last).iter().all(|word| word.kind == Kind::Whole);
    spaced && last.chars().nth(STEM - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(String, bool)> {
        let wish: Wish = text.parse().unwrap();
        wish.parts
            .into_iter()
            .map(|part| (part.words.join(" "), part.open))
            .collect()
    }

    fn told(parts: &[(&str, bool)]) -> Vec<(String, bool)> {
        parts
            .iter()
            .map(|(words, open)| ((*words).to_owned(), *open))
            .collect()
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        let expected = told(&[("new", false), ("lap", true)]);
        assert_eq!(parts("New LAP"), expected);
        assert_eq!(parts("a b"), told(&[("a", false), ("b", false)]));
    }

    #[test]
    fn what_is_quoted_is_a_phrase() {
        let expected = told(&[("printer", false), ("on fire", false)]);
        assert_eq!(parts("printer \"on fire\""), expected);
        assert_eq!(parts("printer «on fire»"), expected);
        assert_eq!(parts("printer \"on fire"), expected);
        let expected = told(&[("on fire", false), ("now", true)]);
        assert_eq!(parts("\"on fire\" now"), expected);
        assert_eq!(parts("\"on fire\" !"), told(&[("on fire", false)]));
    }

    #[test]
    fn words_that_hang_together_are_a_phrase() {
        assert_eq!(parts("e-mail x"), told(&[("e mail", false), ("x", false)]));
        assert_eq!(parts("会議室"), told(&[("会議 議室", false)]));
        assert_eq!(parts("会"), told(&[("会", true)]));
    }

    #[test]
    fn what_cannot_be_searched_for_is_refused() {
        let refused = |text: &str| text.parse::<Wish>().unwrap_err();
        for text in ["", "   ", "\"\"", "\" \" \"", "***", "?!", "\u{0}"] {
            assert_eq!(refused(text), InvalidWish::Empty, "{text:?}");
        }
        assert_eq!(refused(&"x".repeat(501)), InvalidWish::TooLong);
        assert_eq!(refused(&"x ".repeat(65)), InvalidWish::TooManyWords);
        assert_eq!(parts(&"x ".repeat(64)).len(), 64);
    }
}
