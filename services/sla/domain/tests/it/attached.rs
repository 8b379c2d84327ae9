//! Clocks that are started late: they count from the event that starts them.

use khidma_events::requests::Priority;
use khidma_events::sla::{Metric, Target};
use khidma_sla_domain::Deed;

use crate::support::*;

fn warned(target: Target) -> Target {
    Target {
        warnings: None,
        ..target
    }
}

fn lived() -> Tale {
    bare()
        .submitted()
        .at("Mon 10:00")
        .when(Deed::Acknowledged { said: true })
        .at("Mon 12:00")
        .when(Deed::WaitBegan)
        .at("Mon 13:00")
        .when(Deed::Resumed { said: true })
        .then([])
}

#[test]
fn a_request_that_is_open_is_given_what_it_is_still_owed() {
    let desk = policy(
        "desk",
        [rule(Metric::ALL.map(|metric| (metric, warned(hours(8)))))],
    );
    let tale = lived().activated(desk).at("Tue 09:30").attached(false);
    tale.then([
        "update 3 from Mon 13:00, due Tue 13:00",
        "resolve from Mon 09:00, due Mon 17:00",
        "resolve paused Mon 12:00 as waiting after 3h",
        "resolve resumed Mon 13:00, due Tue 10:00",
        "confirm from Mon 09:00, due Mon 17:00",
        "ownership from Mon 09:00, due Mon 17:00",
    ])
    // Of what was before it was attached nobody is warned, but a breach is told.
    .passed()
    .then([
        "confirm breached Tue 09:00 by it",
        "ownership breached Tue 09:00 by it",
    ])
    .at("Tue 10:30")
    .passed()
    .then(["resolve breached Tue 10:00 by it"]);
}

#[test]
fn all_may_be_given_clocks_also_what_is_over() {
    let desk = policy(
        "desk",
        [rule([
            (Metric::Acknowledge, hours(8)),
            (Metric::Resolve, warned(hours(2))),
        ])],
    );
    let over = lived()
        .at("Mon 14:00")
        .when(Deed::Resolved)
        .when(Deed::Confirmed)
        .activated(desk)
        .at("Fri 09:00");
    over.clone().attached(false).then([]);
    over.attached(true)
        .then([
            "acknowledge from Mon 09:00, due Mon 17:00",
            "acknowledge met Mon 10:00 after 1h",
            "resolve from Mon 09:00, due Mon 11:00",
            "resolve breached Mon 11:00 by it",
            "resolve paused Mon 12:00 as waiting after 3h",
            "resolve resumed Mon 13:00, due Mon 11:00",
            "resolve breached Mon 14:00 after 4h",
        ])
        .attached(true)
        .then([]);
}

#[test]
fn what_has_a_clock_keeps_it() {
    let mut other = policy(
        "other",
        [rule([
            (Metric::Resolve, hours(1)),
            (Metric::Confirm, hours(8)),
        ])],
    );
    other.spec.providers = ["it".parse().unwrap()].into();
    tale([rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .whatever()
        .activated(other)
        .at("Mon 10:00")
        .attached(false)
        .then(["confirm from Mon 09:00, due Mon 17:00"]);
}

#[test]
fn what_happened_since_the_activation_is_judged_by_the_rules_since() {
    let rules = [
        urgent([(Metric::Resolve, hours(4))]),
        rule([(Metric::Resolve, hours(16))]),
    ];
    let since = bare()
        .submitted()
        .activated(policy("desk", rules))
        .unseen()
        .at("Mon 10:00");
    since.when(Deed::Cancelled).attached(false).then([]);
}

#[test]
fn a_priority_may_bring_a_promise_that_counts_from_the_beginning() {
    tale([urgent([
        (Metric::Acknowledge, hours(8)),
        (Metric::Resolve, warned(hours(8))),
    ])])
    .submitted()
    .at("Mon 15:30")
    .when(Deed::PriorityChanged(Priority::Urgent))
    .then([
        "acknowledge from Mon 09:00, due Mon 17:00",
        "resolve from Mon 09:00, due Mon 17:00",
    ])
    // What would have been said before is not.
    .at("Mon 17:00")
    .passed()
    .then(["resolve warned 90% Mon 16:12"]);
}

#[test]
fn it_counts_by_the_calendar_as_it_is_known_when_it_is_attached() {
    let desk = policy("desk", [rule([(Metric::Resolve, hours(8))])]);
    bare()
        .submitted()
        .revised(office(&["2026-03-02"]), "Monday is a holiday")
        .activated(desk)
        .at("Tue 09:00")
        .attached(false)
        .then(["resolve from Mon 09:00, due Tue 17:00"]);
}
