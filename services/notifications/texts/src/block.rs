//! What a letter is made of, before it is plain text or HTML.

use crate::clean::{CLOSE, LINE_END, OPEN};

/// A part of a letter.
#[derive(Debug, PartialEq)]
pub(crate) enum Block {
    /// A paragraph in our words; what is people's in it stands between `OPEN` and `CLOSE`.
    Words(String),
    /// People's words by themselves, line by line, in whatever language and direction.
    Quote(Vec<String>),
    /// What the following list has in common.
    Heading(String),
    /// One line for each message.
    List(Vec<String>),
    /// Something to follow: what it is, and where it leads.
    Link(String, String),
    /// What stands below the letter.
    Footer(Vec<Block>),
}

/// The paragraphs of what a text says. One that is nothing but people's words is a quote.
pub(crate) fn paragraphs(said: &str) -> impl Iterator<Item = Block> {
    said.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.trim_matches([OPEN, CLOSE]).is_empty())
        .map(|paragraph| match quoted(paragraph) {
            Some(words) => Block::Quote(words.split(LINE_END).map(str::to_owned).collect()),
            None => Block::Words(paragraph.replace(LINE_END, " ")),
        })
}

/// What stands between `OPEN` and `CLOSE`, if that is all.
fn quoted(paragraph: &str) -> Option<&str> {
    let words = paragraph.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    (!words.contains([OPEN, CLOSE])).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_of_peoples_words_alone_is_a_quote_with_its_lines() {
        let said = "\u{2068}Ana\u{2069} asks:\n\n\u{2068}One?\u{2028}\u{2028}Two?\u{2069}\n\nPlease answer.";
        let blocks: Vec<_> = paragraphs(said).collect();
        assert_eq!(
            blocks,
            [
                Block::Words("\u{2068}Ana\u{2069} asks:".into()),
                Block::Quote(vec!["One?".into(), String::new(), "Two?".into()]),
                Block::Words("Please answer.".into()),
            ]
        );
    }

    #[test]
    fn words_that_begin_and_end_with_names_are_no_quote_and_nothing_is_no_paragraph() {
        let said = "\u{2068}Ana\u{2069} to \u{2068}Bo\u{2069}\n\n\u{2068}\u{2069}";
        let blocks: Vec<_> = paragraphs(said).collect();
        let words = "\u{2068}Ana\u{2069} to \u{2068}Bo\u{2069}";
        assert_eq!(blocks, [Block::Words(words.into())]);
    }
}
