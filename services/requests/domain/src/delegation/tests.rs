//! What a person may do with the approvals they may give.

use khidma_events::requests::{ApprovalsDelegated, DelegationEnded, DelegationEvent};
use khidma_kernel::{Caller, Role, Timestamp};
use khidma_testkit::Story;

use super::{DelegationCommand, DelegationDecider};
use crate::limits;

type Delegating = Story<DelegationDecider>;

const DAY: i64 = 24 * 3600;

/// When stories begin.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn caller(person: &str, roles: &[Role]) -> Caller {
    let department = "hr".parse().unwrap();
    Caller::person(person.parse().unwrap(), department, roles.iter().copied())
}

/// Linh's approvals go to `to`, from so many seconds from now until so many.
fn delegate(to: &str, from: i64, until: i64) -> DelegationCommand {
    DelegationCommand::Delegate {
        person: "linh".parse().unwrap(),
        person_known: true,
        to: to.parse().unwrap(),
        to_known: true,
        from: Some(now().plus_seconds(from)),
        until: now().plus_seconds(until),
    }
}

fn delegated(to: &str, from: i64, until: i64) -> DelegationEvent {
    ApprovalsDelegated {
        to: to.parse().unwrap(),
        from: now().plus_seconds(from),
        until: now().plus_seconds(until),
    }
    .into()
}

fn end(to: &str) -> DelegationCommand {
    DelegationCommand::End {
        person: "linh".parse().unwrap(),
        to: to.parse().unwrap(),
    }
}

fn linh() -> Delegating {
    Delegating::new().by(caller("linh", &[]))
}

#[test]
fn approvals_are_delegated_for_a_time_and_taken_back() {
    linh()
        .when(delegate("amina", 0, DAY))
        .then([delegated("amina", 0, DAY)])
        .when(delegate("amina", 0, DAY))
        .then_nothing()
        .when(delegate("amina", DAY, 2 * DAY))
        .then([delegated("amina", DAY, 2 * DAY)])
        .when(end("amina"))
        .then([DelegationEnded {
            to: "amina".parse().unwrap(),
        }
        .into()])
        .when(end("amina"))
        .then_nothing();
}

#[test]
fn a_time_that_says_no_beginning_begins_now() {
    let mut command = delegate("amina", 0, DAY);
    if let DelegationCommand::Delegate { from, .. } = &mut command {
        *from = None;
    }
    linh().when(command).then([delegated("amina", 0, DAY)]);
}

#[test]
fn by_the_person_themself_or_an_admin() {
    let others = [caller("amina", &[]), caller("mei", &[Role::Manager])];
    for other in others {
        let story = Delegating::new().by(other);
        story
            .when(delegate("amina", 0, DAY))
            .then_refused("NOT_ALLOWED")
            .when(end("amina"))
            .then_refused("NOT_ALLOWED");
    }
    Delegating::new()
        .by(Caller::service("requests"))
        .when(delegate("amina", 0, DAY))
        .then_refused("NOT_ALLOWED")
        .by(caller("root", &[Role::Admin]))
        .when(delegate("amina", 0, DAY))
        .then([delegated("amina", 0, DAY)]);
}

#[test]
fn a_time_must_lie_ahead_and_not_be_too_long() {
    let longest = limits::DELEGATION_DAYS * DAY;
    linh()
        .when(delegate("amina", 10, 10))
        .then_refused_at("EMPTY_PERIOD", "until_time")
        .when(delegate("amina", -2 * DAY, 0))
        .then_refused_at("EMPTY_PERIOD", "until_time")
        .when(delegate("amina", 0, longest + 1))
        .then_refused_at("PERIOD_TOO_LONG", "until_time")
        .when(delegate("amina", 0, longest))
        .then([delegated("amina", 0, longest)]);
}

#[test]
fn to_somebody_there_is_and_not_to_oneself() {
    let unknown = |whose: bool| {
        let mut command = delegate("amina", 0, DAY);
        if let DelegationCommand::Delegate {
            to_known,
            person_known,
            ..
        } = &mut command
        {
            *to_known = whose;
            *person_known = !whose;
        }
        command
    };
    linh()
        .when(delegate("linh", 0, DAY))
        .then_refused_at("DELEGATE_TO_ONESELF", "to_id")
        .when(unknown(false))
        .then_refused_at("UNKNOWN_PERSON", "to_id")
        .when(unknown(true))
        .then_refused_at("UNKNOWN_PERSON", "person_id");
}

#[test]
fn to_a_bounded_number_of_people_at_a_time() {
    let full: Vec<_> = (0..limits::DELEGATES)
        .map(|n| delegated(&format!("p{n}"), 0, DAY))
        .collect();
    let story = linh().and(full);
    story
        .clone()
        .when(delegate("one-more", 0, DAY))
        .then_refused("TOO_MANY_DELEGATES")
        .when(delegate("p3", 0, 2 * DAY))
        .then([delegated("p3", 0, 2 * DAY)]);
    // What is over does not count, and is forgotten.
    let story = story
        .later(DAY)
        .when(delegate("one-more", DAY, 2 * DAY))
        .then([delegated("one-more", DAY, 2 * DAY)]);
    assert_eq!(story.state().to.len(), 1);
}
