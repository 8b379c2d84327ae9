//! Messages put into words, seen from outside.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test; a test that is left out says so, and where a browser lies is a matter of the machine"
)]

mod direction;
mod gathered;
mod golden;
mod messages;
mod peoples_words;
mod values;

use std::collections::BTreeMap;

use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_notifications_texts::{CURRENT, Letter, Reader, brief, sample};

/// The sample of that kind, with one thing in it changed.
fn with(kind: MessageKind, name: &str, arg: Arg) -> Message {
    let mut message = sample(kind);
    message.args.insert(name.into(), arg);
    message
}

/// Several messages of a kind that came shortly after each other.
fn group(kind: MessageKind, count: usize) -> Message {
    Message {
        kind,
        request: None,
        args: BTreeMap::new(),
        items: vec![sample(kind); count],
    }
}

/// The message as its reader in Tehran has it in their inbox, without isolation marks.
fn read(message: &Message, language: &str) -> Letter {
    read_by(message, language, CURRENT)
}

/// The same by a version of the texts.
fn read_by(message: &Message, language: &str, version: u32) -> Letter {
    let reader = Reader {
        language,
        time_zone: Some("Asia/Tehran"),
    };
    let letter = brief(message, &reader, version).unwrap();
    Letter {
        subject: without_marks(&letter.subject),
        line: without_marks(&letter.line),
        text: without_marks(&letter.text),
        ..letter
    }
}

fn without_marks(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}
