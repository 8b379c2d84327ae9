//! Another promise holds: transfers, priorities, tags, rules that fit no longer, policies that came and went.

use khidma_events::requests::Priority;
use khidma_events::sla::{LifeState, Match, Metric, Rule, Target};
use khidma_sla_domain::Deed;

use crate::support::*;

const URGENT: Deed = Deed::PriorityChanged(Priority::Urgent);
const NORMAL: Deed = Deed::PriorityChanged(Priority::Normal);

fn two(fast: Target, slow: Target) -> Tale {
    tale([
        urgent([(Metric::Resolve, fast)]),
        rule([(Metric::Resolve, slow)]),
    ])
    .submitted()
    .whatever()
}

fn to(department: &str) -> Deed {
    Deed::Transferred(department.parse().unwrap())
}

#[test]
fn what_has_elapsed_is_kept_under_another_priority() {
    two(hours(4), hours(8))
        .at("Mon 10:00")
        .when(URGENT)
        .then(["resolve rematched Mon 10:00 after 1h, was due Mon 17:00, due Mon 13:00"])
        .at("Mon 11:00")
        .when(NORMAL)
        .then(["resolve rematched Mon 11:00 after 2h, was due Mon 13:00, due Mon 17:00"])
        .at("Mon 12:00")
        .when(NORMAL)
        .then([]);
}

#[test]
fn nothing_is_broken_before_the_promise_was_made() {
    let tale = two(hours(2), hours(8))
        .at("Mon 15:00")
        .when(URGENT)
        .then(["resolve rematched Mon 15:00 after 6h, was due Mon 17:00, due Mon 15:00"]);
    tale.clone()
        .at("Mon 15:01")
        .passed()
        .then(["resolve breached Mon 15:00 by it"]);
    // At that very instant: too much has counted.
    tale.when(Deed::Resolved).then([
        "resolve breached Mon 15:00 by it",
        "resolve breached Mon 15:00 after 6h",
    ]);
}

#[test]
fn a_shorter_promise_is_broken_even_while_the_clock_is_paused() {
    two(hours(2), hours(8))
        .at("Mon 15:00")
        .when(Deed::WaitBegan)
        .then(["resolve paused Mon 15:00 as waiting after 6h"])
        .at("Mon 16:00")
        .when(URGENT)
        .then(["resolve rematched Mon 16:00 after 6h, was due Mon 17:00, paused as waiting"])
        .at("Mon 16:01")
        .passed()
        .then(["resolve breached Mon 16:00 by it"])
        .when(Deed::Cancelled)
        .then(["resolve over Mon 16:01 after 6h"]);
}

#[test]
fn a_promise_may_change_what_pauses_and_what_time_counts() {
    let slow = Target {
        pauses: Some([LifeState::Submitted].into()),
        ..hours(8)
    };
    two(wall(8), slow)
        .at("Mon 20:00")
        .when(URGENT)
        .then(["resolve rematched Mon 20:00 after 0, was due -, due Tue 04:00"])
        .at("Mon 21:00")
        .when(NORMAL)
        .then(["resolve rematched Mon 21:00 after 1h, was due Tue 04:00, paused as submitted"]);
}

