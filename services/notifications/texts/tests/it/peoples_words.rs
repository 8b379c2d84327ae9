//! People's words may be anything, and never spoil ours.

use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_notifications_texts::{CURRENT, LANGUAGES, Letter, Links, Reader, render, sample};
use proptest::prelude::*;

use crate::with;

/// All tags that a letter has.
const TAGS: [&str; 34] = [
    "<!doctype html>",
    "<html lang=\"en\" dir=\"ltr\">",
    "<html lang=\"ar\" dir=\"rtl\">",
    "<html lang=\"fa\" dir=\"rtl\">",
    "<html lang=\"vi\" dir=\"ltr\">",
    "<html lang=\"ja\" dir=\"ltr\">",
    "</html>",
    "<head>",
    "</head>",
    "<meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width\">",
    "<title>",
    "</title>",
    "<body>",
    "</body>",
    "</div>",
    "<p>",
    "</p>",
    "<bdi>",
    "</bdi>",
    "<blockquote dir=\"auto\">",
    "</blockquote>",
    "<br>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<h2 style=\"font-size: 1em\">",
    "</h2>",
    "<hr>",
    "<footer style=\"font-size: smaller\">",
    "</footer>",
    "</a>",
    "<a href=\"https://khidma.example/?a=1&amp;b=&lt;&quot;\">",
];

/// Sets apart what has a direction of its own.
const OPEN: &str = "\u{2068}";
/// Ends it.
const CLOSE: &str = "\u{2069}";
/// What turns around all that follows, and what ends a line where no line may end.
const TURNING: [char; 9] = [
    '\u{2028}', '\u{2029}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}',
    '\u{2067}',
];
/// What a page may have only in its tags.
const SPOILING: [char; 7] = ['<', '>', '"', '\'', '&', '\u{2068}', '\u{2069}'];

fn letter(message: &Message, language: &str) -> Letter {
    let reader = Reader {
        language,
        time_zone: None,
    };
    let links = Links {
        unsubscribe: None,
        open: Some("https://khidma.example/?a=1&b=<\"".into()),
        answer: None,
    };
    render(message, &reader, &links, CURRENT).unwrap()
}

/// What is left of a page without its tags, from which people's words cannot be told apart any more by a browser.
fn without_tags(html: &str) -> String {
    let mut rest = html.to_owned();
    for tag in TAGS {
        rest = rest.replace(tag, "");
    }
    for language in LANGUAGES {
        for direction in ["ltr", "rtl"] {
            rest = rest.replace(
                &format!("<div lang=\"{language}\" dir=\"{direction}\" style=\"font-family: sans-serif; max-width: 40em\">"),
                "",
            );
        }
    }
    for entity in ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"] {
        rest = rest.replace(entity, "");
    }
    rest
}

/// How deep marks are open at the end; `None` if one is closed that was not opened.
fn depth(text: &str, open: &str, close: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(open).into_iter().chain(rest.find(close)).min() {
        let opens = rest[at..].starts_with(open);
        depth = if opens {
            depth + 1
        } else {
            depth.checked_sub(1)?
        };
        rest = &rest[at + if opens { open.len() } else { close.len() }..];
    }
    Some(depth)
}

/// Words as an enemy would choose them.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "\\PC{0,5}",
        prop::sample::select(vec![
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "</div></body>",
            "&lt;",
            "&",
            "\"'",
            "<",
            "\r\n\r\nBcc: all@example.org",
            "\n\n",
            "\u{202E}",
            "\u{2066}",
            "\u{2068}",
            "\u{2069}",
            "\u{2028}",
            "\0",
            "\u{1b}[2J",
            "{ $title }",
            "سلام",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_that_people_write_becomes_markup_or_a_header_or_turns_our_words_around(
        kind in prop::sample::select(MessageKind::ALL.to_vec()),
        language in prop::sample::select(LANGUAGES.to_vec()),
        words in words(),
    ) {
        let mut message = sample(kind);
        for item in message.items.iter_mut() {
            speak(item, &words);
        }
        speak(&mut message, &words);
        let letter = letter(&message, language);
        for line in [&letter.subject, &letter.line] {
            prop_assert_eq!(line.find(char::is_control), None);
            prop_assert_eq!(line.find(TURNING), None);
            prop_assert_eq!(depth(line, OPEN, CLOSE), Some(0));
        }
        for page in [&letter.text, &letter.html] {
            let control = page.find(|char: char| char.is_control() && char != '\n');
            prop_assert_eq!(control, None);
            prop_assert_eq!(page.find(TURNING), None);
        }
        prop_assert_eq!(depth(&letter.text, OPEN, CLOSE), Some(0));
        prop_assert_eq!(depth(&letter.html, "<bdi>", "</bdi>"), Some(0));
        let rest = without_tags(&letter.html);
        prop_assert_eq!(rest.find(SPOILING), None, "{}", rest);
    }
}

/// All that people say in the message, they say in these words.
fn speak(message: &mut Message, words: &str) {
    for arg in message.args.values_mut() {
        if let Arg::Text(text) = arg {
            words.clone_into(text);
        }
    }
}

#[test]
fn lines_that_people_wrote_stay_lines() {
    let question = "Which room?\n\nAnd <when>?";
    let message = with(
        MessageKind::Question,
        "question",
        Arg::Text(question.into()),
    );
    let letter = letter(&message, "en");
    assert!(letter.text.contains("\n> Which room?\n>\n> And <when>?\n"));
    assert!(letter.html.contains(
        "<blockquote dir=\"auto\">Which room?<br>\n<br>\nAnd &lt;when&gt;?</blockquote>"
    ));
}

#[test]
fn a_subject_is_one_line_and_a_long_title_is_cut_there_only() {
    let title = "very ".repeat(60) + "long\nBcc: all@example.org";
    let message = with(MessageKind::Receipt, "title", Arg::Text(title));
    let letter = letter(&message, "en");
    assert!(letter.subject.chars().count() < 100 && letter.subject.contains('…'));
    assert!(
        letter
            .text
            .contains("very very long Bcc: all@example.org\u{2069}”")
    );
}

#[test]
fn names_are_set_apart_from_our_words() {
    let message = with(MessageKind::Reply, "by", Arg::Text("علی".into()));
    let letter = letter(&message, "en");
    assert!(
        letter
            .text
            .starts_with("\u{2068}علی\u{2069} has written about")
    );
    assert!(letter.html.contains("<p><bdi>علی</bdi> has written about"));
}
