//! What becomes of an interview, who may do what about it, and when notes are kept.

use std::collections::BTreeSet;

use khidma_events::feedback::*;
use khidma_kernel::{Caller, InterviewId, PersonId, Role, Timestamp};
use khidma_testkit::Story;
use uuid::Uuid;

use super::*;

type Asking = Story<InterviewDecider>;

const DAY: i64 = 24 * 3600;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn people(names: &[&str]) -> BTreeSet<PersonId> {
    names.iter().map(|name| id(name)).collect()
}

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(id(person), id(department), roles.iter().copied())
}

/// Leads IT.
fn mei() -> Caller {
    caller("mei", "it", &[Role::Manager])
}

/// Leads the interviews.
fn sana() -> Caller {
    caller("sana", "it", &[])
}

fn of_hr(person: &str) -> Caller {
    caller(person, "hr", &[])
}

fn day(days: i64) -> Timestamp {
    id::<Timestamp>("2026-03-02T09:00:00Z").plus_seconds(days * DAY)
}

fn with(kind: InterviewKind, participants: &[&str]) -> InterviewPlanned {
    InterviewPlanned {
        interview: InterviewId(Uuid::from_u128(1)),
        kind,
        department: id("it"),
        interviewer: id("sana"),
        topic: "What slows the work down".into(),
        participants: people(participants),
        at: day(7),
    }
}

fn group() -> InterviewPlanned {
    with(InterviewKind::FocusGroup, &["amina", "omar", "sol"])
}

fn plan(content: InterviewPlanned) -> InterviewCommand {
    let mut here = content.participants.clone();
    here.remove(&id("nobody"));
    here.insert(content.interviewer.clone());
    here.remove(&id("gone"));
    InterviewCommand::Plan {
        content,
        facts: PlanningFacts { open: true, here },
    }
}

fn hold(attended: &[&str]) -> InterviewCommand {
    InterviewCommand::Hold {
        at: None,
        attended: people(attended),
    }
}

fn cancel() -> InterviewCommand {
    InterviewCommand::Cancel {
        reason: "Nobody has time".into(),
    }
}

fn consent(person: &str) -> InterviewCommand {
    InterviewCommand::Consent { person: id(person) }
}

fn withdraw(person: &str) -> InterviewCommand {
    InterviewCommand::Withdraw { person: id(person) }
}

fn note() -> InterviewCommand {
    InterviewCommand::Note {
        theme: " Waiting".into(),
        text: "Nobody says why it takes long".into(),
    }
}

fn noted() -> InterviewEvent {
    InterviewNoted {
        theme: "waiting".into(),
        text: "Nobody says why it takes long".into(),
    }
    .into()
}

fn agreed(person: &str, in_person: bool) -> InterviewEvent {
    let person = id(person);
    ConsentGiven { person, in_person }.into()
}

fn refused(person: &str) -> InterviewEvent {
    let person = id(person);
    ConsentWithdrawn { person }.into()
}

/// It was held, and Amina and Sol came.
fn held() -> Vec<InterviewEvent> {
    let held = InterviewHeld {
        at: day(0),
        attended: people(&["amina", "sol"]),
    };
    vec![group().into(), held.into()]
}

#[test]
fn it_is_planned_held_and_noted_once_all_who_came_agree() {
    let story = Asking::new()
        .by(mei())
        .when(plan(group()))
        .then([group().into()])
        .when(plan(group()))
        .then_refused("ALREADY_PLANNED")
        .by(sana())
        .when(note())
        .then_refused("NOT_HELD")
        .when(InterviewCommand::Move { at: day(8) })
        .then([InterviewMoved { at: day(8) }.into()])
        .when(InterviewCommand::Move { at: day(8) })
        .then_nothing()
        .at(day(8))
        .when(hold(&["amina", "sol"]))
        .then([InterviewHeld {
            at: day(8),
            attended: people(&["amina", "sol"]),
        }
        .into()])
        .when(hold(&["amina"]))
        .then_refused("ALREADY_HELD")
        .when(cancel())
        .then_refused("ALREADY_HELD")
        .when(note())
        .then_refused("NO_CONSENT")
        .when(consent("sol"))
        .then([agreed("sol", false)])
        .when(note())
        .then_refused("NO_CONSENT")
        // Omar did not come: he has nothing to agree to.
        .when(consent("omar"))
        .then_refused_at("NOT_TAKING_PART", "person_id")
        .by(of_hr("amina"))
        .when(consent("amina"))
        .then([agreed("amina", true)])
        .by(sana())
        .when(note())
        .then([noted()]);
    assert!(story.state().as_ref().unwrap().is_noted());
}

