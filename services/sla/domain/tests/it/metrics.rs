//! When each of the seven metrics starts, pauses and stops.

use khidma_events::sla::{LifeState, Metric, Target};
use khidma_sla_domain::Deed;

use crate::support::*;

const SEEN: Deed = Deed::Acknowledged { said: false };
const SEEN_WITH_A_WORD: Deed = Deed::Acknowledged { said: true };

fn promised(metric: Metric) -> Tale {
    tale([rule([(metric, hours(8))])]).submitted().whatever()
}

#[test]
fn all_that_counts_from_the_submission_starts_with_it() {
    tale([rule(Metric::ALL.map(|metric| (metric, hours(8))))])
        .submitted()
        .then([
            "acknowledge from Mon 09:00, due Mon 17:00",
            "first_response from Mon 09:00, due Mon 17:00",
            "resolve from Mon 09:00, due Mon 17:00",
            "confirm from Mon 09:00, due Mon 17:00",
            "ownership from Mon 09:00, due Mon 17:00",
        ])
        .at("Mon 10:00")
        .when(Deed::ProviderReplied)
        .then([
            "first_response met Mon 10:00 after 1h",
            "update from Mon 10:00, due Tue 10:00",
        ])
        .at("Mon 11:00")
        .when(Deed::RequesterReplied)
        .then(["next_response from Mon 11:00, due Tue 11:00"]);
}

#[test]
fn a_request_that_no_rule_fits_has_no_clock() {
    tale([urgent([(Metric::Resolve, hours(8))])])
        .submitted()
        .then([])
        .at("Tue 12:00")
        .when(Deed::Resolved)
        .then([]);
    bare().submitted().then([]);
}

#[test]
fn acknowledging_stops_by_a_person_or_at_the_end() {
    for deed in [SEEN, SEEN_WITH_A_WORD, Deed::Resolved, Deed::Declined] {
        promised(Metric::Acknowledge)
            .at("Mon 12:30")
            .when(deed)
            .then(["acknowledge met Mon 12:30 after 3h 30m"]);
    }
    for deed in [
        Deed::Started,
        Deed::ProviderReplied,
        Deed::RequesterReplied,
        Deed::WaitBegan,
    ] {
        promised(Metric::Acknowledge)
            .at("Mon 12:30")
            .when(deed)
            .then([]);
    }
    for deed in [Deed::Cancelled, Deed::Merged, Deed::Rejected] {
        promised(Metric::Acknowledge)
            .at("Mon 12:30")
            .when(deed)
            .then(["acknowledge over Mon 12:30 after 3h 30m"]);
    }
}

#[test]
fn the_first_response_is_the_providers_first_word() {
    let words = [
        SEEN,
        SEEN_WITH_A_WORD,
        Deed::ProviderReplied,
        Deed::WaitBegan,
        Deed::Resumed { said: true },
        Deed::Resolved,
        Deed::Declined,
    ];
    for deed in words {
        promised(Metric::FirstResponse)
            .at("Mon 10:00")
            .when(deed)
            .then(["first_response met Mon 10:00 after 1h"]);
    }
    for deed in [
        Deed::RequesterReplied,
        Deed::Resumed { said: false },
        Deed::Started,
    ] {
        promised(Metric::FirstResponse)
            .at("Mon 10:00")
            .when(deed)
            .then([]);
    }
    promised(Metric::FirstResponse)
        .at("Mon 10:00")
        .when(Deed::Cancelled)
        .then(["first_response over Mon 10:00 after 1h"]);
}

#[test]
fn the_next_response_counts_from_the_oldest_unanswered_message() {
    promised(Metric::NextResponse)
        .at("Mon 09:30")
        .when(Deed::RequesterReplied)
        // Before the first word it is that which is waited for.
        .then([])
        .when(SEEN)
        .then([])
        .at("Mon 10:00")
        .when(Deed::RequesterReplied)
        .then(["next_response from Mon 10:00, due Tue 10:00"])
        .at("Mon 11:00")
        .when(Deed::RequesterReplied)
        .then([])
        // Somebody has seen it, but said nothing.
        .when(Deed::Resumed { said: false })
        .then([])
        .at("Mon 12:00")
        .when(Deed::ProviderReplied)
        .then(["next_response met Mon 12:00 after 2h"])
        .at("Mon 12:30")
        .when(Deed::ProviderReplied)
        .then([])
        .at("Mon 13:00")
        .when(Deed::RequesterReplied)
        .then(["next_response 2 from Mon 13:00, due Tue 13:00"])
        .at("Mon 14:00")
        .when(Deed::Resolved)
        .then(["next_response 2 met Mon 14:00 after 1h"])
        .at("Mon 15:00")
        .when(Deed::RequesterReplied)
        .then(["next_response 3 from Mon 15:00, due Tue 15:00"])
        .at("Mon 16:00")
        .when(Deed::Confirmed)
        .then(["next_response 3 over Mon 16:00 after 1h"]);
}

