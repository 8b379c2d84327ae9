//! What a person may wish to hear.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::notifications::{
    Channel, DigestRhythm, KindPreference, MessageKind, Preferences, PreferencesEvent,
    PreferencesSet, StandIn,
};
use khidma_kernel::{Caller, PersonId, Role, Timestamp};
use khidma_testkit::Story;

use super::{PreferencesCommand, PreferencesDecider, STAND_IN_DAYS, StandInFacts};
use crate::kinds::is_mutable;

type Wishing = Story<PreferencesDecider>;

const DAY: i64 = 24 * 3600;

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn person(id: &str) -> PersonId {
    id.parse().unwrap()
}

fn caller(id: &str, roles: &[Role]) -> Caller {
    Caller::person(person(id), "hr".parse().unwrap(), roles.iter().copied())
}

fn amina() -> Wishing {
    Wishing::new().by(caller("amina", &[]))
}

fn set(preferences: Preferences) -> PreferencesCommand {
    PreferencesCommand::Set {
        person: person("amina"),
        known: true,
        preferences,
        stand_in: StandInFacts {
            known: true,
            behind: vec![],
        },
    }
}

fn was_set(preferences: Preferences) -> PreferencesEvent {
    PreferencesSet { preferences }.into()
}

fn channels(channels: &[Channel]) -> KindPreference {
    KindPreference {
        channels: Some(channels.iter().copied().collect()),
        digest: false,
    }
}

fn of_kind(kind: MessageKind, wish: KindPreference) -> Preferences {
    Preferences {
        kinds: BTreeMap::from([(kind, wish)]),
        ..Preferences::default()
    }
}

fn digest(at: &str, time_zone: &str, weekdays: &[u8]) -> Preferences {
    Preferences {
        digest: Some(DigestRhythm {
            at: at.into(),
            time_zone: time_zone.into(),
            weekdays: weekdays.iter().copied().collect(),
        }),
        ..Preferences::default()
    }
}

fn stood_in_by(id: &str, seconds: i64) -> Preferences {
    Preferences {
        stand_in: Some(StandIn {
            person: person(id),
            until: now().plus_seconds(seconds),
        }),
        ..Preferences::default()
    }
}

/// The same wish with other facts about who is to stand in.
fn knowing(wish: Preferences, facts: StandInFacts) -> PreferencesCommand {
    match set(wish) {
        PreferencesCommand::Set {
            person,
            known,
            preferences,
            ..
        } => PreferencesCommand::Set {
            person,
            known,
            preferences,
            stand_in: facts,
        },
        other => other,
    }
}

#[test]
fn what_was_set_is_all_of_it_and_the_same_again_is_nothing() {
    let quiet = Preferences {
        quiet_even_if_urgent: true,
        ..Preferences::default()
    };
    let muted = of_kind(MessageKind::Progress, channels(&[]));
    let story = amina()
        .when(set(quiet.clone()))
        .then([was_set(quiet)])
        .when(set(muted.clone()))
        .then([was_set(muted.clone())])
        .when(set(muted.clone()))
        .then_nothing();
    assert_eq!(*story.state(), muted);
}

#[test]
fn only_oneself_and_admins_say_what_one_wants() {
    let wish = || set(digest("07:30", "Asia/Tokyo", &[1, 5]));
    for other in [
        caller("linh", &[Role::Manager]),
        caller("linh", &[]),
        Caller::service("notifications"),
    ] {
        let refused = Wishing::new().by(other).when(wish());
        assert_eq!(refused.code(), Some("NOT_ALLOWED"));
    }
    let admin = Wishing::new().by(caller("root", &[Role::Admin]));
    assert_eq!(admin.when(wish()).code(), None);
    assert_eq!(amina().when(wish()).code(), None);
}

#[test]
fn nothing_is_set_for_who_is_not_here() {
    let mut command = set(digest("07:30", "UTC", &[]));
    if let PreferencesCommand::Set { known, .. } = &mut command {
        *known = false;
    }
    amina()
        .by(caller("root", &[Role::Admin]))
        .when(command)
        .then_refused_at("UNKNOWN_PERSON", "person_id");
}

#[test]
fn what_cannot_be_muted_keeps_the_inbox_and_everything_else_may_go() {
    for kind in MessageKind::ALL {
        let without = amina().when(set(of_kind(kind, channels(&[Channel::Email]))));
        let expected = (!is_mutable(kind)).then_some("CANNOT_BE_MUTED");
        assert_eq!(without.code(), expected, "{kind:?} by e-mail only");
        let none = amina().when(set(of_kind(kind, channels(&[]))));
        assert_eq!(none.code(), expected, "{kind:?} not at all");
        let inbox = amina().when(set(of_kind(kind, channels(&[Channel::Inbox]))));
        assert_eq!(inbox.code(), None, "{kind:?} in the inbox");
    }
}

#[test]
fn a_digest_of_digests_is_none() {
    let wish = KindPreference {
        channels: None,
        digest: true,
    };
    amina()
        .when(set(of_kind(MessageKind::Digest, wish)))
        .then_refused_at("DIGEST_OF_DIGESTS", "preferences.kinds");
}

#[test]
fn a_digest_comes_at_a_time_of_a_day_in_a_zone_there_is() {
    for at in ["", "8:00", "08:60", "24:00", "08:00:00", "8 am", "٠٨:٠٠"] {
        let wish = amina().when(set(digest(at, "Asia/Tokyo", &[])));
        wish.then_refused_at("INVALID_TIME", "preferences.digest_at");
    }
    for zone in ["Tokyo", "asia/tokyo", "+09:00"] {
        let wish = amina().when(set(digest("08:00", zone, &[])));
        wish.then_refused_at("UNKNOWN_TIME_ZONE", "preferences.digest_time_zone");
    }
    for day in [0, 8, 255] {
        let wish = amina().when(set(digest("08:00", "UTC", &[1, day])));
        wish.then_refused_at("INVALID_WEEKDAY", "preferences.digest_weekdays");
    }
    for (at, zone) in [("23:59", "Asia/Ho_Chi_Minh"), ("00:00", "")] {
        let wish = digest(at, zone, &[1, 2, 3, 4, 5, 6, 7]);
        amina().when(set(wish.clone())).then([was_set(wish)]);
    }
}

