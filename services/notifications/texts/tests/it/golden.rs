//! Every kind of message in every language, as its reader gets it by e-mail. A person has read these files for sense; whoever
//! changes a text runs the tests with `UPDATE_EXPECT=1` and reads what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use expect_test::expect_file;
use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_notifications_texts::{
    ArgType, CURRENT, LANGUAGES, Links, Reader, args_of, render, sample,
};

use crate::{group, read_by, with};

/// Where the files of a version of the texts are.
pub(crate) fn folder(version: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/v{version}"))
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

/// What is said for each word and each number that a text chooses by, each line once.
fn choices(language: &str, version: u32) -> String {
    let mut lines = Vec::new();
    let mut hear = |message: &Message| {
        let letter = read_by(message, language, version);
        let said = format!("{}\n{}\n{}", letter.subject, letter.line, letter.text);
        for line in said.lines() {
            if !lines.iter().any(|heard| heard == line) {
                lines.push(line.to_owned());
            }
        }
    };
    for kind in MessageKind::ALL {
        hear(&sample(kind));
        for (name, of, _) in args_of(kind) {
            let args: Vec<Arg> = match of {
                ArgType::Choice(words) => words
                    .iter()
                    .map(|word| Arg::Choice((*word).into()))
                    .collect(),
                ArgType::Number => [0, 1, 2, 3, 11, 100].map(Arg::Number).into(),
                ArgType::Seconds => [60, 120, 3_600, 7_200, 7_380].map(Arg::Seconds).into(),
                ArgType::Text | ArgType::At => continue,
            };
            for arg in args {
                hear(&with(kind, name, arg));
            }
        }
        if kind != MessageKind::Digest {
            hear(&group(kind, 2));
        }
    }
    for count in [1, 3, 51, 52, 53, 61, 150] {
        hear(&group(MessageKind::Reply, count));
    }
    lines.join("\n") + "\n"
}

#[test]
fn each_kind_reads_in_each_language_as_it_was_read_for_sense() {
    assert_eq!(READERS.map(|reader| reader.language), LANGUAGES);
    // Old versions too: what was sent by them reads the same for ever.
    for version in 1..=CURRENT {
        let folder = folder(version);
        let mut files = letters(version);
        for language in LANGUAGES {
            let file = format!("choices.{language}.txt");
            files.insert(file, choices(language, version));
        }
        for (file, content) in &files {
            expect_file![folder.join(file)].assert_eq(content);
        }
        let there = fs::read_dir(&folder).unwrap();
        let there: BTreeSet<_> = there
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let files = files.into_keys().collect();
        assert_eq!(there, files, "a file that no message stands behind");
    }
}

/// Each message as its readers get it by e-mail, by the name of its file.
fn letters(version: u32) -> BTreeMap<String, String> {
    let links = Links {
        unsubscribe: Some("https://khidma.example/unsubscribe?token=t0ken&kind=1".into()),
        open: Some("https://khidma.example/requests/42".into()),
        answer: None,
    };
    let mut files = BTreeMap::new();
    for (name, message) in messages() {
        let asks = message.kind == MessageKind::Survey;
        let links = Links {
            answer: asks.then(|| "https://khidma.example/answer/42/s3cret".into()),
            ..links.clone()
        };
        for reader in READERS {
            let letter = render(&message, &reader, &links, version).unwrap();
            let text = format!("{}\n{}\n\n{}", letter.subject, letter.line, letter.text);
            let language = reader.language;
            files.insert(format!("{name}.{language}.txt"), text);
            files.insert(format!("{name}.{language}.html"), letter.html);
        }
    }
    files
}