#[test]
fn who_reopens_waits_for_an_answer() {
    let resolved = promised(Metric::NextResponse)
        .at("Mon 10:00")
        .when(Deed::Resolved)
        .then([])
        .at("Mon 11:00");
    resolved
        .clone()
        .when(Deed::Reopened { by_requester: true })
        .then(["next_response from Mon 11:00, due Tue 11:00"]);
    resolved
        .clone()
        .when(Deed::Reopened {
            by_requester: false,
        })
        .then([]);
    // What was unanswered when it ended is still the oldest, and there is no second one.
    resolved
        .when(Deed::RequesterReplied)
        .then(["next_response from Mon 11:00, due Tue 11:00"])
        .at("Mon 12:00")
        .when(Deed::Confirmed)
        .then(["next_response over Mon 12:00 after 1h"])
        .at("Tue 09:00")
        .when(Deed::Reopened { by_requester: true })
        .then(["next_response goes on Tue 09:00, due Tue 16:00"]);
}

#[test]
fn each_word_while_it_is_open_begins_the_wait_for_the_next_update() {
    promised(Metric::Update)
        .at("Mon 10:00")
        .when(SEEN)
        .then(["update from Mon 10:00, due Tue 10:00"])
        .at("Mon 11:00")
        .when(Deed::RequesterReplied)
        .then([])
        .when(Deed::ProviderReplied)
        .then([
            "update met Mon 11:00 after 1h",
            "update 2 from Mon 11:00, due Tue 11:00",
        ])
        .at("Tue 12:00")
        .when(Deed::WaitBegan)
        .then([
            "update 2 breached Tue 11:00 by it",
            "update 2 breached Tue 12:00 after 9h",
            "update 3 from Tue 12:00, due Wed 12:00",
        ])
        .at("Tue 13:00")
        .when(Deed::Resolved)
        .then(["update 3 met Tue 13:00 after 1h"])
        // It is done: nobody waits for news of it.
        .at("Tue 14:00")
        .when(Deed::ProviderReplied)
        .then([])
        .when(Deed::Reopened { by_requester: true })
        .then([])
        .at("Tue 15:00")
        .when(Deed::ProviderReplied)
        .then(["update 4 from Tue 15:00, due Wed 15:00"])
        .at("Tue 16:00")
        .when(Deed::Declined)
        .then(["update 4 met Tue 16:00 after 1h"]);
}

#[test]
fn resolving_pauses_while_the_requester_is_asked() {
    promised(Metric::Resolve)
        .at("Mon 10:00")
        .when(Deed::WaitBegan)
        .then(["resolve paused Mon 10:00 as waiting after 1h"])
        .at("Tue 10:00")
        .when(Deed::RequesterReplied)
        .then([])
        .when(Deed::Resumed { said: false })
        .then(["resolve resumed Tue 10:00, due Tue 17:00"])
        .at("Tue 17:00")
        .when(Deed::Resolved)
        // Exactly the target: met.
        .then(["resolve met Tue 17:00 after 8h"]);
}

#[test]
fn declining_and_other_ends_are_no_verdict_on_the_resolution() {
    for deed in [
        Deed::Declined,
        Deed::Cancelled,
        Deed::Rejected,
        Deed::Merged,
    ] {
        promised(Metric::Resolve)
            .at("Mon 10:00")
            .when(deed.clone())
            .then(["resolve over Mon 10:00 after 1h"]);
        promised(Metric::Confirm)
            .at("Mon 10:00")
            .when(deed)
            .then(["confirm over Mon 10:00 after 1h"]);
    }
}

#[test]
fn a_breach_before_the_end_without_a_verdict_remains_one() {
    let tale = promised(Metric::Resolve)
        .at("Tue 10:00")
        .when(Deed::Cancelled)
        .then([
            "resolve breached Tue 09:00 by it",
            "resolve over Tue 10:00 after 9h",
        ]);
    assert_eq!(
        tale.clock(Metric::Resolve).verdict(),
        Some(khidma_events::sla::Verdict::Breached)
    );
}

#[test]
fn confirming_is_the_requesters_and_pauses_nowhere() {
    promised(Metric::Confirm)
        .at("Mon 10:00")
        .when(Deed::WaitBegan)
        .when(Deed::Resumed { said: true })
        .when(Deed::Resolved)
        .then([])
        .at("Mon 16:00")
        .when(Deed::Confirmed)
        .then(["confirm met Mon 16:00 after 7h"]);
}

