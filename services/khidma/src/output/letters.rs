//! How messages look to people.

use comfy_table::Cell;
use khidma_proto::notifications::{InboxMessage, Letter, MessageKind};

use super::{Output, Table, Tone};
use crate::failure::Failure;
use crate::words::Word;

/// Begin and end of text that goes from right to left: what stands beside it in the line stays where it is.
const RIGHT_TO_LEFT: char = '\u{2067}';
const END: char = '\u{2069}';

/// A letter's subject as it can stand in a line with other things.
fn subject(letter: &Letter) -> String {
    if letter.right_to_left {
        format!("{RIGHT_TO_LEFT}{}{END}", letter.subject)
    } else {
        letter.subject.clone()
    }
}

/// A letter in full: its subject, then its text.
///
/// # Errors
/// It cannot be written.
pub fn letter(output: &mut Output, letter: &Letter) -> Result<(), Failure> {
    let title = output.paint(Tone::Strong, subject(letter));
    output.line(format_args!("{title}\n"))?;
    output.line(letter.text.trim_end())
}

fn subject_of(message: &InboxMessage) -> String {
    message.letter.as_ref().map(subject).unwrap_or_default()
}

/// How far its receiver is with it.
fn mark(message: &InboxMessage) -> (Tone, &'static str) {
    match message {
        InboxMessage {
            archived: Some(_), ..
        } => (Tone::Faint, "put away"),
        InboxMessage { read: Some(_), .. } => (Tone::Faint, "read"),
        InboxMessage { seen: Some(_), .. } => (Tone::Plain, "seen"),
        _ => (Tone::Good, "new"),
    }
}

fn kind_tone(message: &InboxMessage) -> Tone {
    if message.urgent {
        Tone::Bad
    } else {
        Tone::Plain
    }
}

/// A line for each message of an inbox.
pub fn inbox_table(output: &Output, messages: &[InboxMessage]) -> Table {
    let mut table =
        Table::new(["id", "came", "", "about", "request", "message"]).without_if_narrow(&[4, 1]);
    for one in messages {
        let (tone, word) = mark(one);
        table.add(vec![
            Tone::Faint.cell(&one.id),
            Cell::new(output.ago(one.received)),
            tone.cell(word),
            kind_tone(one).cell(MessageKind::word(one.kind)),
            Tone::Faint.cell(&one.service_request_id),
            Tone::Strong.cell(subject_of(one)),
        ]);
    }
    table
}

/// A message that came or changed, in one line.
///
/// # Errors
/// It cannot be written.
pub fn inbox_line(output: &mut Output, message: &InboxMessage) -> Result<(), Failure> {
    let (tone, word) = mark(message);
    let line = [
        output.paint(Tone::Faint, output.time_or_day(message.received)),
        output.paint(tone, word),
        output.paint(kind_tone(message), MessageKind::word(message.kind)),
        output.paint(Tone::Faint, &message.id),
        output.paint(Tone::Strong, subject_of(message)),
    ];
    output.line(line.join("  "))
}

/// A message in full, under what is known of it.
///
/// # Errors
/// It cannot be written.
pub fn inbox_text(output: &mut Output, message: &InboxMessage) -> Result<(), Failure> {
    inbox_line(output, message)?;
    let text = message.letter.as_ref().map(|letter| letter.text.as_str());
    output.line(format_args!("\n{}\n", text.unwrap_or_default().trim_end()))?;
    if message.escalation_id.is_empty() {
        return Ok(());
    }
    let id = &message.escalation_id;
    let hint = format!("take care of it: khidma notification acknowledge {id}\n");
    let hint = output.paint(Tone::Faint, hint);
    output.line(hint)
}

/// What people were told: whom, in which language, what about, in one line each.
pub fn told_table(told: &[(String, InboxMessage)]) -> Table {
    let mut table = Table::new(["told", "in", "about", "message"]);
    for (person, message) in told {
        let letter = message.letter.clone().unwrap_or_default();
        table.add(vec![
            Tone::Strong.cell(person),
            Tone::Faint.cell(&letter.language),
            kind_tone(message).cell(MessageKind::word(message.kind)),
            Cell::new(subject(&letter)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use khidma_runtime::Clock;

    use super::*;

    fn message(subject: &str, right_to_left: bool) -> InboxMessage {
        let letter = Letter {
            subject: subject.to_owned(),
            right_to_left,
            ..Letter::default()
        };
        InboxMessage {
            letter: Some(letter),
            kind: MessageKind::Progress.into(),
            ..InboxMessage::default()
        }
    }

    #[test]
    fn what_goes_from_right_to_left_keeps_to_itself() {
        assert_eq!(subject_of(&message("Seen", false)), "Seen");
        assert_eq!(
            subject_of(&message("ديده شد", true)),
            "\u{2067}ديده شد\u{2069}"
        );
    }

    #[test]
    fn a_line_says_how_far_its_receiver_is() {
        let output = Output::plain(std::io::sink(), false, Clock::system());
        let at = Some(prost_types::Timestamp::default());
        let read = InboxMessage {
            seen: at,
            read: at,
            ..message("Two", false)
        };
        let table = inbox_table(&output, &[message("One", false), read]).draw(false, false);
        let lines: Vec<_> = table.lines().skip(2).collect();
        assert!(
            lines[0].contains("new") && lines[0].ends_with("One"),
            "{table}"
        );
        assert!(
            lines[1].contains("read") && lines[1].ends_with("Two"),
            "{table}"
        );
    }
}
