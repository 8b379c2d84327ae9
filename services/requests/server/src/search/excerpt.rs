//! Where the words of a wish stand in what its caller may see, with a short excerpt.

use khidma_projection::{Reader, RowError};

use super::document::newest_first;
use super::wish::{Part, Wish};
use super::words::{Word, words};
use crate::views::RequestRow;

/// Characters of an excerpt, about.
const LENGTH: usize = 160;
/// Of these, characters before the first word found.
const BEFORE: usize = 40;
/// What stands for text left out.
const LEFT_OUT: char = '…';

/// In which text words were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    Description,
    Tags,
    Timeline,
    Notes,
}

/// A short part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Where it is from.
    pub place: Place,
    /// The part, on one line.
    pub text: String,
    /// Where in it the words stand, in characters.
    pub marks: Vec<(u32, u32)>,
}

/// What a caller sees of a wish in a request.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The text with most of the words, if any has one.
    pub excerpt: Option<Excerpt>,
    /// Whether every part of the wish stands in something that the caller sees.
    pub whole: bool,
}

/// Looks for `wish` in the texts of a request, in internal notes only if `notes` may be seen.
pub(crate) fn look(
    reader: &Reader,
    request: &str,
    row: RequestRow,
    wish: &Wish,
    notes: bool,
) -> Result<Seen, RowError> {
    let mut looking = Looking {
        wish,
        best: None,
        together: 0,
        whole: u64::MAX >> (64 - wish.parts.len().clamp(1, 64)),
    };
    let tags = row.entity.state.as_ref().map(|state| state.tags.join(" "));
    let mut done = looking.at(Place::Title, &row.card.title);
    done = done || looking.at(Place::Description, &row.card.description);
    done = done || looking.at(Place::Tags, &tags.unwrap_or_default());
    if !done {
        newest_first(reader, request, row, |entry| match entry.internal {
            true => !(notes && looking.at(Place::Notes, &entry.text)),
            false => !looking.at(Place::Timeline, &entry.text),
        })?;
    }
    Ok(Seen {
        whole: looking.together == looking.whole,
        excerpt: looking.best.map(|(_, excerpt)| excerpt),
    })
}

struct Looking<'a> {
    wish: &'a Wish,
    /// The best excerpt, and how many parts its text has.
    best: Option<(u32, Excerpt)>,
    /// The parts found in all texts together, a bit for each.
    together: u64,
    /// All of them.
    whole: u64,
}

impl Looking<'_> {
    /// Looks at one more text; whether it has all that is wished for.
    fn at(&mut self, place: Place, text: &str) -> bool {
        let (parts, spans) = found(text, self.wish);
        self.together |= parts;
        let count = parts.count_ones();
        if count > self.best.as_ref().map_or(0, |(best, _)| *best) {
            self.best = Some((count, excerpt(place, text, &spans)));
        }
        parts == self.whole
    }
}

/// Which parts of the wish stand in `text`, a bit for each, and where their words stand, in bytes.
fn found(text: &str, wish: &Wish) -> (u64, Vec<(usize, usize)>) {
    let words = words(text);
    let (mut parts, mut spans) = (0, Vec::new());
    for (number, part) in wish.parts.iter().enumerate().take(64) {
        for window in words.windows(part.words.len().max(1)) {
            if fits(window, part) {
                parts |= 1 << number;
                spans.extend(window.iter().map(|word| (word.from, word.to)));
            }
        }
    }
    spans.sort_unstable();
    (parts, spans)
}

fn fits(window: &[Word], part: &Part) -> bool {
    let last = part.words.len().saturating_sub(1);
    window.len() == part.words.len()
        && window
            .iter()
            .zip(&part.words)
            .enumerate()
            .all(|(at, (word, wanted))| {
                word.text == *wanted
                    || (part.open && at == last && word.text.starts_with(wanted.as_str()))
            })
}

