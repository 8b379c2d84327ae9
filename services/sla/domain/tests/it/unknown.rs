//! What became known late: a timer's machine was fast, or an event was still on its way.

use khidma_events::requests::Priority;
use khidma_events::sla::{Metric, Target};
use khidma_kernel::{Caller, Command, Decider, Position};
use khidma_sla_domain::{Body, Book, Clocks, ClocksDecider, Deed, Fact, Terms, replay};

use crate::support::*;

fn broken() -> Tale {
    let target = Target {
        warnings: Some([50].into()),
        ..hours(8)
    };
    tale([
        urgent([(Metric::Resolve, hours(16))]),
        rule([(Metric::Resolve, target)]),
    ])
    .submitted()
    .at("Tue 12:00")
    .passed()
    .then([
        "resolve from Mon 09:00, due Mon 17:00",
        "resolve warned 50% Mon 13:00",
        "resolve breached Tue 09:00 by it",
    ])
}

#[test]
fn a_breach_is_taken_back_if_it_was_done_before() {
    let tale = broken().at("Mon 12:00").when(Deed::Resolved).then([
        "resolve not breached Tue 09:00 as resolved",
        "resolve met Mon 12:00 after 3h",
    ]);
    assert_eq!(tale.clocks.next(), None);
    assert_eq!(
        tale.clock(Metric::Resolve).verdict(),
        Some(khidma_events::sla::Verdict::Met)
    );
}

#[test]
fn a_breach_is_taken_back_if_the_clock_stood() {
    broken()
        .at("Mon 12:00")
        .when(Deed::WaitBegan)
        .then([
            "resolve not breached Tue 09:00 as wait_began",
            "resolve paused Mon 12:00 as waiting after 3h",
        ])
        .at("Tue 10:00")
        .when(Deed::Resumed { said: false })
        .then(["resolve resumed Tue 10:00, due Tue 15:00"])
        // Nobody is warned again; the breach is another one.
        .at("Tue 15:01")
        .passed()
        .then(["resolve breached Tue 15:00 by it"]);
}

#[test]
fn a_breach_is_taken_back_if_more_time_was_promised() {
    broken()
        .at("Tue 09:00")
        .when(Deed::PriorityChanged(Priority::Urgent))
        .then([
            "resolve not breached Tue 09:00 as priority_changed",
            "resolve rematched Tue 09:00 after 8h, was due Mon 17:00, due Tue 17:00",
        ]);
}

#[test]
fn a_breach_is_taken_back_if_it_was_no_longer_wanted() {
    broken().at("Mon 16:00").when(Deed::Cancelled).then([
        "resolve not breached Tue 09:00 as cancelled",
        "resolve over Mon 16:00 after 7h",
    ]);
}

#[test]
fn a_breach_is_told_anew_of_who_owned_it() {
    broken()
        .at("Mon 16:00")
        .when(Deed::Transferred("facilities".parse().unwrap()))
        .then([
            "resolve not breached Tue 09:00 as transferred",
            "resolve handed to facilities Mon 16:00 after 7h",
        ])
        .at("Tue 12:00")
        .passed()
        .then(["resolve breached Tue 09:00 by facilities"]);
}

#[test]
fn a_true_breach_stands() {
    broken()
        .at("Tue 09:01")
        .when(Deed::Resolved)
        .then(["resolve breached Tue 09:01 after 8h 1m"]);
    broken()
        .at("Tue 09:01")
        .when(Deed::WaitBegan)
        .then(["resolve paused Tue 09:01 as waiting after 8h 1m"]);
}

#[test]
fn a_promise_that_was_broken_as_it_was_made_is_no_mistake() {
    tale([
        urgent([(Metric::Resolve, hours(2))]),
        rule([(Metric::Resolve, hours(8))]),
    ])
    .submitted()
    .at("Mon 15:00")
    .when(Deed::PriorityChanged(Priority::Urgent))
    .whatever()
    .at("Mon 15:01")
    .passed()
    .then(["resolve breached Mon 15:00 by it"])
    .at("Mon 15:00")
    .when(Deed::Resolved)
    .then(["resolve breached Mon 15:00 after 6h"]);
}

#[test]
fn what_is_no_end_of_it_takes_nothing_back() {
    broken()
        .at("Mon 10:00")
        .when(Deed::RequesterReplied)
        .then([])
        .when(Deed::Started)
        .then([]);
}

#[test]
fn what_is_too_much_for_one_commit_is_told_in_several() {
    let book = Book::only(policy("it", [rule([(Metric::Update, wall(2))])]));
    let terms = Terms {
        book: book.into(),
        ..Terms::default()
    };
    let deed = |number: u64| match number {
        0 => Deed::Submitted(profile().into()),
        _ => Deed::ProviderReplied,
    };
    let facts: Vec<_> = (0..1_000)
        .map(|number| Fact {
            at: on("Mon 09:00").plus_seconds(i64::try_from(number).unwrap() * 3600),
            position: Position(number + 1),
            index: 0,
            deed: deed(number),
        })
        .collect();
    let at = facts[999].at;
    let mut clocks = Clocks::default();
    let mut commits = Vec::new();
    loop {
        let body = Body::Look {
            facts: facts.clone().into(),
            historic: Position::START,
            until: Some(at),
            terms: terms.clone(),
        };
        let by = Caller::service("sla");
        let told = ClocksDecider::decide(&clocks, &Command { at, by, body }).unwrap();
        if told.is_empty() {
            break;
        }
        commits.push(told.len());
        told.into_iter()
            .for_each(|event| take_in(&mut clocks, event));
    }
    assert!(
        commits.len() > 2 && commits.iter().all(|told| *told < 500),
        "{commits:?}"
    );
    assert_eq!(clocks, replay(&facts, at, &terms).unwrap().0);
}
