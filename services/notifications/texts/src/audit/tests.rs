//! Files that are not whole, each made of the English one by one mistake.

use khidma_events::notifications::MessageKind;

use crate::catalogue::Catalogue;

const ENGLISH: &str = include_str!("../../texts/v1/en.ftl");

/// What is said of the English file after `from` in it became `to`.
fn refused(from: &str, to: &str) -> String {
    assert!(
        ENGLISH.contains(from),
        "{from:?} is not there to be spoiled"
    );
    let spoiled = ENGLISH.replacen(from, to, 1);
    match Catalogue::read("en", &spoiled) {
        Ok(_) => String::new(),
        Err(error) => {
            assert_eq!(error.code(), "texts_broken");
            error.to_string()
        }
    }
}

#[test]
fn the_english_file_is_whole() {
    assert_eq!(Catalogue::read("en", ENGLISH).err(), None);
    assert_eq!(
        MessageKind::NAMES,
        MessageKind::ALL.map(MessageKind::as_str)
    );
}

#[test]
fn an_unknown_variable_is_refused_by_its_name() {
    assert_eq!(
        refused("Received: { $title }", "Received: { $titel }"),
        "the texts in en: receipt-subject speaks of an unknown $titel"
    );
    // What may be missing stands only where it is looked for.
    assert_eq!(
        refused(
            "Received: { $title }",
            "Received: { $title }, { $standard }"
        ),
        "the texts in en: receipt-subject speaks of an unknown $standard"
    );
}

#[test]
fn a_variable_of_a_text_that_stands_in_another_is_one_of_that_others() {
    assert_eq!(
        refused(
            "reopened-subject = Reopened",
            "reopened-subject = { ended-title }"
        ),
        "the texts in en: reopened-subject speaks of an unknown $how"
    );
}

#[test]
fn a_missing_and_an_unused_text_are_refused_by_their_keys() {
    let said = refused("receipt-line =", "receipt-lien =");
    assert_eq!(
        said,
        "the texts in en: receipt-line is missing; receipt-lien is not used"
    );
    assert_eq!(
        refused("    .standard =\n", "    .standards =\n"),
        "the texts in en: receipt-body.standards is not used; receipt-body.standard is missing"
    );
    assert!(refused("{ progress-line }", "{ progress-lien }").contains("needs progress-lien"));
}

#[test]
fn a_text_that_stands_twice_or_in_itself_is_refused() {
    let twice = refused("open = ", "open = Open\nopen = ");
    assert_eq!(twice, "the texts in en: open stands there twice");
    let circle = refused(
        "digest-line = { digest-subject }",
        "digest-line = { digest-line }",
    );
    assert!(circle.contains("digest-line stands in itself"), "{circle}");
}

#[test]
fn a_text_that_says_nothing_of_what_it_is_told_is_refused() {
    assert_eq!(
        refused("{ $reason }\n\n    Please take it up", "Please take it up").replace("; ", "\n"),
        "",
        "the line still tells the reason"
    );
    assert_eq!(
        refused("\n    { $description }\n", ""),
        "the texts in en: role says nothing of $description"
    );
    assert_eq!(
        refused("Time left: { $left }.", "Hurry."),
        "the texts in en: warning-body.left says nothing of $left"
    );
}

#[test]
fn each_word_and_each_plural_wants_its_answer() {
    assert_eq!(
        refused("        [merged] Merged\n", ""),
        "the texts in en: ended-subject has no answer to $how = merged"
    );
    assert!(refused("[merged] Merged", "[fused] Merged").contains("$how = fused, which never is"));
    assert_eq!(
        refused("        [one] And one more.\n", ""),
        "the texts in en: more has no answer to $count = one"
    );
    let arabic = Catalogue::read("ar", ENGLISH)
        .err()
        .map(|error| error.to_string());
    assert!(arabic.is_some_and(|said| said.contains("more has no answer to $count = few")));
}

#[test]
fn a_choice_by_what_is_no_choice_or_in_the_midst_of_a_text_is_refused() {
    let by_title = "{ $title ->\n        [x] X\n       *[y] Y\n    }\n";
    assert!(
        refused(
            "reply-subject = New reply: { $title }",
            &format!("reply-subject = {by_title}")
        )
        .contains("reply-subject cannot choose by $title")
    );
    let midst = refused(
        "open = Open",
        "open = Open { 1 ->\n       *[one] Khidma\n    }\n",
    );
    assert!(
        midst.contains("open chooses in the midst of a text"),
        "{midst}"
    );
    assert!(midst.contains("open chooses by no variable"), "{midst}");
}

#[test]
fn functions_terms_and_what_is_no_fluent_are_refused() {
    assert!(refused("Received: { $title }", "{ NUMBER($title) }").contains("uses a function"));
    assert!(
        refused("open = Open in Khidma", "-name = Khidma\nopen = Open").contains("-name is a term")
    );
    assert!(!refused("open = Open in Khidma", "open = { $").is_empty());
}