#[test]
fn a_no_hides_the_notes_and_only_they_can_take_it_back() {
    let agreed_all = [agreed("amina", true), agreed("sol", false), noted()];
    let story = Asking::given(held())
        .and(agreed_all)
        .by(of_hr("sol"))
        .when(withdraw("sol"))
        .then([refused("sol")])
        .when(withdraw("sol"))
        .then_nothing();
    assert!(!story.state().as_ref().unwrap().is_noted());
    let story = story
        .by(sana())
        .when(note())
        .then_refused("NO_CONSENT")
        .when(consent("sol"))
        .then_refused("WITHDRAWN")
        .by(of_hr("sol"))
        .when(consent("sol"))
        .then([agreed("sol", true)])
        // What she says herself is not overwritten by what is written down of it.
        .by(sana())
        .when(consent("sol"))
        .then_nothing();
    assert!(story.state().as_ref().unwrap().is_noted());
    // Who says no before anybody asked is heard too; who told the interviewer is as well.
    Asking::given([group().into()])
        .by(of_hr("amina"))
        .when(withdraw("amina"))
        .then([refused("amina")])
        .by(sana())
        .when(consent("amina"))
        .then_refused("WITHDRAWN")
        .when(withdraw("omar"))
        .then([refused("omar")]);
}

#[test]
fn what_was_cancelled_is_over() {
    let cancelled = InterviewCancelled {
        reason: "Nobody has time".into(),
    };
    let story = Asking::given([group().into()])
        .by(sana())
        .when(cancel())
        .then([cancelled.into()]);
    let commands = [
        InterviewCommand::Move { at: day(9) },
        hold(&["amina"]),
        cancel(),
        consent("amina"),
        withdraw("amina"),
        note(),
    ];
    for command in commands {
        drop(story.clone().when(command).then_refused("CANCELLED"));
    }
}

/// The table of who may do what; `None`: they may.
#[test]
fn who_may_do_what() {
    let no = Some("NOT_ALLOWED");
    let admin = caller("root", "company", &[Role::Admin]);
    let linh = caller("linh", "hr", &[Role::Manager]);
    // Plan; move, hold, cancel; note, and write down who agrees; agree as Amina; see it.
    let table = [
        (mei(), None, None, no, no, true),
        (admin, None, None, no, no, true),
        (sana(), no, None, None, None, true),
        (of_hr("amina"), no, no, no, None, true),
        (of_hr("omar"), no, no, no, no, true),
        (linh, no, no, no, no, false),
        (caller("daniel", "it", &[]), no, no, no, no, false),
        (Caller::service("feedback"), no, no, no, no, false),
    ];
    for (who, planning, leading, noting, agreeing, seeing) in table {
        let may = |given: Vec<InterviewEvent>, command: InterviewCommand, expected| {
            let told = format!("{} {command:?}", who.actor);
            let outcome = Asking::given(given).by(who.clone()).when(command);
            assert_eq!(outcome.code(), expected, "{told}");
        };
        let planned = || vec![InterviewEvent::from(group())];
        may(vec![], plan(group()), planning);
        may(planned(), InterviewCommand::Move { at: day(9) }, leading);
        may(planned(), hold(&["amina"]), leading);
        may(planned(), cancel(), leading);
        let all = [held(), vec![agreed("amina", true), agreed("sol", true)]].concat();
        may(all.clone(), note(), noting);
        may(held(), consent("sol"), noting);
        may(held(), consent("amina"), agreeing);
        may(held(), withdraw("amina"), agreeing);
        let interview = Asking::given(all).state().clone().unwrap();
        assert_eq!(may_see(&who, &interview), seeing, "{}", who.actor);
    }
}

