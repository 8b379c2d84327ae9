//! The life of an escalation.

use std::time::Duration;

use khidma_events::notifications::*;
use khidma_events::sla::{ClockRef, Metric};
use khidma_kernel::{Caller, Position, Role, ServiceRequestId, Timestamp};
use khidma_notifications_domain::escalation::*;
use khidma_notifications_domain::ladder::{Above, Named};
use khidma_testkit::Story;

use crate::people::{department, people, person};

const AFTER: Duration = Duration::from_secs(1800);

fn request() -> ServiceRequestId {
    "01890000-0000-7000-8000-000000000001".parse().unwrap()
}

fn clock() -> ClockRef {
    ClockRef {
        metric: Metric::Resolve,
        number: 1,
    }
}

fn raise<const N: usize>(to: [&str; N]) -> EscalationCommand {
    EscalationCommand::Raise(Raise {
        request: request(),
        clock: clock(),
        step: 1,
        owner: department("it"),
        named: Named {
            to: people(to),
            requester: None,
        },
        climb_after: Some(AFTER),
    })
}

fn raised<const N: usize>(to: [&str; N], climbs_at: Option<&str>) -> EscalationRaised {
    EscalationRaised {
        request: request(),
        clock: clock(),
        step: 1,
        owner: department("it"),
        to: to.map(person).into(),
        requester: None,
        climbs_at: climbs_at.map(at),
    }
}

fn at(time: &str) -> Timestamp {
    format!("2026-03-02T{time}:00Z").parse().unwrap()
}

fn climb(level: u32, above: Above) -> EscalationCommand {
    EscalationCommand::Climb(Climb {
        level,
        above,
        climb_after: Some(AFTER),
    })
}

fn to<const N: usize>(above: [&str; N]) -> Above {
    Above::These(people(above))
}

fn climbed(level: u32, above: &str, climbs_at: &str) -> EscalationClimbed {
    EscalationClimbed {
        level,
        to: vec![person(above)],
        climbs_at: Some(at(climbs_at)),
    }
}

fn acknowledge(leads: bool) -> EscalationCommand {
    EscalationCommand::Acknowledge {
        comment: None,
        leads,
    }
}

fn who(id: &str) -> Caller {
    Caller::person(person(id), department("it"), [])
}

/// Raised at nine, to daniel.
fn open() -> Story<EscalationDecider> {
    Story::new()
        .when(raise(["daniel"]))
        .then([raised(["daniel"], Some("09:30")).into()])
}

#[test]
fn it_climbs_level_by_level_and_says_when_there_is_nobody_more() {
    let top = open()
        .later(1800)
        .when(climb(1, to(["mei"])))
        .then([climbed(1, "mei", "10:00").into()])
        .later(1800)
        .when(climb(2, to(["omar"])))
        .then([climbed(2, "omar", "10:30").into()])
        .later(1800)
        .when(climb(3, Above::Nobody(Exhausted::Top)))
        .then([EscalationExhausted {
            why: Exhausted::Top,
        }
        .into()]);
    assert_eq!(top.state().standing(), Standing::Exhausted);
    assert_eq!(top.state().told(), people(["daniel", "mei", "omar"]));
    top.later(1800)
        .when(climb(3, to(["zoe"])))
        .then_nothing()
        .by(who("omar"))
        .when(acknowledge(false))
        .then([EscalationAcknowledged { comment: None }.into()]);
}

#[test]
fn what_two_processes_want_at_once_happens_once_and_nothing_before_its_time() {
    open()
        .later(1799)
        .when(climb(1, to(["mei"])))
        .then_nothing()
        .later(1)
        .when(climb(1, to(["mei"])))
        .then([climbed(1, "mei", "10:00").into()])
        .when(climb(1, to(["mei"])))
        .then_nothing()
        .when(raise(["daniel"]))
        .then_nothing();
}

#[test]
fn after_a_day_away_it_climbs_one_level_and_waits_from_then() {
    open()
        .at(at("20:00"))
        .when(climb(1, to(["mei"])))
        .then([climbed(1, "mei", "20:30").into()])
        .when(climb(2, to(["omar"])))
        .then_nothing();
}

#[test]
fn whoever_acknowledges_ends_the_climbing() {
    let held = open()
        .by(who("daniel"))
        .when(EscalationCommand::Acknowledge {
            comment: Some(" I am on it. ".into()),
            leads: false,
        })
        .then([EscalationAcknowledged {
            comment: Some("I am on it.".into()),
        }
        .into()]);
    assert_eq!(held.state().standing(), Standing::Acknowledged);
    assert_eq!(held.state().climbs_at, None);
    held.when(acknowledge(false))
        .then_nothing()
        .by(Caller::service("notifications"))
        .later(3600)
        .when(climb(1, to(["mei"])))
        .then_nothing()
        .when(EscalationCommand::End)
        .then([EscalationEnded {}.into()])
        .when(EscalationCommand::End)
        .then_nothing();
}

