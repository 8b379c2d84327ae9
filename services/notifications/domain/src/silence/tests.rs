//! What may be silenced, by whom and for how long.

use std::collections::BTreeSet;

use khidma_events::notifications::{
    MessageKind, SilenceBegun, SilenceEnded, SilenceEvent, SilenceScope,
};
use khidma_kernel::{Caller, Role, Timestamp};
use khidma_testkit::Story;

use super::{DAYS, DAYS_AHEAD, REASON, ScopeFacts, SilenceCommand, SilenceDecider};
use crate::kinds::is_mutable;

type Silencing = Story<SilenceDecider>;

const DAY: i64 = 24 * 3600;
const REQUEST: &str = "0190b5a1-0000-7000-8000-000000000001";

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(
        person.parse().unwrap(),
        department.parse().unwrap(),
        roles.iter().copied(),
    )
}

/// Mei leads IT.
fn mei() -> Silencing {
    Silencing::new().by(caller("mei", "it", &[Role::Manager]))
}

fn about_it() -> SilenceScope {
    SilenceScope {
        department: Some("it".parse().unwrap()),
        ..SilenceScope::default()
    }
}

fn to_amina() -> SilenceScope {
    SilenceScope {
        person: Some("amina".parse().unwrap()),
        ..SilenceScope::default()
    }
}

fn about_request() -> SilenceScope {
    SilenceScope {
        request: Some(REQUEST.parse().unwrap()),
        ..SilenceScope::default()
    }
}

fn of_kinds(kinds: &[MessageKind]) -> SilenceScope {
    SilenceScope {
        kinds: kinds.iter().copied().collect(),
        ..SilenceScope::default()
    }
}

fn known() -> ScopeFacts {
    ScopeFacts {
        person: true,
        department: true,
        provider: Some("it".parse().unwrap()),
    }
}

fn begin(scope: SilenceScope, from: Option<i64>, until: i64) -> SilenceCommand {
    SilenceCommand::Begin {
        scope,
        from: from.map(|from| now().plus_seconds(from)),
        until: now().plus_seconds(until),
        reason: "Moving house".into(),
        facts: known(),
    }
}

fn begun(scope: SilenceScope, from: i64, until: i64) -> SilenceEvent {
    SilenceBegun {
        scope,
        from: now().plus_seconds(from),
        until: now().plus_seconds(until),
        reason: "Moving house".into(),
    }
    .into()
}

fn end() -> SilenceCommand {
    SilenceCommand::End {
        provider: Some("it".parse().unwrap()),
    }
}

#[test]
fn a_silence_is_begun_and_ended_once() {
    let story = mei()
        .when(end())
        .then_refused_at("UNKNOWN_SILENCE", "id")
        .when(begin(about_it(), None, DAY))
        .then([begun(about_it(), 0, DAY)])
        .when(begin(about_it(), None, DAY))
        .then_refused("ALREADY_BEGUN")
        .later(3600)
        .when(end())
        .then([SilenceEnded {}.into()])
        .when(end())
        .then_nothing();
    let silence = story.state().clone().unwrap();
    assert_eq!(silence.until, now().plus_seconds(3600));
}

#[test]
fn one_that_is_over_need_not_be_ended() {
    mei()
        .and([begun(about_it(), 0, DAY)])
        .later(DAY)
        .when(end())
        .then_nothing();
}

