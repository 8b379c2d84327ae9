//! A message as a letter to somebody.

use khidma_events::notifications::Message;

use crate::args::check;
use crate::block::Block;
use crate::error::TextError;
use crate::language::is_right_to_left;
use crate::shelf;
use crate::speech::Speech;
use crate::zone::Zone;
use crate::{html, plain};

/// Who reads it.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Their language, a BCP 47 tag; if there are no texts in it, the one that stands in for it (see `language_for`).
    pub language: &'a str,
    /// Their IANA time zone. None or an unknown one: times are UTC, and the text says so.
    pub time_zone: Option<&'a str>,
}

/// Where a letter leads.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Where its reader says that they want no more of its kind. With it stands why they got it.
    pub unsubscribe: Option<String>,
    /// Where what it is about is seen.
    pub open: Option<String>,
    /// Where what it asks is answered.
    pub answer: Option<String>,
}

/// A message in words. Around what is people's and not ours stand isolation marks (U+2068, U+2069), in the HTML `<bdi>`, so that
/// neither turns the direction of the other. People's words have no control characters any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its language, one of `LANGUAGES`.
    pub language: &'static str,
    /// Whether it is written from right to left.
    pub right_to_left: bool,
    /// In one line, as the subject of an e-mail.
    pub subject: String,
    /// In one line that says it all, for lists and chats.
    pub line: String,
    /// In full, as plain text.
    pub text: String,
    /// In full, as an HTML page of its own; empty where `brief` made the letter.
    pub html: String,
}

/// The message as a whole letter, by that version of the texts.
///
/// # Errors
/// The message has not what its kind speaks of (see `check`), or there is no such version.
pub fn render(
    message: &Message,
    reader: &Reader<'_>,
    links: &Links,
    version: u32,
) -> Result<Letter, TextError> {
    let (speech, mut letter, mut blocks) = begin(message, reader, version)?;
    if let Some(url) = &links.answer {
        blocks.push(Block::Link(speech.phrase("answer")?, url.clone()));
    }
    if let Some(url) = &links.open {
        blocks.push(Block::Link(speech.phrase("open")?, url.clone()));
    }
    if let Some(url) = &links.unsubscribe {
        blocks.push(Block::Footer(vec![
            Block::Words(speech.phrase("why")?),
            Block::Link(speech.phrase("unsubscribe")?, url.clone()),
        ]));
    }
    letter.text = plain::text(&blocks);
    letter.html = html::page(letter.language, &letter.subject, &blocks);
    Ok(letter)
}

/// The message as a letter without HTML and links, for inboxes.
///
/// # Errors
/// As `render`.
pub fn brief(message: &Message, reader: &Reader<'_>, version: u32) -> Result<Letter, TextError> {
    let (_, mut letter, blocks) = begin(message, reader, version)?;
    letter.text = plain::text(&blocks);
    Ok(letter)
}

fn begin<'a>(
    message: &Message,
    reader: &Reader<'a>,
    version: u32,
) -> Result<(Speech<'a>, Letter, Vec<Block>), TextError> {
    check(message)?;
    let speech = Speech {
        catalogue: shelf::catalogue(version, reader.language)?,
        zone: Zone::named(reader.time_zone),
    };
    let language = speech.catalogue.language;
    let letter = Letter {
        language,
        right_to_left: is_right_to_left(language),
        subject: speech.subject(message)?,
        line: speech.line(message)?,
        text: String::new(),
        html: String::new(),
    };
    let blocks = speech.body(message)?;
    Ok((speech, letter, blocks))
}
