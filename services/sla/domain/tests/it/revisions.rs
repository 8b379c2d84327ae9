//! A calendar is revised: what runs is moved, what has ended keeps the verdict it was given.

use khidma_events::sla::{Metric, Verdict};
use khidma_sla_domain::{Body, ClocksDecider, Deed};
use khidma_testkit::Story;

use crate::support::*;

fn asked() -> Tale {
    tale([rule([(Metric::Resolve, hours(16))])])
        .submitted()
        .whatever()
}

#[test]
fn a_late_decree_moves_what_is_due() {
    let tale = asked()
        .at("Mon 12:00")
        .revised(office(&["2026-03-03"]), "Tuesday is a holiday by decree")
        .then(["resolve rescheduled to 2, was due Tue 17:00, due Wed 17:00: Tuesday is a holiday by decree"]);
    assert_eq!(tale.clock(Metric::Resolve).due, Some(on("Wed 17:00")));
    tale.at("Thu 09:00:01")
        .passed()
        .then(["resolve breached Thu 09:00 by it"]);
}

#[test]
fn what_was_counted_is_counted_anew() {
    let tale = asked()
        .at("Mon 17:00")
        .when(Deed::WaitBegan)
        .at("Tue 09:00")
        .when(Deed::Resumed { said: false })
        .then([
            "resolve paused Mon 17:00 as waiting after 8h",
            "resolve resumed Tue 09:00, due Tue 17:00",
        ])
        .at("Tue 10:00")
        .revised(office(&["2026-03-02"]), "Monday was a holiday")
        .then(["resolve rescheduled to 2, was due Tue 17:00, due Wed 17:00: Monday was a holiday"]);
    assert_eq!(tale.segments(Metric::Resolve)[0], "Mon 09:00 it runs 0");
}

#[test]
fn a_paused_clock_is_moved_in_silence() {
    asked()
        .at("Mon 17:00")
        .when(Deed::WaitBegan)
        .whatever()
        .revised(office(&["2026-03-02"]), "Monday was a holiday")
        .then(["resolve rescheduled to 2, was due -: Monday was a holiday"])
        .at("Tue 09:00")
        .when(Deed::Resumed { said: false })
        .then(["resolve resumed Tue 09:00, due Wed 17:00"]);
}

#[test]
fn more_hours_may_break_a_promise_at_once() {
    let closed = office(&["2026-03-02"]);
    let mut tale = tale([rule([(Metric::Resolve, hours(8))])]);
    tale.almanac = khidma_sla_domain::Almanac::default();
    let calendar = std::sync::Arc::new(closed);
    let revision = khidma_sla_domain::Revision {
        position: khidma_kernel::Position(1),
        revision: 1,
        calendar,
    };
    tale.almanac.add("office".parse().unwrap(), revision);
    tale.submitted()
        .at("Tue 16:00")
        .when(Deed::WaitBegan)
        .then([
            "resolve from Mon 09:00, due Tue 17:00",
            "resolve paused Tue 16:00 as waiting after 7h",
        ])
        .revised(office(&[]), "Monday was no holiday")
        .whatever()
        .at("Tue 16:01")
        .passed()
        .then(["resolve breached Tue 09:00 by it"]);
}

#[test]
fn what_has_ended_keeps_its_verdict() {
    let tale = asked()
        .at("Wed 10:00")
        .when(Deed::Resolved)
        .then([
            "resolve breached Wed 09:00 by it",
            "resolve breached Wed 10:00 after 17h",
        ])
        .revised(office(&["2026-03-03"]), "Tuesday was a holiday")
        .then([]);
    assert_eq!(
        tale.clock(Metric::Resolve).verdict(),
        Some(Verdict::Breached)
    );
}

#[test]
fn a_breach_that_was_told_stays_in_the_history() {
    asked()
        .at("Wed 10:00")
        .passed()
        .revised(office(&["2026-03-03"]), "Tuesday was a holiday")
        .then([
            "resolve breached Wed 09:00 by it",
            "resolve rescheduled to 2, was due Tue 17:00, due Wed 17:00: Tuesday was a holiday",
        ])
        .at("Wed 11:00")
        .when(Deed::Resolved)
        .then(["resolve breached Wed 11:00 after 10h"]);
}

#[test]
fn a_revision_is_adopted_once_and_only_by_who_counts_by_it() {
    asked()
        .revised(office(&[]), "Nothing new")
        .then(["resolve rescheduled to 2, was due Tue 17:00, due Tue 17:00: Nothing new"]);
    tale([rule([(Metric::Resolve, wall(16))])])
        .submitted()
        .whatever()
        .revised(office(&["2026-03-03"]), "Tuesday is a holiday")
        .then([]);
}

#[test]
fn what_counts_by_a_calendar_or_policy_that_is_not_there_is_refused() {
    let mut tale = asked();
    let look = |tale: &Tale| Body::Look {
        facts: tale.facts.clone().into(),
        historic: tale.historic,
        until: Some(on("Fri 09:00")),
        terms: tale.terms(),
    };
    let story = || Story::<ClocksDecider>::new();
    let almanac = std::mem::take(&mut tale.almanac);
    story().when(look(&tale)).then_refused("UNKNOWN_CALENDAR");
    tale.almanac = almanac;
    let started = story()
        .when(look(&tale))
        .then_events(|told| assert_eq!(told.len(), 2));
    tale.activations.clear();
    tale = tale.unseen().at("Fri 09:00").when(Deed::WaitBegan);
    started
        .when(look(&tale))
        .then_nothing()
        .when(Body::Reschedule {
            calendar: "field".parse().unwrap(),
            reason: String::new(),
            terms: tale.terms(),
        })
        .then_refused("UNKNOWN_CALENDAR");
}
