//! What is said of what people can do.

use khidma_events::directory::{SkillLevel, SkillSet, SkillSource, SkillSubject, SkillWithdrawn};
use khidma_kernel::{Caller, Date};
use khidma_testkit::Story;

use super::*;
use crate::facts::{PersonFact, Presence};
use crate::fixtures::*;

fn laptops() -> SkillSubject {
    SkillSubject::Offering(id("laptop"))
}

fn day(text: &str) -> Date {
    id(text)
}

fn amina(presence: Presence) -> PersonFact {
    person("amina", presence, &["it", "lab"])
}

/// That Amina can do it at this level, as this source says it.
fn set(subject: SkillSubject, level: SkillLevel, source: Option<SkillSource>) -> SkillCommand {
    SkillCommand::Set {
        person: amina(Present),
        subject,
        known: true,
        level,
        source,
        since: None,
        until: None,
    }
}

fn withdraw(source: SkillSource, trained: bool) -> SkillCommand {
    SkillCommand::Withdraw {
        person: amina(Present),
        subject: laptops(),
        source: Some(source),
        trained,
    }
}

fn was_set(subject: SkillSubject, level: SkillLevel, source: SkillSource) -> SkillEvent {
    SkillSet {
        subject,
        level,
        source,
        since: day("2026-03-02"),
        until: None,
    }
    .into()
}

#[test]
fn each_speaks_for_themselves_and_only_others_vouch_for_somebody() {
    use SkillSource::{Assessment, Manager, Oneself, Training};
    let lead = |mut caller: Caller| {
        caller.roles.insert(khidma_kernel::Role::Manager);
        caller
    };
    let callers = [
        ("admin", admin()),
        ("leads one of her departments", manager("lab")),
        ("leads another", manager("finance")),
        ("a colleague", member("bao", "it")),
        ("she herself", member("amina", "it")),
        ("she herself, who leads", lead(member("amina", "it"))),
        ("a service", Caller::service("directory")),
    ];
    let table = [
        (Oneself, ['-', '-', '-', '-', '+', '+', '-']),
        (Manager, ['+', '+', '-', '-', '-', '-', '-']),
        (Assessment, ['+', '+', '-', '-', '-', '-', '-']),
        // Not by saying so; whether they might is told first.
        (Training, ['+', '+', '-', '-', '-', '-', '-']),
    ];
    for (source, row) in table {
        for ((who, caller), expected) in callers.clone().into_iter().zip(row) {
            let story = Story::<SkillsDecider>::new().by(caller);
            for command in [
                set(laptops(), SkillLevel::Learning, Some(source)),
                withdraw(source, true),
            ] {
                let code = story.clone().when(command).code();
                let may = if code == Some("NOT_ALLOWED") {
                    '-'
                } else {
                    '+'
                };
                assert_eq!(may, expected, "{source:?}, {who}: {code:?}");
            }
        }
    }
}

#[test]
fn what_is_said_stands_until_the_same_source_says_otherwise() {
    use SkillLevel::{Alone, Learning, WithHelp};
    use SkillSource::{Manager, Oneself};
    Story::<SkillsDecider>::new()
        .by(member("amina", "it"))
        .when(set(laptops(), WithHelp, None))
        .then([was_set(laptops(), WithHelp, Oneself)])
        .when(set(laptops(), WithHelp, Some(Oneself)))
        .then_nothing()
        .by(manager("it"))
        .when(set(laptops(), Alone, None))
        .then([was_set(laptops(), Alone, Manager)])
        .when(set(laptops(), Learning, None))
        .then([was_set(laptops(), Learning, Manager)])
        .when(withdraw(Manager, false))
        .then([SkillWithdrawn {
            subject: laptops(),
            source: Manager,
        }
        .into()])
        .when(withdraw(Manager, false))
        .then_refused_at("NOTHING_SAID", "source");
}

#[test]
fn a_topic_is_written_down_in_one_way() {
    let topic = |text: &str| SkillSubject::Topic(text.into());
    let story = Story::<SkillsDecider>::new().by(manager("it"));
    story
        .when(set(topic("  First\tAid "), SkillLevel::Alone, None))
        .then([was_set(
            topic("first aid"),
            SkillLevel::Alone,
            SkillSource::Manager,
        )])
        .when(set(topic("FIRST AID"), SkillLevel::Alone, None))
        .then_nothing();
}