#[test]
fn it_is_acknowledged_by_who_was_told_who_lead_and_admins_and_by_nobody_else() {
    let admin = Caller::person(person("root"), department("ops"), [Role::Admin]);
    let table = [
        (who("daniel"), false, None),
        (who("lena"), false, Some("NOT_ALLOWED")),
        (who("lena"), true, None),
        // Told only at the next level.
        (who("mei"), false, Some("NOT_ALLOWED")),
        (admin, false, None),
        (Caller::anonymous(), false, Some("NOT_ALLOWED")),
    ];
    for (by, leads, code) in table {
        let asked = open().by(by.clone()).when(acknowledge(leads));
        assert_eq!(asked.code(), code, "{:?}, leads: {leads}", by.actor);
    }
    let climbed = open()
        .later(1800)
        .when(climb(1, to(["mei"])))
        .then([climbed(1, "mei", "10:00").into()]);
    let asked = climbed.by(who("mei")).when(acknowledge(false));
    assert_eq!(asked.code(), None);
}

#[test]
fn who_only_heard_of_it_as_who_asked_does_not_acknowledge_it() {
    let mut told = raised(["daniel"], Some("09:30"));
    told.requester = Some(person("amina"));
    Story::<EscalationDecider>::given([told.into()])
        .by(who("amina"))
        .when(acknowledge(false))
        .then_refused("NOT_ALLOWED");
}

#[test]
fn what_names_nobody_is_raised_for_people_to_see_and_does_not_climb() {
    let nobody = Story::<EscalationDecider>::new()
        .when(raise([]))
        .then([raised([], None).into()]);
    assert_eq!(nobody.state().standing(), Standing::Open);
    nobody
        .later(7200)
        .when(climb(1, to(["omar"])))
        .then_nothing()
        .by(who("mei"))
        .when(acknowledge(true))
        .then([EscalationAcknowledged { comment: None }.into()]);
}

#[test]
fn it_does_not_climb_where_the_house_does_not_want_it() {
    let EscalationCommand::Raise(asked) = raise(["daniel"]) else {
        panic!("not raised");
    };
    let never = EscalationCommand::Raise(Raise {
        climb_after: None,
        ..asked
    });
    Story::<EscalationDecider>::new()
        .when(never)
        .then([raised(["daniel"], None).into()])
        .later(360_000)
        .when(climb(1, to(["mei"])))
        .then_nothing();
    // What was said to climb before the house changed its mind still does, once.
    let once = EscalationCommand::Climb(Climb {
        level: 1,
        above: to(["mei"]),
        climb_after: None,
    });
    let climbed = EscalationClimbed {
        level: 1,
        to: vec![person("mei")],
        climbs_at: None,
    };
    open().later(1800).when(once).then([climbed.into()]);
}

#[test]
fn what_is_over_neither_climbs_nor_is_taken_care_of() {
    open()
        .when(EscalationCommand::End)
        .then([EscalationEnded {}.into()])
        .later(1800)
        .when(climb(1, to(["mei"])))
        .then_nothing()
        .by(who("daniel"))
        .when(acknowledge(false))
        .then_refused_at("ESCALATION_OVER", "id");
}

#[test]
fn what_cannot_be_is_refused() {
    let story = Story::<EscalationDecider>::new();
    let nothing = story.clone().by(who("daniel"));
    nothing
        .when(acknowledge(true))
        .then_refused_at("UNKNOWN_ESCALATION", "id");
    story.when(EscalationCommand::End).then_nothing();
    for command in [
        raise(["daniel"]),
        climb(1, to(["mei"])),
        EscalationCommand::End,
    ] {
        let by_a_person = open().by(who("daniel"));
        by_a_person.when(command).then_refused("NOT_ALLOWED");
    }
    let long = EscalationCommand::Acknowledge {
        comment: Some("x".repeat(2001)),
        leads: false,
    };
    let told = open().by(who("daniel"));
    told.when(long)
        .then_refused_at("COMMENT_TOO_LONG", "comment");
}

#[test]
fn a_step_that_is_reached_again_under_another_promise_is_another_escalation() {
    let id = |step, told| escalation_of(request(), clock(), step, Position(told));
    assert_eq!(id(1, 7), id(1, 7));
    assert_ne!(id(1, 7), id(1, 9));
    assert_ne!(id(1, 7), id(2, 7));
}
