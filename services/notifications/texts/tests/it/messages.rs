//! What a message has to have, so that it can be put into words.

use khidma_events::notifications::{Arg, MessageKind};
use khidma_events::sla::Metric;
use khidma_notifications_texts::{
    ArgType, CURRENT, LANGUAGES, Reader, TextError, args_of, brief, check, sample,
};

use crate::{group, read, with};

#[test]
fn the_samples_have_all_that_their_kinds_can_speak_of() {
    for kind in MessageKind::ALL {
        let message = sample(kind);
        assert_eq!(check(&message), Ok(()));
        let has: Vec<_> = message.args.keys().map(String::as_str).collect();
        let mut wanted: Vec<_> = args_of(kind).iter().map(|(name, ..)| *name).collect();
        wanted.sort_unstable();
        assert_eq!(has, wanted, "{}", kind.as_str());
    }
}

#[test]
fn a_message_without_what_its_kind_speaks_of_is_refused_by_its_name_and_the_rest_may_be_missing() {
    for kind in MessageKind::ALL {
        for (arg, _, is_required) in args_of(kind) {
            let mut message = sample(kind);
            message.args.remove(*arg);
            let missing = Err(TextError::ArgMissing { kind, arg });
            let expected = if *is_required { missing } else { Ok(()) };
            assert_eq!(check(&message), expected);
            for language in LANGUAGES {
                let reader = Reader {
                    language,
                    time_zone: None,
                };
                let letter = brief(&message, &reader, CURRENT);
                assert_eq!(letter.is_err(), *is_required, "{letter:?}");
            }
        }
    }
}

#[test]
fn what_no_text_speaks_of_is_refused_by_its_name() {
    let message = with(MessageKind::Receipt, "colour", Arg::Text("blue".into()));
    let refused = check(&message).unwrap_err();
    assert_eq!(refused.code(), "text_arg_unknown");
    assert_eq!(
        refused.to_string(),
        r#"receipt: no text speaks of "colour""#
    );
}

#[test]
fn what_is_of_another_type_is_refused_by_its_name_and_what_it_should_be() {
    let message = with(MessageKind::Warning, "percent", Arg::Text("80".into()));
    let refused = check(&message).unwrap_err();
    assert_eq!(refused.code(), "text_arg_mistyped");
    assert_eq!(refused.to_string(), "warning: percent has to be a number");

    let message = with(MessageKind::Concern, "acted", Arg::Choice("maybe".into()));
    let refused = check(&message).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "concern: acted has to be one of yes, no"
    );
}

#[test]
fn each_metric_that_a_clock_has_can_be_spoken_of_in_words_of_its_own() {
    for language in LANGUAGES {
        let lines = Metric::ALL.map(|metric| {
            let metric = Arg::Choice(metric.as_str().into());
            read(&with(MessageKind::Breach, "metric", metric), language).line
        });
        let different: std::collections::BTreeSet<_> = lines.iter().collect();
        assert_eq!(different.len(), Metric::ALL.len(), "{lines:?}");
    }
}

#[test]
fn each_word_that_a_text_chooses_by_is_said_differently_in_every_language() {
    for kind in MessageKind::ALL {
        for (name, of, _) in args_of(kind) {
            let ArgType::Choice(words) = of else { continue };
            for language in LANGUAGES {
                let said: std::collections::BTreeSet<_> = words
                    .iter()
                    .map(|word| {
                        let message = with(kind, name, Arg::Choice((*word).into()));
                        read(&message, language).line
                    })
                    .collect();
                assert_eq!(said.len(), words.len(), "{} {language}", kind.as_str());
            }
        }
    }
}

#[test]
fn messages_are_gathered_once_and_groups_in_a_digest_and_no_more() {
    let mut digest = sample(MessageKind::Digest);
    digest.items.push(group(MessageKind::Reply, 2));
    assert_eq!(check(&digest), Ok(()));

    digest.items.push(sample(MessageKind::Digest));
    assert_eq!(
        check(&digest).map_err(|refused| refused.code()),
        Err("text_nested")
    );

    let mut nested = group(MessageKind::Reply, 2);
    nested.items.push(group(MessageKind::Reply, 2));
    assert_eq!(
        check(&nested).map_err(|refused| refused.code()),
        Err("text_nested")
    );
}

#[test]
fn what_is_missing_in_a_gathered_message_is_found_too() {
    let mut group = group(MessageKind::Reply, 3);
    group.items[2].args.remove("text");
    let missing = TextError::ArgMissing {
        kind: MessageKind::Reply,
        arg: "text",
    };
    assert_eq!(check(&group), Err(missing));
}

#[test]
fn a_version_that_there_is_not_is_refused_by_its_number() {
    let reader = Reader {
        language: "en",
        time_zone: None,
    };
    let refused = brief(&sample(MessageKind::Receipt), &reader, CURRENT + 1).unwrap_err();
    assert_eq!(refused.code(), "text_version_unknown");
    assert_eq!(refused.to_string(), "there is no version 2 of the texts");
}
