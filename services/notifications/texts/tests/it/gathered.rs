//! Several messages that became one.

use khidma_events::notifications::{Arg, MessageKind};
use khidma_notifications_texts::sample;

use crate::{group, read};

#[test]
fn a_group_says_of_what_it_is_and_how_many_and_lists_them_oldest_first() {
    let mut group = group(MessageKind::Reply, 2);
    group.items[0]
        .args
        .insert("text".into(), Arg::Text("First.".into()));
    let letter = read(&group, "en");
    assert_eq!(
        letter.subject,
        "Replies (2): The projector in room 204 is broken"
    );
    assert_eq!(
        letter.line,
        "Replies (2): The projector in room 204 is broken"
    );
    assert_eq!(
        letter.text,
        "2 messages came for you shortly after each other:\n\n\
         • Mai Tanaka about “The projector in room 204 is broken”: First.\n\
         • Mai Tanaka about “The projector in room 204 is broken”: We have a spare one & bring it at noon.\n"
    );
}

#[test]
fn a_group_about_several_things_names_none_of_them() {
    let mut group = group(MessageKind::Warning, 2);
    let other = Arg::Text("No light on the stairs".into());
    group.items[1].args.insert("title".into(), other);
    let letter = read(&group, "en");
    assert_eq!(letter.subject, "Warnings (2)");
}

#[test]
fn a_digest_has_a_list_for_each_kind_and_a_group_is_one_line_of_it() {
    let mut digest = sample(MessageKind::Digest);
    digest.items.push(sample(MessageKind::Reply));
    digest.items.push(group(MessageKind::Progress, 5));
    digest.args.insert("count".into(), Arg::Number(5));
    let text = read(&digest, "en").text;
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines[0],
        "5 messages have come for you since your last digest:"
    );
    assert_eq!(lines[3], "Replies");
    assert!(lines[4].starts_with("• Mai Tanaka") && lines[5].starts_with("• Mai Tanaka"));
    assert_eq!(lines[6], "To be confirmed");
    assert_eq!(
        lines[8..],
        [
            "Progress",
            "• Progress (5): The projector in room 204 is broken"
        ]
    );
}

#[test]
fn of_very_many_a_letter_lists_fifty_and_says_how_many_more_there_are() {
    let letter = read(&group(MessageKind::Receipt, 1_052), "en");
    assert_eq!(
        letter.subject,
        "Receipts (1,052): The projector in room 204 is broken"
    );
    assert_eq!(letter.text.matches("• ").count(), 50);
    assert!(letter.text.ends_with("\n\nAnd 1,002 more.\n"));
}
