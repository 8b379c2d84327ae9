//! By which ways people hear what they are told, and when.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use khidma_events::notifications::{
    Arg, Channel, DigestRhythm, KindPreference, Message, MessageKind, Preferences, StandIn,
};
use khidma_kernel::{PersonId, Timestamp};
use khidma_notifications_domain::digest;
use khidma_notifications_domain::kinds::{is_mutable, is_urgent, throttle};
use khidma_notifications_domain::route::{About, Reach, Ways, hearers, ways};
use proptest::prelude::*;

use crate::people::person;

fn about(kind: MessageKind) -> About {
    About {
        kind,
        urgent: is_urgent(kind),
        confined: false,
        at: Timestamp::EPOCH,
    }
}

fn reach(channels: &[Channel], kind: MessageKind, wish: Option<KindPreference>) -> Reach {
    Reach {
        channels: channels.iter().copied().collect(),
        preferences: Preferences {
            kinds: wish.map(|wish| (kind, wish)).into_iter().collect(),
            ..Preferences::default()
        },
    }
}

fn wish(channels: Option<&[Channel]>, digest: bool) -> Option<KindPreference> {
    let channels = channels.map(|channels| channels.iter().copied().collect());
    Some(KindPreference { channels, digest })
}

fn set(channels: &[Channel]) -> BTreeSet<Channel> {
    channels.iter().copied().collect()
}

/// A kind, how its reader can be reached, and what they want: how it goes at once, and how in the digest.
type Row = (
    MessageKind,
    &'static [Channel],
    Option<KindPreference>,
    &'static [Channel],
    &'static [Channel],
);

#[test]
fn a_message_goes_as_its_reader_wants_it() {
    use Channel::{Chat, Email, Inbox};
    use MessageKind::{Breach, Progress, Question};
    let rows: Vec<Row> = vec![
        // Kind, how they can be reached, what they want: at once, in the digest.
        (Progress, &[Inbox, Email], None, &[Inbox, Email], &[]),
        (Progress, &[Inbox], None, &[Inbox], &[]),
        (
            Progress,
            &[Inbox, Email, Chat],
            wish(Some(&[Chat]), false),
            &[Chat],
            &[],
        ),
        // Muted, as far as it can be.
        (Progress, &[Inbox, Email], wish(Some(&[]), false), &[], &[]),
        (
            Question,
            &[Inbox, Email],
            wish(Some(&[]), false),
            &[Inbox],
            &[],
        ),
        (
            Breach,
            &[Inbox, Email],
            wish(Some(&[Email]), false),
            &[Inbox, Email],
            &[],
        ),
    ];
    all_go(rows);
}

#[test]
fn a_digest_gathers_what_is_not_urgent_and_a_choice_of_nothing_is_no_mute() {
    use Channel::{Email, Inbox, Webhook};
    use MessageKind::{Breach, Progress};
    all_go(vec![
        // In the digest, but not the inbox and not what is urgent.
        (
            Progress,
            &[Inbox, Email],
            wish(None, true),
            &[Inbox],
            &[Email],
        ),
        (
            Breach,
            &[Inbox, Email],
            wish(None, true),
            &[Inbox, Email],
            &[],
        ),
        // A choice of what there is not is no mute; an address that is missing shows.
        (
            Progress,
            &[Inbox],
            wish(Some(&[Webhook]), false),
            &[Inbox],
            &[],
        ),
        (
            Progress,
            &[Inbox],
            wish(Some(&[Email]), false),
            &[Email],
            &[],
        ),
    ]);
}

#[track_caller]
fn all_go(rows: Vec<Row>) {
    for (kind, there, wish, at_once, in_digest) in rows {
        let expected = Ways {
            at_once: set(at_once),
            in_digest: set(in_digest),
        };
        let said = format!("{kind:?} {there:?} {wish:?}");
        assert_eq!(
            ways(about(kind), &reach(there, kind, wish)),
            expected,
            "{said}"
        );
    }
}