#[test]
fn somebody_else_who_is_here_stands_in_for_a_while() {
    let longest = STAND_IN_DAYS * DAY;
    let until = "preferences.stand_in_until";
    let who = "preferences.stand_in_id";
    let unknown = StandInFacts::default();
    let wish = stood_in_by("linh", longest);
    amina()
        .when(set(stood_in_by("amina", DAY)))
        .then_refused_at("STAND_IN_FOR_ONESELF", who)
        .when(knowing(stood_in_by("linh", DAY), unknown))
        .then_refused_at("UNKNOWN_PERSON", who)
        .when(set(stood_in_by("linh", 0)))
        .then_refused_at("EMPTY_PERIOD", until)
        .when(set(stood_in_by("linh", longest + 1)))
        .then_refused_at("PERIOD_TOO_LONG", until)
        .when(set(wish.clone()))
        .then([was_set(wish)]);
}

#[test]
fn nobody_stands_in_for_who_stands_in_for_them() {
    let behind = |ids: &[&str]| StandInFacts {
        known: true,
        behind: ids.iter().map(|id| person(id)).collect(),
    };
    let wish = stood_in_by("linh", DAY);
    for circle in [&["amina"][..], &["farid", "mei", "amina"]] {
        amina()
            .when(knowing(wish.clone(), behind(circle)))
            .then_refused_at("STAND_IN_CIRCLE", "preferences.stand_in_id");
    }
    amina()
        .when(knowing(wish.clone(), behind(&["farid", "mei"])))
        .then([was_set(wish)]);
}

#[test]
fn a_stand_in_whose_time_is_over_does_not_keep_from_setting_the_rest() {
    let before = stood_in_by("linh", DAY);
    let after = Preferences {
        quiet_even_if_urgent: true,
        ..before.clone()
    };
    amina()
        .and([was_set(before)])
        .later(2 * DAY)
        .when(knowing(after.clone(), StandInFacts::default()))
        .then([was_set(after)]);
}

fn unsubscribe(kind: MessageKind) -> PreferencesCommand {
    PreferencesCommand::Unsubscribe {
        kind,
        usual: BTreeSet::from([Channel::Inbox, Channel::Email]),
    }
}

#[test]
fn who_unsubscribes_gets_no_more_e_mail_of_that_kind_and_the_rest_as_before() {
    let service = || Wishing::new().by(Caller::service("notifications"));
    let before = of_kind(MessageKind::Reply, channels(&[Channel::Email]));
    let progress = (MessageKind::Progress, channels(&[Channel::Inbox]));
    let mut after = before.clone();
    after.kinds.insert(progress.0, progress.1);
    service()
        .and([was_set(before)])
        .when(unsubscribe(MessageKind::Progress))
        .then([was_set(after)])
        .when(unsubscribe(MessageKind::Progress))
        .then_nothing();
    let chosen = of_kind(
        MessageKind::Reply,
        channels(&[Channel::Email, Channel::Chat]),
    );
    let left = of_kind(MessageKind::Reply, channels(&[Channel::Chat]));
    service()
        .and([was_set(chosen)])
        .when(unsubscribe(MessageKind::Reply))
        .then([was_set(left)]);
}

#[test]
fn what_cannot_be_muted_comes_to_the_inbox_after_unsubscribing_too() {
    let only_mail = PreferencesCommand::Unsubscribe {
        kind: MessageKind::Question,
        usual: BTreeSet::from([Channel::Email]),
    };
    Wishing::new()
        .by(Caller::service("notifications"))
        .when(only_mail)
        .then([was_set(of_kind(
            MessageKind::Question,
            channels(&[Channel::Inbox]),
        ))]);
}

#[test]
fn who_unsubscribes_from_digests_gets_no_e_mail_of_what_they_would_bring() {
    let gathered = |channels: &[Channel]| KindPreference {
        channels: Some(channels.iter().copied().collect()),
        digest: true,
    };
    let usual = KindPreference {
        channels: None,
        digest: true,
    };
    let at_once = channels(&[Channel::Email]);
    let kinds = |wishes: [(MessageKind, KindPreference); 3]| Preferences {
        kinds: wishes.into(),
        ..Preferences::default()
    };
    let before = kinds([
        (MessageKind::Reply, gathered(&[Channel::Email])),
        (MessageKind::Question, usual),
        (MessageKind::Receipt, at_once.clone()),
    ]);
    let mut after = kinds([
        (MessageKind::Reply, gathered(&[])),
        (MessageKind::Question, gathered(&[Channel::Inbox])),
        (MessageKind::Receipt, at_once),
    ]);
    let digest = channels(&[Channel::Inbox]);
    after.kinds.insert(MessageKind::Digest, digest);
    Wishing::new()
        .by(Caller::service("notifications"))
        .and([was_set(before)])
        .when(unsubscribe(MessageKind::Digest))
        .then([was_set(after)]);
}

#[test]
fn nobody_unsubscribes_but_by_the_service_that_checked_the_link() {
    for who in [caller("amina", &[]), caller("root", &[Role::Admin])] {
        Wishing::new()
            .by(who)
            .when(unsubscribe(MessageKind::Reply))
            .then_refused("NOT_ALLOWED");
    }
}
