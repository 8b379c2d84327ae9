//! What ended goes on: reopened, also after it was confirmed; a merge that was taken back.

use khidma_events::sla::{Metric, Verdict};
use khidma_sla_domain::Deed;

use crate::support::*;

const AGAIN: Deed = Deed::Reopened { by_requester: true };

#[test]
fn the_time_while_it_was_resolved_does_not_count() {
    let tale = tale([rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .at("Mon 15:00")
        .when(Deed::Resolved)
        .then([
            "resolve from Mon 09:00, due Mon 17:00",
            "resolve met Mon 15:00 after 6h",
        ])
        .at("Wed 09:00")
        .when(AGAIN)
        .then(["resolve goes on Wed 09:00, due Wed 11:00"])
        .at("Wed 12:00")
        .when(Deed::Resolved)
        .then([
            "resolve breached Wed 11:00 by it",
            "resolve breached Wed 12:00 after 9h",
        ]);
    let stretches = [
        "Mon 09:00 it runs 6h",
        "Mon 15:00 it stopped 0",
        "Wed 09:00 it runs 3h",
    ];
    assert_eq!(tale.segments(Metric::Resolve), stretches);
}

#[test]
fn what_was_confirmed_goes_on_when_it_is_reopened() {
    tale([rule([
        (Metric::Resolve, hours(8)),
        (Metric::Confirm, hours(16)),
    ])])
    .submitted()
    .at("Mon 10:00")
    .when(Deed::Resolved)
    .at("Mon 11:00")
    .when(Deed::Confirmed)
    .whatever()
    .at("Thu 09:00")
    .when(AGAIN)
    .then([
        "resolve goes on Thu 09:00, due Thu 16:00",
        "confirm goes on Thu 09:00, due Fri 15:00",
    ]);
}

#[test]
fn a_breach_stays_one_however_often_it_is_reopened() {
    let tale = tale([rule([(Metric::Resolve, hours(1))])])
        .submitted()
        .at("Mon 11:00")
        .when(Deed::Resolved)
        .whatever()
        .at("Mon 12:00")
        .when(AGAIN)
        .then(["resolve goes on Mon 12:00, due Mon 10:00"])
        .at("Mon 12:30")
        .when(Deed::Resolved)
        // It was told once.
        .then(["resolve breached Mon 12:30 after 2h 30m"]);
    assert_eq!(tale.clock(Metric::Resolve).breached, Some(on("Mon 10:00")));
}

#[test]
fn what_was_met_exactly_is_broken_as_soon_as_it_goes_on() {
    tale([rule([(Metric::Resolve, hours(2))])])
        .submitted()
        .at("Mon 11:00")
        .when(Deed::Resolved)
        .then([
            "resolve from Mon 09:00, due Mon 11:00",
            "resolve met Mon 11:00 after 2h",
        ])
        .at("Mon 20:00")
        .when(AGAIN)
        .then(["resolve goes on Mon 20:00, due Mon 11:00"])
        .at("Tue 09:00")
        .passed()
        .then([])
        .at("Tue 09:01")
        .passed()
        .then(["resolve breached Tue 09:00 by it"]);
}

#[test]
fn a_merge_that_is_taken_back_lets_all_go_on_that_was_owed() {
    let tale = tale([rule(Metric::ALL.map(|metric| (metric, hours(8))))])
        .submitted()
        .at("Mon 10:00")
        .when(Deed::ProviderReplied)
        .at("Mon 11:00")
        .when(Deed::RequesterReplied)
        .whatever()
        .at("Mon 12:00")
        .when(Deed::Merged)
        .then([
            "acknowledge over Mon 12:00 after 3h",
            "resolve over Mon 12:00 after 3h",
            "confirm over Mon 12:00 after 3h",
            "ownership over Mon 12:00 after 3h",
            "update over Mon 12:00 after 2h",
            "next_response over Mon 12:00 after 1h",
        ])
        .at("Tue 09:00")
        .when(Deed::Reopened {
            by_requester: false,
        })
        .then([
            "acknowledge goes on Tue 09:00, due Tue 14:00",
            "resolve goes on Tue 09:00, due Tue 14:00",
            "confirm goes on Tue 09:00, due Tue 14:00",
            "ownership goes on Tue 09:00, due Tue 14:00",
            "update goes on Tue 09:00, due Tue 15:00",
            "next_response goes on Tue 09:00, due Tue 16:00",
        ]);
    // The first response was given: it has its verdict.
    assert_eq!(
        tale.clock(Metric::FirstResponse).verdict(),
        Some(Verdict::Met)
    );
}

#[test]
fn a_merge_taken_back_while_approvers_are_asked_goes_on_paused() {
    tale([rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .when(Deed::ApprovalsRequired)
        .at("Mon 10:00")
        .when(Deed::Merged)
        .whatever()
        .at("Mon 11:00")
        .when(Deed::Reopened {
            by_requester: false,
        })
        .then(["resolve goes on Mon 11:00, paused as awaiting_approval"])
        .at("Mon 12:00")
        .when(Deed::Approved)
        .then(["resolve resumed Mon 12:00, due Tue 12:00"]);
}

#[test]
fn what_was_acknowledged_by_its_end_is_not_asked_again() {
    tale([rule([
        (Metric::Acknowledge, hours(8)),
        (Metric::FirstResponse, hours(8)),
    ])])
    .submitted()
    .at("Mon 10:00")
    .when(Deed::Resolved)
    .whatever()
    .at("Mon 11:00")
    .when(AGAIN)
    .then([]);
}