/// The part of `text` around the first of `spans`.
fn excerpt(place: Place, text: &str, spans: &[(usize, usize)]) -> Excerpt {
    let first = spans.first().map_or(0, |(from, _)| *from);
    let before = text[..first].char_indices().rev().take(BEFORE).last();
    let mut begin = before.map_or(first, |(at, _)| at);
    if begin > 0 {
        // Better a whole word than all of the characters.
        let mut cut = text[begin..first].char_indices();
        let space = cut.find(|(_, character)| character.is_whitespace());
        begin += space.map_or(0, |(at, space)| at + space.len_utf8());
    }
    let end = text[begin..].char_indices().nth(LENGTH);
    let end = end.map_or(text.len(), |(at, _)| begin + at);
    let mut said = String::new();
    if begin > 0 {
        said.push(LEFT_OUT);
    }
    let shift = said.chars().count();
    said.extend(text[begin..end].chars().map(on_one_line));
    if end < text.len() {
        said.push(LEFT_OUT);
    }
    Excerpt {
        place,
        text: said,
        marks: marks(&text[begin..end], begin, shift, spans),
    }
}

fn on_one_line(character: char) -> char {
    if character.is_control() {
        ' '
    } else {
        character
    }
}

/// `spans` in characters of the excerpt, those that touch each other as one.
fn marks(part: &str, begin: usize, shift: usize, spans: &[(usize, usize)]) -> Vec<(u32, u32)> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let within = |at: usize| part[..at - begin].chars().count() + shift;
    for (from, to) in spans {
        let end = begin + part.len();
        if *from < begin || *from >= end {
            continue;
        }
        let (from, to) = (within(*from), within((*to).min(end)));
        match marks.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => marks.push((from, to)),
        }
    }
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    marks
        .into_iter()
        .map(|(from, to)| (narrow(from), narrow(to)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, wish: &str) -> Option<Excerpt> {
        let wish: Wish = wish.parse().unwrap();
        let (parts, spans) = found(text, &wish);
        (parts != 0).then(|| excerpt(Place::Description, text, &spans))
    }

    fn marked(excerpt: &Excerpt) -> Vec<String> {
        let characters: Vec<char> = excerpt.text.chars().collect();
        excerpt
            .marks
            .iter()
            .map(|(from, to)| characters[*from as usize..*to as usize].iter().collect())
            .collect()
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        let short = of("Cần một MÁY TÍNH mới\nvà máy in", "may").unwrap();
        assert_eq!(short.text, "Cần một MÁY TÍNH mới và máy in");
        assert_eq!(marked(&short), ["MÁY", "máy"]);
        let phrase = of("Cần một MÁY TÍNH mới", "\"may tinh\"").unwrap();
        assert_eq!(marked(&phrase), ["MÁY", "TÍNH"]);
        assert_eq!(of("Cần một máy in", "\"may tinh\""), None);
        let japanese = of("大きな会議室を予約", "会議室").unwrap();
        assert_eq!(marked(&japanese), ["会議室"]);
    }

    #[test]
    fn of_a_long_text_a_part_is_shown() {
        let text = format!("{} the laptop {}", "ab ".repeat(500), "cd ".repeat(500));
        let long = of(&text, "lap").unwrap();
        assert!(
            long.text.starts_with("…ab ") && long.text.ends_with('…'),
            "{long:?}"
        );
        assert_eq!(long.text.chars().count(), LENGTH + 2);
        assert_eq!(marked(&long), ["laptop"]);
    }

    #[test]
    fn a_text_of_any_characters_is_cut_between_them() {
        let text = format!("{}laptop{}", "会👩‍💻".repeat(200), "é\u{301}".repeat(300));
        assert_eq!(marked(&of(&text, "laptop").unwrap()).len(), 1);
        let text = format!("{} laptop {}", "会👩‍💻".repeat(200), "é\u{301}".repeat(300));
        assert_eq!(marked(&of(&text, "laptop").unwrap()), ["laptop"]);
    }
}
