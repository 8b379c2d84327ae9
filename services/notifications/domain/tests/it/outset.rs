//! Since when people are told, and by which version of the rules.

use khidma_events::notifications::{MessageKind, NotificationsBegan, RulesRevised};
use khidma_kernel::Caller;
use khidma_notifications_domain::kinds::since;
use khidma_notifications_domain::outset::{Begin, OutsetDecider, RULES};
use khidma_testkit::Story;

fn story() -> Story<OutsetDecider> {
    Story::new().by(Caller::service("notifications"))
}

#[test]
fn it_begins_once_and_newer_rules_come_into_force_once() {
    let story = story()
        .when(Begin { rules: 1 })
        .then([NotificationsBegan {}.into()])
        .when(Begin { rules: 1 })
        .then_nothing()
        .when(Begin { rules: 3 })
        .then([RulesRevised { rules: 3 }.into()])
        .when(Begin { rules: 3 })
        .then_nothing()
        // An older program that still runs takes nothing back.
        .when(Begin { rules: 2 })
        .then_nothing();
    assert_eq!(*story.state(), 3);
}

#[test]
fn where_it_begins_with_newer_rules_they_are_in_force_from_the_first() {
    story().when(Begin { rules: 2 }).then([
        NotificationsBegan {}.into(),
        RulesRevised { rules: 2 }.into(),
    ]);
}

#[test]
fn only_the_service_itself_begins() {
    let amina = Caller::person("amina".parse().unwrap(), "hr".parse().unwrap(), []);
    Story::<OutsetDecider>::new()
        .by(amina)
        .when(Begin { rules: RULES })
        .then_refused("NOT_ALLOWED");
}

#[test]
fn every_kind_came_with_some_version_of_the_rules_there_was() {
    for kind in MessageKind::ALL {
        assert!((1..=RULES).contains(&since(kind)), "{kind:?}");
    }
}