#[test]
fn what_is_planned_badly_is_refused_by_its_field() {
    let refused = |content: InterviewPlanned, code: &str, field: &str| {
        let outcome = Asking::new().by(mei()).when(plan(content));
        drop(outcome.then_refused_at(code, field));
    };
    let wrong = ("WRONG_NUMBER", "participant_ids");
    use InterviewKind::{FocusGroup, Interview};
    let many: Vec<String> = (0..=MOST).map(|number| format!("p{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (kind, participants) in [
        (Interview, &[][..]),
        (Interview, &["amina", "sol"]),
        (FocusGroup, &["amina", "sol"]),
        (FocusGroup, &many),
    ] {
        refused(with(kind, participants), wrong.0, wrong.1);
    }
    let alone = with(Interview, &["sana"]);
    refused(alone, "ONESELF", "participant_ids");
    let nobody = with(Interview, &["nobody"]);
    refused(nobody, "UNKNOWN_PERSON", "participant_ids");
    let gone = InterviewPlanned {
        interviewer: id("gone"),
        ..group()
    };
    refused(gone, "UNKNOWN_PERSON", "interviewer_id");
    let at = |at| InterviewPlanned { at, ..group() };
    refused(at(day(0)), "IN_THE_PAST", "at");
    refused(at(day(DAYS_AHEAD + 1)), "TOO_FAR_AHEAD", "at");
    let about = |topic: String| InterviewPlanned { topic, ..group() };
    refused(about(String::new()), "MISSING_FIELD", "topic");
    refused(about("x".repeat(TOPIC + 1)), "TOO_LONG", "topic");
    let closed = InterviewCommand::Plan {
        content: group(),
        facts: PlanningFacts::default(),
    };
    drop(
        Asking::new()
            .by(mei())
            .when(closed)
            .then_refused_at("UNKNOWN_DEPARTMENT", "department_id"),
    );
    drop(
        Asking::new()
            .by(mei())
            .when(plan(with(FocusGroup, &many[..MOST])))
            .then_events(|events| assert_eq!(events.len(), 1)),
    );
}

#[test]
fn what_is_held_and_noted_is_bounded() {
    let planned = || Asking::given([group().into()]).by(sana());
    let early = InterviewCommand::Hold {
        at: Some(day(1)),
        attended: people(&["amina"]),
    };
    planned()
        .when(hold(&[]))
        .then_refused_at("STRANGERS", "attended_ids")
        .when(hold(&["amina", "linh"]))
        .then_refused_at("STRANGERS", "attended_ids")
        .when(early)
        .then_refused_at("NOT_YET", "at")
        .when(InterviewCommand::Cancel { reason: " ".into() })
        .then_refused_at("MISSING_FIELD", "reason");
    let with = |theme: &str, text: &str| InterviewCommand::Note {
        theme: theme.into(),
        text: text.into(),
    };
    let agreed = [agreed("amina", true), agreed("sol", true)];
    let full = (0..NOTES).map(|_| noted());
    Asking::given(held())
        .and(agreed)
        .by(sana())
        .when(with("", "x"))
        .then_refused_at("MISSING_FIELD", "theme")
        .when(with(&"x".repeat(THEME + 1), "x"))
        .then_refused_at("TOO_LONG", "theme")
        .when(with("waiting", ""))
        .then_refused_at("MISSING_FIELD", "text")
        .when(with("waiting", &"x".repeat(NOTE + 1)))
        .then_refused_at("TOO_LONG", "text")
        .and(full)
        .when(with("waiting", "x"))
        .then_refused("TOO_MANY_NOTES");
    drop(
        Asking::new()
            .by(sana())
            .when(note())
            .then_refused("UNKNOWN_INTERVIEW"),
    );
}
