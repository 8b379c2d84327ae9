//! What a message looks like, from the program alone.

use khidma_proto::notifications::MessageKind;

use crate::server::{program, run};

const KINDS: std::ops::RangeInclusive<i32> = 1..=19;

/// The kinds as people write them.
fn kinds() -> impl Iterator<Item = String> {
    KINDS.map(|number| {
        let kind = MessageKind::try_from(number).unwrap();
        let word = kind.as_str_name().strip_prefix("MESSAGE_KIND_").unwrap();
        word.to_ascii_lowercase()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_shown_without_a_server() {
    for kind in kinds() {
        let line = format!("notification preview {kind} --locale vi --json");
        let said = run(program(&line)).await;
        assert_eq!(said.exit, 0, "{line}: {said:?}");
        let letter = said.json()["letter"].clone();
        assert_eq!(letter["language"], "vi");
        assert_eq!(letter["right_to_left"], false);
        for part in ["subject", "text", "html"] {
            assert_ne!(letter[part], "", "{kind}: {part}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_shown_in_the_language_and_zone_that_are_asked_for() {
    let preview = async |rest: &str| {
        let said = run(program(&format!("notification preview breach {rest}"))).await;
        assert_eq!(said.exit, 0, "{rest}: {said:?}");
        said.stdout
    };
    let persian = preview("--locale fa-IR --time-zone Asia/Tehran").await;
    // The subject keeps to itself, whatever stands beside it.
    assert!(persian.starts_with('\u{2067}'), "{persian}");
    assert!(persian.contains('پ'), "{persian}");
    assert_ne!(persian, preview("--locale fa-IR --time-zone UTC").await);
    let unknown = preview("--locale tlh").await;
    assert_eq!(unknown, preview("").await, "there is always English");
    let page = preview("--locale ar --html").await;
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(
        page.contains("dir=\"rtl\"") && page.contains("lang=\"ar\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_kind_or_a_zone_that_there_is_not_is_a_usage_error() {
    let kind = run(program("notification preview gossip")).await;
    assert_eq!(kind.exit, 2);
    assert!(kind.stderr.contains("announcement"), "{kind:?}");
    let zone = run(program(
        "notification preview breach --time-zone Mars/Olympus",
    ))
    .await;
    assert_eq!(zone.exit, 2);
    assert!(zone.stderr.contains("Mars/Olympus"), "{zone:?}");
    for line in [
        "notification replay",
        "notification endpoint add desk --url https://example.org/",
        "notification preferences set",
        "notification preferences set --kind progress",
        "notification preferences set --channels inbox",
        "notification preferences set --stand-in sol",
        "notification silence begin --until 2030-01-01 --reason why",
        "notification standards-reminder it",
        "inbox read",
        "inbox --watch --unread",
    ] {
        assert_eq!(run(program(line)).await.exit, 2, "{line}");
    }
}