/// The table of who may silence what; `None`: they may.
#[test]
fn who_may_silence_what() {
    let no = Some("NOT_ALLOWED");
    let narrowed = SilenceScope {
        kinds: BTreeSet::from([MessageKind::Progress]),
        ..to_amina()
    };
    let kinds = || of_kinds(&[MessageKind::Progress]);
    // To amina, the same narrowed, about IT, about a request to IT, all of a kind.
    let table = [
        ("amina", "hr", vec![], [None, None, no, no, no]),
        ("daniel", "it", vec![], [no, no, no, no, no]),
        ("mei", "it", vec![Role::Manager], [no, no, None, None, no]),
        ("linh", "hr", vec![Role::Manager], [no, no, no, no, no]),
        ("root", "it", vec![Role::Admin], [None; 5]),
    ];
    for (person, department, roles, expected) in table {
        let scopes = [
            to_amina(),
            narrowed.clone(),
            about_it(),
            about_request(),
            kinds(),
        ];
        for (scope, expected) in scopes.into_iter().zip(expected) {
            let who = caller(person, department, &roles);
            let begins = Silencing::new().by(who.clone());
            let begins = begins.when(begin(scope.clone(), None, DAY)).code();
            assert_eq!(begins, expected, "{person} begins {scope:?}");
            let ends = Silencing::given([begun(scope.clone(), 0, DAY)]).by(who);
            assert_eq!(ends.when(end()).code(), expected, "{person} ends {scope:?}");
        }
    }
    let service = Silencing::new().by(Caller::service("notifications"));
    assert_eq!(service.when(begin(to_amina(), None, DAY)).code(), no);
}

#[test]
fn everything_to_everybody_is_silenced_by_nobody() {
    Silencing::new()
        .by(caller("root", "it", &[Role::Admin]))
        .when(begin(SilenceScope::default(), None, DAY))
        .then_refused_at("EMPTY_SCOPE", "scope");
}

#[test]
fn what_cannot_be_muted_cannot_be_silenced() {
    for kind in MessageKind::ALL {
        let scope = SilenceScope {
            kinds: BTreeSet::from([MessageKind::Progress, kind]),
            ..about_it()
        };
        let expected = (!is_mutable(kind)).then_some("CANNOT_BE_MUTED");
        let outcome = mei().when(begin(scope, None, DAY));
        assert_eq!(outcome.code(), expected, "{kind:?}");
    }
}

#[test]
fn a_silence_lies_ahead_and_is_not_for_long() {
    let (longest, latest) = (DAYS * DAY, DAYS_AHEAD * DAY);
    mei()
        .when(begin(about_it(), Some(DAY), DAY))
        .then_refused_at("EMPTY_PERIOD", "until")
        .when(begin(about_it(), Some(-2 * DAY), -DAY))
        .then_refused_at("EMPTY_PERIOD", "until")
        .when(begin(about_it(), Some(DAY), DAY + longest + 1))
        .then_refused_at("PERIOD_TOO_LONG", "until")
        .when(begin(about_it(), Some(latest + 1), latest + 2))
        .then_refused_at("TOO_FAR_AHEAD", "from")
        .when(begin(about_it(), Some(DAY), DAY + longest))
        .then([begun(about_it(), DAY, DAY + longest)]);
}

#[test]
fn what_has_happened_is_not_silenced_any_more() {
    mei()
        .when(begin(about_it(), Some(-DAY), DAY))
        .then([begun(about_it(), 0, DAY)]);
}

#[test]
fn a_silence_says_why() {
    let because = |reason: String| {
        let mut command = begin(about_it(), None, DAY);
        if let SilenceCommand::Begin { reason: said, .. } = &mut command {
            *said = reason;
        }
        mei().when(command)
    };
    because(" \n".into()).then_refused_at("MISSING_FIELD", "reason");
    because("ا".repeat(REASON + 1)).then_refused_at("TOO_LONG", "reason");
    assert_eq!(because("ا".repeat(REASON)).code(), None);
}

#[test]
fn what_the_scope_names_has_to_be_there() {
    let admin = || Silencing::new().by(caller("root", "it", &[Role::Admin]));
    let table = [
        (to_amina(), "UNKNOWN_PERSON", "scope.person_id"),
        (about_it(), "UNKNOWN_DEPARTMENT", "scope.department_id"),
        (
            about_request(),
            "UNKNOWN_REQUEST",
            "scope.service_request_id",
        ),
    ];
    for (scope, code, field) in table {
        let mut command = begin(scope, None, DAY);
        if let SilenceCommand::Begin { facts, .. } = &mut command {
            *facts = ScopeFacts::default();
        }
        admin().when(command).then_refused_at(code, field);
    }
}
