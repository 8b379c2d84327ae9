//! What the pages promise is what there is.

use khidma_events::notifications::{Channel, MessageKind};

use super::read;

const PAGE: &str = "docs/notifications.md";
/// Where failures of deliveries get their codes.
const CAUSES: [&str; 2] = [
    "libs/events/src/notifications/delivery.rs",
    "proto/khidma/notifications/v1/common.proto",
];

#[test]
fn the_page_on_notifications_knows_every_kind_and_every_channel() {
    let page = read(PAGE);
    let words = MessageKind::ALL.map(MessageKind::as_str).into_iter();
    let words = words.chain(Channel::ALL.map(Channel::as_str));
    for word in words {
        let row = format!("\n| `{word}` | ");
        assert!(page.contains(&row), "no row says what {word} is");
    }
}

/// Their codes stand where they are declared, after "A stable code:".
#[test]
fn the_page_on_notifications_says_what_to_do_about_every_cause() {
    let page = read(PAGE);
    for file in CAUSES {
        let source = read(file);
        let (_, codes) = source.split_once("A stable code:").unwrap();
        let (codes, _) = codes.split_once(".\n").unwrap();
        let codes: Vec<_> = codes
            .split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
            .filter(|code| !code.is_empty())
            .collect();
        assert!(codes.len() > 10, "{file}: {codes:?}");
        for code in codes {
            let named = format!("`{code}`");
            let mut rows = page.lines().filter(|line| line.starts_with("| `"));
            assert!(rows.any(|row| row.contains(&named)), "{file}: {code}");
        }
    }
}