/// Whom `who` is stood in by until the second 10, and who is here.
fn hear(stand_ins: &[(&str, &str)], here: &[&str], about: About) -> Vec<(String, Ways)> {
    let told = hearers(&person("a"), about, |who| {
        let stand_in = stand_ins.iter().find(|(away, _)| person(away) == *who);
        let stand_in = stand_in.map(|(_, by)| StandIn {
            person: person(by),
            until: Timestamp::EPOCH.plus_seconds(10),
        });
        let preferences = Preferences {
            stand_in,
            ..Preferences::default()
        };
        let is_here = here.contains(&who.as_str());
        Ok::<_, Infallible>(is_here.then(|| Reach {
            channels: set(&[Channel::Inbox, Channel::Email]),
            preferences,
        }))
    });
    let told = told.unwrap().into_iter();
    told.map(|(who, ways)| (who.to_string(), ways)).collect()
}

#[test]
fn who_stands_in_hears_it_in_their_stead() {
    let (all, inbox) = (
        set(&[Channel::Inbox, Channel::Email]),
        set(&[Channel::Inbox]),
    );
    let is = |told: Vec<(String, Ways)>, expected: &[(&str, &BTreeSet<Channel>)]| {
        let told: Vec<_> = told
            .iter()
            .map(|(who, ways)| (who.as_str(), &ways.at_once))
            .collect();
        assert_eq!(told, expected);
    };
    let progress = about(MessageKind::Progress);
    let later = About {
        at: Timestamp::EPOCH.plus_seconds(10),
        ..progress
    };
    let confined = About {
        confined: true,
        ..progress
    };
    let everybody = ["a", "b", "c"];
    is(hear(&[], &everybody, progress), &[("a", &all)]);
    is(
        hear(&[("a", "b")], &everybody, progress),
        &[("a", &inbox), ("b", &all)],
    );
    is(hear(&[("a", "b")], &everybody, later), &[("a", &all)]);
    is(hear(&[("a", "b")], &everybody, confined), &[("a", &inbox)]);
    is(
        hear(&[("a", "b"), ("b", "c")], &everybody, progress),
        &[("a", &inbox), ("b", &inbox), ("c", &all)],
    );
    // A circle ends with the last one in it; who left stands in for nobody and hears nothing.
    is(
        hear(&[("a", "b"), ("b", "a")], &everybody, progress),
        &[("a", &inbox), ("b", &all)],
    );
    is(hear(&[("a", "a")], &everybody, progress), &[("a", &all)]);
    is(hear(&[("a", "b")], &["a"], progress), &[("a", &all)]);
    is(hear(&[("a", "b")], &["b"], progress), &[]);
}

fn any_wish() -> impl Strategy<Value = Option<KindPreference>> {
    let channels = prop::sample::subsequence(Channel::ALL.to_vec(), 0..=4);
    let wish = (prop::option::of(channels), any::<bool>());
    prop::option::of(wish.prop_map(|(channels, digest)| KindPreference {
        channels: channels.map(|channels| channels.into_iter().collect()),
        digest,
    }))
}

