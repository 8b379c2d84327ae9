//! When a department is reminded.

use khidma_events::notifications::{ReminderSet, RhythmEvent, StandardsReminded};
use khidma_kernel::{Caller, Role, Timestamp};
use khidma_testkit::Story;
use proptest::prelude::*;

use super::{DAYS, RhythmCommand, RhythmDecider};

type Reminding = Story<RhythmDecider>;

const DAY: i64 = 24 * 3600;

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn days(days: i64) -> Timestamp {
    now().plus_seconds(days * DAY)
}

fn mei() -> Reminding {
    Reminding::new().by(caller("it", &[Role::Manager]))
}

fn caller(department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        "mei".parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

fn set(every_days: u32, first: Option<Timestamp>) -> RhythmCommand {
    RhythmCommand::Set {
        department: "it".parse().unwrap(),
        open: true,
        every_days,
        first,
    }
}

fn was_set(every: i64, first: i64) -> RhythmEvent {
    ReminderSet {
        every_days: Some(u16::try_from(every).unwrap()),
        first: Some(days(first)),
    }
    .into()
}

fn reminded(next: i64) -> RhythmEvent {
    StandardsReminded { next: days(next) }.into()
}

fn service(story: Reminding) -> Reminding {
    story.by(Caller::service("notifications"))
}

fn remind(due: i64) -> RhythmCommand {
    RhythmCommand::Remind { due: days(due) }
}

#[test]
fn a_department_is_reminded_again_and_again_until_it_is_not_any_more() {
    let story = mei().when(set(7, None)).then([was_set(7, 7)]);
    let story = service(story.later(7 * DAY))
        .when(remind(7))
        .then([reminded(14)])
        .when(remind(7))
        .then_nothing()
        .later(7 * DAY + 60)
        .when(remind(14))
        .then([reminded(21)]);
    let stop = ReminderSet {
        every_days: None,
        first: None,
    };
    let story = story
        .by(caller("it", &[Role::Manager]))
        .when(set(0, None))
        .then([stop.into()])
        .when(set(0, None))
        .then_nothing();
    service(story.later(7 * DAY))
        .when(remind(21))
        .then_nothing();
}

#[test]
fn what_is_not_due_is_not_reminded_of() {
    let story = mei().and([was_set(7, 7)]);
    service(story.later(6 * DAY))
        .when(remind(7))
        .then_nothing()
        .later(DAY)
        .when(remind(6))
        .then_nothing();
}

#[test]
fn after_a_long_night_there_is_one_reminder_and_the_rhythm_is_kept() {
    let story = mei().and([was_set(7, 7)]);
    service(story.later(30 * DAY))
        .when(remind(7))
        .then([reminded(35)])
        .when(remind(35))
        .then_nothing();
}

#[test]
fn the_same_again_changes_nothing_and_another_first_time_does() {
    mei()
        .and([was_set(7, 3)])
        .when(set(7, None))
        .then_nothing()
        .when(set(7, Some(days(3))))
        .then_nothing()
        .when(set(7, Some(days(5))))
        .then([was_set(7, 5)])
        .when(set(14, None))
        .then([was_set(14, 14)]);
}

#[test]
fn by_those_who_lead_it_and_by_admins() {
    let table = [
        (caller("it", &[Role::Manager]), None),
        (caller("hr", &[Role::Admin]), None),
        (caller("hr", &[Role::Manager]), Some("NOT_ALLOWED")),
        (caller("it", &[]), Some("NOT_ALLOWED")),
        (Caller::service("notifications"), Some("NOT_ALLOWED")),
    ];
    for (who, expected) in table {
        for every in [0, 7] {
            let outcome = Reminding::new().by(who.clone()).when(set(every, None));
            assert_eq!(outcome.code(), expected, "{who:?} {every}");
        }
    }
    mei()
        .and([was_set(7, 7)])
        .later(7 * DAY)
        .when(remind(7))
        .then_refused("NOT_ALLOWED");
}

#[test]
fn the_first_time_lies_ahead_and_not_too_far() {
    let far = i64::from(DAYS);
    mei()
        .when(set(7, Some(now())))
        .then_refused_at("FIRST_IN_THE_PAST", "first")
        .when(set(7, Some(days(far + 1))))
        .then_refused_at("FIRST_TOO_LATE", "first")
        .when(set(u32::from(DAYS) + 1, None))
        .then_refused_at("TOO_SELDOM", "every_days")
        .when(set(u32::MAX, None))
        .then_refused_at("TOO_SELDOM", "every_days")
        .when(set(u32::from(DAYS), Some(days(far))))
        .then([was_set(far, far)]);
}

#[test]
fn a_department_that_was_closed_can_be_left_alone_but_not_reminded() {
    let closed = |every_days| RhythmCommand::Set {
        department: "it".parse().unwrap(),
        open: false,
        every_days,
        first: None,
    };
    let stop = ReminderSet {
        every_days: None,
        first: None,
    };
    mei()
        .when(closed(7))
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id")
        .and([was_set(7, 7)])
        .when(closed(0))
        .then([stop.into()]);
}

proptest! {
    /// However late it is looked at, the next reminder lies ahead, within one round, and in the rhythm of the first.
    #[test]
    fn the_next_reminder_is_the_first_that_lies_ahead(every in 1..=366_i64, late in 0..4_000_000_000_i64) {
        let story = service(mei().and([was_set(every, every)])).at(days(every).plus_seconds(late));
        let _ = story.when(remind(every)).then_events(|events| {
            let [RhythmEvent::StandardsReminded(event)] = events else { panic!("{events:?}") };
            let ahead = event.next.micros_since(days(every).plus_seconds(late)) / 1_000_000;
            assert!(0 < ahead && ahead <= every * DAY, "{ahead}");
            assert_eq!(event.next.micros_since(now()) / 1_000_000 % (every * DAY), 0);
        });
    }
}