#[test]
fn what_closes_by_itself_was_never_confirmed() {
    let closed = promised(Metric::Confirm)
        .at("Mon 10:00")
        .when(Deed::Resolved)
        .at("Mon 15:00")
        .when(Deed::AutoClosed)
        .then(["confirm over Mon 15:00 after 6h"]);
    // A word of thanks days later gives no verdict on how long it took.
    closed
        .clone()
        .at("Tue 10:00")
        .when(Deed::Confirmed)
        .then([]);
    closed
        .at("Tue 10:00")
        .when(Deed::Reopened { by_requester: true })
        .then(["confirm goes on Tue 10:00, due Tue 12:00"])
        .at("Tue 11:00")
        .when(Deed::Resolved)
        .when(Deed::Confirmed)
        .then(["confirm met Tue 11:00 after 7h"]);
}

#[test]
fn ownership_is_counted_for_each_owner() {
    let tale = promised(Metric::Ownership)
        .at("Mon 12:00")
        .when(Deed::Transferred("facilities".parse().unwrap()))
        .then([
            "ownership met Mon 12:00 after 3h",
            "ownership 2 from Mon 12:00, due Tue 12:00",
        ])
        .at("Mon 13:00")
        .when(Deed::Resolved)
        .then(["ownership 2 met Mon 13:00 after 1h"])
        .at("Mon 14:00")
        .when(Deed::Reopened { by_requester: true })
        .then(["ownership 2 goes on Mon 14:00, due Tue 13:00"])
        .at("Mon 15:00")
        .when(Deed::Declined)
        .then(["ownership 2 met Mon 15:00 after 2h"]);
    let first = &tale.clocks.clocks[0];
    assert_eq!(
        tale.clocks.owner_of(&first.segments[0]).unwrap().as_str(),
        "it"
    );
    let expected = [
        "Mon 12:00 facilities runs 1h",
        "Mon 13:00 facilities stopped 0",
        "Mon 14:00 facilities runs 1h",
    ];
    assert_eq!(tale.segments(Metric::Ownership), expected);
    assert_eq!(tale.clocks.owner().unwrap().as_str(), "facilities");
}

#[test]
fn the_time_of_the_approvers_is_not_the_providers() {
    let asked = || {
        tale([rule(
            [
                Metric::Acknowledge,
                Metric::FirstResponse,
                Metric::Resolve,
                Metric::Ownership,
                Metric::Confirm,
            ]
            .map(|metric| (metric, hours(8))),
        )])
        .submitted()
        .whatever()
        .when(Deed::ApprovalsRequired)
        .then([
            "acknowledge paused Mon 09:00 as awaiting_approval after 0",
            "first_response paused Mon 09:00 as awaiting_approval after 0",
            "resolve paused Mon 09:00 as awaiting_approval after 0",
            "ownership paused Mon 09:00 as awaiting_approval after 0",
        ])
        .at("Tue 12:00")
    };
    asked().when(Deed::Approved).then([
        "confirm breached Tue 09:00 by it",
        "acknowledge resumed Tue 12:00, due Wed 12:00",
        "first_response resumed Tue 12:00, due Wed 12:00",
        "resolve resumed Tue 12:00, due Wed 12:00",
        "ownership resumed Tue 12:00, due Wed 12:00",
    ]);
    asked().when(Deed::Rejected).then([
        "confirm breached Tue 09:00 by it",
        "acknowledge over Tue 12:00 after 0",
        "first_response over Tue 12:00 after 0",
        "resolve over Tue 12:00 after 0",
        "confirm over Tue 12:00 after 11h",
        "ownership over Tue 12:00 after 0",
    ]);
}

#[test]
fn a_policy_says_where_its_clocks_pause() {
    let pauses = [LifeState::Submitted, LifeState::Resolved].into();
    let target = Target {
        pauses: Some(pauses),
        ..wall(8)
    };
    tale([rule([(Metric::Confirm, target)])])
        .submitted()
        .then(["confirm from Mon 09:00, paused as submitted"])
        .at("Mon 10:00")
        .when(SEEN)
        .then(["confirm resumed Mon 10:00, due Mon 18:00"])
        .when(Deed::WaitBegan)
        .then([])
        .at("Mon 12:00")
        .when(Deed::Resolved)
        .then(["confirm paused Mon 12:00 as resolved after 2h"])
        .at("Mon+ 12:00")
        .when(Deed::Confirmed)
        .then(["confirm met Mon+ 12:00 after 2h"]);
}

#[test]
fn all_time_counts_by_night_and_at_weekends() {
    tale([rule([(Metric::Resolve, wall(72))])])
        .at("Fri 17:00")
        .submitted()
        .then(["resolve from Fri 17:00, due Mon+ 17:00"])
        .at("Mon+ 17:00")
        .when(Deed::Resolved)
        .then(["resolve met Mon+ 17:00 after 72h"]);
}
