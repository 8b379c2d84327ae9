//! Every kind of message in every language, as its reader gets it by e-mail. A person has read these files for sense; whoever
//! changes a text runs the tests with `UPDATE_EXPECT=1` and reads what changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use expect_test::expect_file;
use khidma_events::notifications::{Message, MessageKind};
use khidma_notifications_texts::{CURRENT, LANGUAGES, Links, Reader, render, sample};

use crate::group;

/// Where the files are.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Readers of each language, each in a zone of theirs; the English one did not say where they are.
const READERS: [Reader<'static>; 5] = [
    Reader {
        language: "en",
        time_zone: None,
    },
    Reader {
        language: "ar",
        time_zone: Some("Asia/Riyadh"),
    },
    Reader {
        language: "fa",
        time_zone: Some("Asia/Tehran"),
    },
    Reader {
        language: "vi",
        time_zone: Some("Asia/Ho_Chi_Minh"),
    },
    Reader {
        language: "ja",
        time_zone: Some("Asia/Tokyo"),
    },
];

/// A message of each kind, and four of one that became one.
fn messages() -> Vec<(&'static str, Message)> {
    let mut messages: Vec<_> = MessageKind::ALL
        .map(|kind| (kind.as_str(), sample(kind)))
        .into();
    messages.push(("group", group(MessageKind::Reply, 4)));
    messages
}

#[test]
fn each_kind_reads_in_each_language_as_it_was_read_for_sense() {
    let links = Links {
        unsubscribe: Some("https://khidma.example/unsubscribe?token=t0ken&kind=1".into()),
        open: Some("https://khidma.example/requests/42".into()),
    };
    let mut files = BTreeSet::new();
    for (name, message) in messages() {
        for reader in READERS {
            let letter = render(&message, &reader, &links, CURRENT).unwrap();
            let text = format!("{}\n{}\n\n{}", letter.subject, letter.line, letter.text);
            for (ending, content) in [("txt", text), ("html", letter.html)] {
                let file = format!("{name}.{}.{ending}", reader.language);
                expect_file![folder().join(&file)].assert_eq(&content);
                files.insert(file);
            }
        }
    }
    let there = fs::read_dir(folder()).unwrap();
    let there: BTreeSet<_> = there
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, files, "a file that no message stands behind");
    assert_eq!(READERS.map(|reader| reader.language), LANGUAGES);
}