#[test]
fn a_transfer_hands_the_time_over_and_the_promise_holds_on() {
    let tale = tale([rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .whatever()
        .at("Mon 12:00")
        .when(to("facilities"))
        .then(["resolve handed to facilities Mon 12:00 after 3h"])
        .at("Mon 13:00")
        .when(Deed::WaitBegan)
        .at("Mon 14:00")
        .when(to("hr"))
        .then([
            "resolve paused Mon 13:00 as waiting after 4h",
            "resolve handed to hr Mon 14:00 after 4h",
            "resolve resumed Mon 14:00, due Tue 10:00",
        ])
        .at("Tue 11:00")
        .when(Deed::Resolved)
        // Four hours before it, three that day, two the next.
        .then([
            "resolve breached Tue 10:00 by hr",
            "resolve breached Tue 11:00 after 9h",
        ]);
    let stretches = [
        "Mon 09:00 it runs 3h",
        "Mon 12:00 facilities runs 1h",
        "Mon 13:00 facilities waiting 0",
        "Mon 14:00 hr waiting 0",
        "Mon 14:00 hr runs 5h",
    ];
    assert_eq!(tale.segments(Metric::Resolve), stretches);
}

#[test]
fn a_transfer_to_a_department_with_another_promise_is_both() {
    let when = Match {
        providers: ["facilities".parse().unwrap()].into(),
        ..Match::default()
    };
    let theirs = Rule {
        when,
        ..rule([(Metric::Resolve, hours(4))])
    };
    tale([theirs, rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .whatever()
        .at("Mon 10:00")
        .when(to("facilities"))
        .then([
            "resolve handed to facilities Mon 10:00 after 1h",
            "resolve rematched Mon 10:00 after 1h, was due Mon 17:00, due Mon 13:00",
        ]);
}

#[test]
fn tags_may_change_the_promise() {
    let when = Match {
        tags: ["vip".to_owned()].into(),
        ..Match::default()
    };
    let vip = Rule {
        when,
        ..rule([(Metric::Resolve, hours(4))])
    };
    tale([vip, rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .whatever()
        .at("Mon 10:00")
        .when(Deed::TagsChanged(vec!["printer".into()]))
        .then([])
        .when(Deed::TagsChanged(vec!["printer".into(), "vip".into()]))
        .then(["resolve rematched Mon 10:00 after 1h, was due Mon 17:00, due Mon 13:00"]);
}

#[test]
fn tasks_are_promised_between_departments_until_they_are_released() {
    let when = Match {
        tasks: Some(true),
        ..Match::default()
    };
    let task = Rule {
        when,
        ..rule([(Metric::Ownership, hours(4))])
    };
    let mut asked = profile();
    asked.task = true;
    tale([task, rule([(Metric::Resolve, hours(8))])])
        .when(Deed::Submitted(Box::new(asked)))
        .then(["ownership from Mon 09:00, due Mon 13:00"])
        .at("Mon 10:00")
        .when(Deed::Released)
        .then([
            "ownership withdrawn Mon 10:00 after 1h",
            "resolve from Mon 09:00, due Mon 17:00",
        ]);
}

#[test]
fn what_is_promised_no_longer_is_withdrawn_and_stays_so_when_it_is_reopened() {
    let gone = tale([
        urgent([(Metric::Confirm, hours(8))]),
        rule([(Metric::Resolve, hours(8))]),
    ])
    .submitted()
    .at("Mon 10:00")
    .when(URGENT)
    .then([
        "resolve from Mon 09:00, due Mon 17:00",
        "resolve withdrawn Mon 10:00 after 1h",
        "confirm from Mon 09:00, due Mon 17:00",
    ]);
    gone.clone()
        .at("Mon 11:00")
        .when(Deed::Resolved)
        .when(Deed::Reopened { by_requester: true })
        .then([]);
    // Promised again: what was between does not count.
    gone.at("Mon 12:00").when(NORMAL).then([
        "resolve goes on Mon 12:00, due Tue 11:00",
        "resolve rematched Mon 12:00 after 1h, was due Tue 11:00, due Tue 11:00",
        "confirm withdrawn Mon 12:00 after 3h",
    ]);
}

#[test]
fn what_was_done_while_it_was_not_promised_does_not_go_on() {
    let metrics = [
        Metric::Acknowledge,
        Metric::FirstResponse,
        Metric::NextResponse,
        Metric::Update,
    ];
    tale([
        urgent([(Metric::Confirm, hours(8))]),
        rule(metrics.map(|metric| (metric, hours(8)))),
    ])
    .submitted()
    .at("Mon 10:00")
    .when(URGENT)
    .at("Mon 11:00")
    .when(Deed::Acknowledged { said: true })
    .when(Deed::RequesterReplied)
    .whatever()
    .at("Mon 12:00")
    .when(NORMAL)
    .then(["confirm withdrawn Mon 12:00 after 3h"])
    .at("Mon 13:00")
    .when(Deed::RequesterReplied)
    .then(["next_response from Mon 13:00, due Tue 13:00"]);
}

#[test]
fn ownership_that_is_promised_again_by_a_transfer_begins_anew() {
    let when = Match {
        providers: ["it".parse().unwrap(), "hr".parse().unwrap()].into(),
        ..Match::default()
    };
    let theirs = Rule {
        when,
        ..rule([(Metric::Ownership, hours(8))])
    };
    tale([urgent([]), theirs])
        .submitted()
        .at("Mon 10:00")
        .when(URGENT)
        .at("Mon 11:00")
        .when(to("facilities"))
        .whatever()
        .when(NORMAL)
        .then([])
        .at("Mon 12:00")
        .when(to("hr"))
        .then(["ownership 2 from Mon 12:00, due Tue 12:00"]);
}

#[test]
fn a_policy_that_is_retired_holds_on_for_its_clocks() {
    tale([rule([
        (Metric::Resolve, hours(8)),
        (Metric::NextResponse, hours(8)),
    ])])
    .submitted()
    .whatever()
    .retired("desk")
    .at("Mon 10:00")
    .when(URGENT)
    .then([])
    .when(Deed::WaitBegan)
    .then(["resolve paused Mon 10:00 as waiting after 1h"])
    .when(Deed::RequesterReplied)
    .then([])
    .when(Deed::Resumed { said: false })
    .then(["resolve resumed Mon 10:00, due Mon 17:00"])
    .at("Mon 18:00")
    .when(Deed::Resolved)
    .then(["resolve met Mon 18:00 after 8h"]);
}

#[test]
fn a_new_version_holds_for_what_comes_after() {
    let mut second = policy("desk", [rule([(Metric::Resolve, hours(4))])]);
    second.version = 2;
    tale([rule([(Metric::Resolve, hours(8))])])
        .submitted()
        .activated(second)
        .at("Mon 10:00")
        .when(Deed::Started)
        .then(["resolve from Mon 09:00, due Mon 17:00"])
        .when(URGENT)
        .then(["resolve rematched Mon 10:00 after 1h, was due Mon 17:00, due Mon 13:00"]);
}

#[test]
fn a_policy_that_names_the_provider_goes_before_the_general_one() {
    let mut own = policy("own", [rule([(Metric::Resolve, hours(4))])]);
    own.spec.providers = ["it".parse().unwrap()].into();
    tale([rule([(Metric::Resolve, hours(8))])])
        .activated(own)
        .submitted()
        .then(["resolve from Mon 09:00, due Mon 13:00"])
        .at("Mon 10:00")
        .when(to("facilities"))
        .then([
            "resolve handed to facilities Mon 10:00 after 1h",
            "resolve rematched Mon 10:00 after 1h, was due Mon 13:00, due Mon 17:00",
        ]);
}