#[test]
fn what_makes_no_sense_is_refused_by_field() {
    use SkillLevel::{Alone, Teaching, WithHelp};
    let story = || Story::<SkillsDecider>::new().by(manager("it"));
    let own = Story::<SkillsDecider>::new().by(member("amina", "it"));
    for level in [Alone, Teaching] {
        let command = set(laptops(), level, None);
        let own = own.clone();
        own.when(command)
            .then_refused_at("LEVEL_NEEDS_ANOTHER", "level");
    }
    story()
        .when(set(laptops(), Alone, Some(SkillSource::Training)))
        .then_refused_at("SOURCE_IS_TRAINING", "source");
    for (topic, code) in [
        (" \n", "MISSING_FIELD"),
        ("\u{7}", "CONTROL_CHARACTER"),
        (&*"x".repeat(101), "TOO_LONG"),
        // Each becomes two letters in lower case.
        (&*"İ".repeat(100), "TOO_LONG"),
    ] {
        let subject = SkillSubject::Topic(topic.to_owned());
        let refused = story().when(set(subject, Alone, None));
        refused.then_refused_at(code, "topic");
    }
    let changed = |change: fn(&mut SkillCommand)| {
        let mut command = set(laptops(), WithHelp, None);
        change(&mut command);
        story().when(command)
    };
    let refused = changed(|command| {
        if let SkillCommand::Set { known, .. } = command {
            *known = false;
        }
    });
    refused.then_refused_at("UNKNOWN_OFFERING", "offering_id");
    let refused = changed(|command| {
        if let SkillCommand::Set { until, .. } = command {
            *until = Some(day("2026-03-01"));
        }
    });
    refused.then_refused_at("DATES_OUT_OF_ORDER", "until");
    let refused = changed(|command| {
        if let SkillCommand::Set { since, .. } = command {
            *since = Some(day("2026-03-04"));
        }
    });
    refused.then_refused_at("DATE_IN_FUTURE", "since");
    let refused = changed(|command| {
        if let SkillCommand::Set { person, .. } = command {
            *person = amina(Ended);
        }
    });
    refused.then_refused_at("PERSON_DEACTIVATED", "id");
    let nobody = SkillCommand::Withdraw {
        person: amina(Present),
        subject: laptops(),
        source: Some(SkillSource::Training),
        trained: false,
    };
    story()
        .when(nobody)
        .then_refused_at("NOTHING_SAID", "source");
}

#[test]
fn there_is_an_end_to_what_is_said_of_one_person() {
    let topic = |number: usize| SkillSubject::Topic(format!("topic {number}"));
    let source = SkillSource::Manager;
    let full =
        (0..crate::limits::SKILLS).map(|number| was_set(topic(number), SkillLevel::Alone, source));
    Story::<SkillsDecider>::given(full)
        .by(manager("it"))
        .when(set(topic(9_999), SkillLevel::Alone, None))
        .then_refused_at("TOO_MANY", "id")
        .when(set(topic(7), SkillLevel::Teaching, None))
        .then([was_set(topic(7), SkillLevel::Teaching, source)]);
}

#[test]
fn the_highest_that_counts_on_a_day_counts() {
    use SkillLevel::{Alone, Learning, WithHelp};
    let said = |level, since: &str, until: Option<&str>| Said {
        level,
        since: day(since),
        until: until.map(day),
    };
    let all = [
        said(Learning, "2026-01-01", None),
        said(Alone, "2026-02-01", Some("2026-03-31")),
        said(Alone, "2026-03-01", Some("2026-04-30")),
        said(WithHelp, "2026-03-15", None),
    ];
    for (on, expected) in [
        ("2025-12-31", None),
        ("2026-01-01", Some((Learning, None))),
        ("2026-02-01", Some((Alone, Some("2026-03-31")))),
        // The later end of two alike.
        ("2026-03-31", Some((Alone, Some("2026-04-30")))),
        ("2026-04-30", Some((Alone, Some("2026-04-30")))),
        ("2026-05-01", Some((WithHelp, None))),
    ] {
        let expected = expected.map(|(level, until)| (level, until.map(day)));
        assert_eq!(standing(&all, day(on)), expected, "{on}");
    }
    let never = said(Alone, "2026-01-01", None);
    let once = [never, said(Alone, "2026-01-01", Some("2099-01-01"))];
    assert_eq!(
        standing(&once, day("2026-06-01")),
        Some((Alone, None)),
        "without an end is the later end"
    );
}
