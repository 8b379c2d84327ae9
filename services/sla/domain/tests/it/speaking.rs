//! What clocks say when time passes: warnings, the breach, steps of the ladder.

use khidma_events::requests::Priority;
use khidma_events::sla::{LadderAt, LadderStep, Metric, Recipient, Target};
use khidma_kernel::Position;
use khidma_sla_domain::Deed;

use crate::support::*;

fn loud() -> Target {
    let step = |at| LadderStep {
        at,
        to: vec![Recipient::Assignee],
    };
    let ladder = [
        LadderAt::Percent(75),
        LadderAt::Percent(100),
        LadderAt::SecondsAfterBreach(3600),
        LadderAt::Percent(200),
    ];
    Target {
        warnings: None,
        ladder: ladder.map(step).into(),
        ..hours(8)
    }
}

fn asked() -> Tale {
    tale([rule([(Metric::Resolve, loud())])])
        .submitted()
        .whatever()
}

/// All that it says if nobody does anything, in the order of time.
const ALL: [&str; 8] = [
    "resolve warned 50% Mon 13:00",
    "resolve warned 75% Mon 15:00",
    "resolve step 0 Mon 15:00",
    "resolve warned 90% Mon 16:12",
    "resolve breached Tue 09:00 by it",
    "resolve step 1 Tue 09:00",
    "resolve step 2 Tue 10:00",
    "resolve step 3 Tue 17:00",
];

#[test]
fn who_looks_late_hears_all_in_order_and_with_its_true_instant() {
    asked()
        .at("Mon+ 12:00")
        .passed()
        .then(ALL)
        .passed()
        .then([]);
    let mut told = asked().at("Mon+ 12:00").when(Deed::Resolved);
    let told = told.take();
    assert_eq!(told[..8], ALL);
    assert_eq!(told[8..], ["resolve breached Mon+ 12:00 after 43h"]);
}

#[test]
fn who_looks_often_hears_it_once() {
    let mut tale = asked();
    let mut heard = Vec::new();
    for hour in 0..240 {
        tale.now = on("Mon 09:00").plus_seconds(hour * 3600);
        tale = tale.passed().passed();
        heard.extend(tale.take());
    }
    assert_eq!(heard, ALL);
}

#[test]
fn a_warning_comes_at_its_instant_and_a_breach_only_after_it() {
    asked()
        .at("Mon 12:59:59")
        .passed()
        .then([])
        .at("Mon 13:00")
        .passed()
        .then(["resolve warned 50% Mon 13:00"]);
    let due = asked().at("Mon 17:00").passed().whatever();
    due.clone().at("Tue 09:00").passed().then([]);
    // It is closed: at the next opening not more than the target has elapsed.
    due.clone()
        .at("Tue 09:00")
        .when(Deed::Resolved)
        .then(["resolve met Tue 09:00 after 8h"]);
    due.at("Tue 09:00:01").passed().then([
        "resolve breached Tue 09:00 by it",
        "resolve step 1 Tue 09:00",
    ]);
}

#[test]
fn a_clock_says_when_it_will_next_say_something() {
    let tale = asked();
    assert_eq!(tale.clocks.next(), Some(on("Mon 13:00")));
    let tale = tale.at("Mon 16:30").passed();
    assert_eq!(tale.clocks.next(), Some(on("Tue 09:00")));
    let tale = tale.when(Deed::WaitBegan);
    assert_eq!(
        (tale.clocks.next(), tale.clock(Metric::Resolve).due),
        (None, Some(on("Mon 17:00")))
    );
}

#[test]
fn a_paused_clock_says_nothing_and_at_the_boundary_it_is_not_broken() {
    asked()
        .at("Mon 17:00")
        .when(Deed::WaitBegan)
        .then([
            "resolve warned 50% Mon 13:00",
            "resolve warned 75% Mon 15:00",
            "resolve step 0 Mon 15:00",
            "resolve warned 90% Mon 16:12",
            "resolve paused Mon 17:00 as waiting after 8h",
        ])
        .at("Wed 12:00")
        .passed()
        .then([])
        .when(Deed::Resumed { said: false })
        .then(["resolve resumed Wed 12:00, due Mon 17:00"])
        .at("Wed 12:00")
        .passed()
        .then([])
        .at("Wed 12:01")
        .passed()
        .then([
            "resolve breached Wed 12:00 by it",
            "resolve step 1 Wed 12:00",
        ]);
}

#[test]
fn a_step_that_is_reached_just_when_the_clock_stands_was_reached() {
    asked().at("Mon 15:00").when(Deed::WaitBegan).then([
        "resolve warned 50% Mon 13:00",
        "resolve warned 75% Mon 15:00",
        "resolve step 0 Mon 15:00",
        "resolve paused Mon 15:00 as waiting after 6h",
    ]);
}

#[test]
fn under_another_promise_nobody_is_warned_of_the_same_twice() {
    let short = Target {
        warnings: None,
        ..hours(4)
    };
    let long = Target {
        warnings: None,
        ..hours(8)
    };
    tale([
        urgent([(Metric::Resolve, short)]),
        rule([(Metric::Resolve, long)]),
    ])
    .submitted()
    .at("Mon 14:00")
    .when(Deed::PriorityChanged(Priority::Urgent))
    .then([
        "resolve from Mon 09:00, due Mon 17:00",
        "resolve warned 50% Mon 13:00",
        "resolve rematched Mon 14:00 after 5h, was due Mon 17:00, due Mon 14:00",
    ])
    .at("Mon 14:01")
    .passed()
    .then([
        "resolve warned 75% Mon 14:00",
        "resolve warned 90% Mon 14:00",
        "resolve breached Mon 14:00 by it",
    ]);
}

#[test]
fn several_clocks_speak_in_the_order_of_time() {
    let quiet = |n| Target {
        warnings: Some([50].into()),
        ..hours(n)
    };
    tale([rule([
        (Metric::Acknowledge, quiet(4)),
        (Metric::Resolve, quiet(6)),
        (Metric::Confirm, quiet(2)),
    ])])
    .submitted()
    .whatever()
    .at("Tue 12:00")
    .passed()
    .then([
        "confirm warned 50% Mon 10:00",
        "acknowledge warned 50% Mon 11:00",
        "confirm breached Mon 11:00 by it",
        "resolve warned 50% Mon 12:00",
        "acknowledge breached Mon 13:00 by it",
        "resolve breached Mon 15:00 by it",
    ]);
}

#[test]
fn history_that_is_taken_over_is_judged_in_silence() {
    let mut taken = tale([rule([(Metric::Resolve, loud())])])
        .unseen()
        .submitted();
    taken.historic = Position(taken.position);
    // It is taken over a day later.
    let taken = taken
        .at("Tue 09:30")
        .seen()
        .then(["resolve from Mon 09:00, due Mon 17:00"]);
    let taken = taken.passed().then(["resolve breached Tue 09:00 by it"]);
    // What is still to come is told.
    taken
        .at("Wed 09:00")
        .passed()
        .then(["resolve step 2 Tue 10:00", "resolve step 3 Tue 17:00"]);
}