proptest! {
    /// What cannot be muted reaches somebody's inbox at once, whatever everybody wishes and whoever stands in for whom; what
    /// is urgent waits for no digest; nobody is told twice; and asking again gives the same.
    #[test]
    fn what_cannot_be_muted_is_never_lost(
        kind in prop::sample::select(MessageKind::ALL.to_vec()),
        urgent in any::<bool>(),
        wishes in prop::collection::vec(any_wish(), 5),
        stand_ins in prop::collection::vec(prop::option::of(0_usize..6), 5),
        there in prop::sample::subsequence(vec![Channel::Email, Channel::Webhook, Channel::Chat], 0..=3),
    ) {
        let names = ["a", "b", "c", "d", "e", "gone"];
        let about = About { kind, urgent, confined: false, at: Timestamp::EPOCH };
        let facts = |who: &PersonId| {
            let number = names[..5].iter().position(|name| *name == who.as_str());
            Ok::<_, Infallible>(number.map(|number| {
                let mut facts = reach(&there, kind, wishes[number].clone());
                facts.channels.insert(Channel::Inbox);
                facts.preferences.stand_in = stand_ins[number].map(|by| StandIn {
                    person: person(names[by]),
                    until: Timestamp::EPOCH.plus_seconds(1),
                });
                facts
            }))
        };
        let told = hearers(&person("a"), about, facts).unwrap();
        prop_assert_eq!(&told, &hearers(&person("a"), about, facts).unwrap());
        let who: BTreeSet<_> = told.iter().map(|(who, _)| who).collect();
        prop_assert_eq!(who.len(), told.len());
        prop_assert!(told.iter().all(|(_, ways)| !ways.is_empty()));
        if urgent || !is_mutable(kind) {
            let inbox = told.iter().filter(|(_, ways)| ways.at_once.contains(&Channel::Inbox));
            prop_assert_eq!(inbox.count(), told.len());
            prop_assert!(!told.is_empty());
        }
        if urgent {
            prop_assert!(told.iter().all(|(_, ways)| ways.in_digest.is_empty()));
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_next_digest_comes_at_the_hour_that_was_said() {
    let rhythm = |at: &str, time_zone: &str, weekdays: &[u8]| {
        Some(DigestRhythm {
            at: at.into(),
            time_zone: time_zone.into(),
            weekdays: weekdays.iter().copied().collect(),
        })
    };
    // 2026-03-02 is a Monday.
    let rows = [
        (None, None, "2026-03-02T07:59:59Z", "2026-03-02T08:00:00Z"),
        (None, None, "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"),
        (
            None,
            Some("Asia/Tokyo"),
            "2026-03-02T09:00:00Z",
            "2026-03-02T23:00:00Z",
        ),
        (
            rhythm("17:30", "Asia/Tehran", &[]),
            Some("Asia/Tokyo"),
            "2026-03-02T09:00:00Z",
            "2026-03-02T14:00:00Z",
        ),
        (
            rhythm("09:00", "UTC", &[1]),
            None,
            "2026-03-02T09:00:00Z",
            "2026-03-09T09:00:00Z",
        ),
        (
            rhythm("09:00", "UTC", &[6, 7]),
            None,
            "2026-03-02T09:00:00Z",
            "2026-03-07T09:00:00Z",
        ),
        // 02:30 is left out in Rome that night.
        (
            rhythm("02:30", "Europe/Rome", &[]),
            None,
            "2026-03-28T12:00:00Z",
            "2026-03-29T01:30:00Z",
        ),
        // What is none is not said.
        (
            rhythm("25:00", "Mars/Olympus", &[9]),
            None,
            "2026-03-02T07:00:00Z",
            "2026-03-03T07:00:00Z",
        ),
    ];
    for (rhythm, zone, after, due) in rows {
        assert_eq!(
            digest::next(rhythm.as_ref(), zone, at(after)),
            at(due),
            "{rhythm:?} {after}"
        );
    }
}

fn message(kind: MessageKind, text: &str) -> Message {
    Message {
        kind,
        request: None,
        args: BTreeMap::from([("title".to_owned(), Arg::Text(text.to_owned()))]),
        items: vec![],
    }
}

#[test]
fn what_was_gathered_becomes_one_message_as_far_as_it_fits() {
    let one = message(MessageKind::Progress, "one");
    assert_eq!(digest::gathered(MessageKind::Progress, &[&one]), one);
    let digest = digest::gathered(MessageKind::Digest, &[&one]);
    assert_eq!((digest.kind, digest.items.len()), (MessageKind::Digest, 1));
    assert_eq!(digest.args["count"], Arg::Number(1));
    let two = message(MessageKind::Progress, "two");
    let group = digest::gathered(MessageKind::Progress, &[&one, &two]);
    assert_eq!(group.items, [one.clone(), two.clone()]);
    assert_eq!(
        group.args, two.args,
        "a group says by itself what its newest says"
    );
    let many = vec![&one; 1_000];
    assert_eq!(
        digest::gathered(MessageKind::Digest, &many).items.len(),
        100
    );
    let large = message(MessageKind::Reply, &"x".repeat(300_000));
    assert_eq!(
        digest::gathered(MessageKind::Reply, &[&large, &large]),
        large
    );
}

#[test]
fn what_is_urgent_or_must_be_seen_is_never_held_back_for_long() {
    for kind in MessageKind::ALL {
        let held = throttle(kind).map_or(0, |throttle| throttle.seconds);
        assert!(held <= 600, "{kind:?}");
        assert!(
            is_mutable(kind) || held == 0 || kind == MessageKind::Breach,
            "{kind:?}"
        );
    }
}
