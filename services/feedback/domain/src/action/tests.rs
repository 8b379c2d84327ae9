//! What becomes of an action, who may do what about it, and what it may come from.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::*;
use khidma_kernel::{
    ActionId, Caller, DepartmentId, InterviewId, Role, RoundId, ServiceRequestId, Timestamp,
};
use khidma_testkit::Story;
use uuid::Uuid;

use super::*;

type Acting = Story<ActionDecider>;

const DAY: i64 = 24 * 3600;

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn caller(person: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(id(person), id(department), roles.iter().copied())
}

fn mei() -> Caller {
    caller("mei", "it", &[Role::Manager])
}

fn daniel() -> Caller {
    caller("daniel", "it", &[])
}

fn request() -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u128(7))
}

/// It is 2026-03-02 09:00; so many days after that.
fn day(days: i64) -> Timestamp {
    id::<Timestamp>("2026-03-02T09:00:00Z").plus_seconds(days * DAY)
}

fn opened() -> ActionOpened {
    ActionOpened {
        action: ActionId(Uuid::from_u128(1)),
        department: id("it"),
        title: "A second line for the VPN".into(),
        origin: Origin::Other("The survey of old".into()),
        owner: id("daniel"),
        due: day(14),
    }
}

fn open_with(content: ActionOpened, source: Source) -> ActionCommand {
    let facts = OpeningFacts {
        open: true,
        owner_here: true,
        source,
    };
    ActionCommand::Open { content, facts }
}

fn complete() -> ActionCommand {
    ActionCommand::Complete {
        outcome: "It stands".into(),
        evidence: vec!["https://files.example.org/line.pdf".into()],
    }
}

fn move_to(days: i64) -> ActionCommand {
    ActionCommand::MoveDue {
        due: day(days),
        reason: "The parts are late".into(),
    }
}

fn drop_it() -> ActionCommand {
    ActionCommand::Drop {
        reason: "It costs too much".into(),
    }
}

fn assign(owner: &str) -> ActionCommand {
    ActionCommand::Assign {
        owner: id(owner),
        here: owner != "nobody",
    }
}

fn said(what: &str) -> Said {
    Said {
        you_said: format!("{what} drops"),
        we_did: format!("{what} has a second line"),
    }
}

fn publication(texts: &[(&str, Said)]) -> Publication {
    Publication {
        texts: texts
            .iter()
            .map(|(tag, said)| ((*tag).to_owned(), said.clone()))
            .collect(),
        language: "en".into(),
        departments: BTreeSet::from([id("hr")]),
    }
}

fn publish_as(publication: Publication) -> ActionCommand {
    let open = [id("it"), id("hr")].into();
    ActionCommand::Publish { publication, open }
}

fn publish() -> ActionCommand {
    publish_as(publication(&[("en", said("The VPN"))]))
}

fn done() -> [ActionEvent; 3] {
    let done = ActionDone {
        outcome: "It stands".into(),
        evidence: vec![],
    };
    [opened().into(), ActionStarted {}.into(), done.into()]
}

fn texts(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".into(), text.into())])
}

#[test]
fn it_is_decided_begun_done_and_told() {
    let told = ActionPublished {
        you_said: texts("The VPN drops"),
        we_did: texts("The VPN has a second line"),
        language: "en".into(),
        departments: BTreeSet::from([id("hr")]),
        origin: opened().origin,
    };
    let done = ActionDone {
        outcome: "It stands".into(),
        evidence: vec!["https://files.example.org/line.pdf".into()],
    };
    let story = Acting::new()
        .by(mei())
        .when(open_with(opened(), Source::Nothing))
        .then([opened().into()])
        .when(open_with(opened(), Source::Nothing))
        .then_refused("ALREADY_OPENED")
        .by(daniel())
        .when(complete())
        .then_refused("NOT_STARTED")
        .when(ActionCommand::Start)
        .then([ActionStarted {}.into()])
        .when(ActionCommand::Start)
        .then_nothing()
        .by(mei())
        .when(publish())
        .then_refused("NOT_DONE")
        .by(daniel())
        .later(DAY)
        .when(complete())
        .then([done.into()])
        .when(complete())
        .then_refused("ALREADY_DONE")
        .when(move_to(20))
        .then_refused("ALREADY_DONE")
        .by(mei())
        .when(drop_it())
        .then_refused("ALREADY_DONE")
        .when(publish())
        .then([told.into()])
        .when(publish())
        .then_refused("ALREADY_PUBLISHED");
    let action = story.state().clone().unwrap();
    assert_eq!(action.ended_at, Some(day(1)));
    assert_eq!(
        action.evidence,
        ["https://files.example.org/line.pdf".to_owned()]
    );
    let heard = ActionDecider::audience(&None, &Some(action));
    assert_eq!(heard, [id("hr"), id("it")].into());
}

#[test]
fn what_was_dropped_is_over() {
    let dropped = ActionDropped {
        reason: "It costs too much".into(),
    };
    let story = Acting::given([opened().into()])
        .by(mei())
        .when(drop_it())
        .then([dropped.into()]);
    for command in [
        ActionCommand::Start,
        assign("sana"),
        move_to(20),
        complete(),
        drop_it(),
        publish(),
    ] {
        drop(story.clone().when(command).then_refused("DROPPED"));
    }
}

/// The table of who may do what; `None`: they may. Daniel answers for it.
#[test]
fn who_may_do_what() {
    let no = Some("NOT_ALLOWED");
    let admin = caller("root", "company", &[Role::Admin]);
    let linh = caller("linh", "hr", &[Role::Manager]);
    let sana = caller("sana", "it", &[]);
    let service = Caller::service("feedback");
    // Open, assign, drop, publish; start, move, complete; warn.
    let table = [
        (mei(), None, None, no),
        (admin, None, None, no),
        (daniel(), no, None, no),
        (sana, no, no, no),
        (linh, no, no, no),
        (service, no, no, None),
    ];
    for (who, keeping, doing, warning) in table {
        let given = |events: &[ActionEvent]| Acting::given(events.to_vec()).by(who.clone());
        let opened: ActionEvent = opened().into();
        let started = [opened.clone(), ActionStarted {}.into()];
        let may = |story: Acting, command, expected| {
            let told = format!("{} {command:?}", who.actor);
            assert_eq!(story.when(command).code(), expected, "{told}");
        };
        may(
            given(&[]),
            open_with(super::tests::opened(), Source::Nothing),
            keeping,
        );
        may(given(&started), assign("sana"), keeping);
        may(given(&started), drop_it(), keeping);
        may(given(&done()), publish(), keeping);
        may(given(&[opened]), ActionCommand::Start, doing);
        may(given(&started), move_to(20), doing);
        may(given(&started), complete(), doing);
        let late = given(&started).later(20 * DAY);
        may(late, ActionCommand::Warn { due: day(14) }, warning);
    }
}

#[test]
fn the_owner_is_warned_once_for_each_time_it_was_due() {
    let service = || Caller::service("feedback");
    let warn = |days| ActionCommand::Warn { due: day(days) };
    let overdue = |days| ActionEvent::from(ActionOverdue { due: day(days) });
    let moved = ActionDueMoved {
        due: day(21),
        reason: "The parts are late".into(),
    };
    let story = Acting::given([opened().into()])
        .by(service())
        .when(warn(14))
        .then_nothing()
        .at(day(14))
        .when(warn(14))
        .then([overdue(14)])
        .when(warn(14))
        .then_nothing()
        .by(daniel())
        .when(move_to(21))
        .then([moved.into()])
        .when(move_to(21))
        .then_nothing()
        .by(service())
        .at(day(22))
        .when(warn(14))
        .then_nothing()
        .when(warn(21))
        .then([overdue(21)]);
    let action = story.state().clone().unwrap();
    assert_eq!((action.due, action.first_due), (day(21), day(14)));
    assert!(action.is_overdue(day(22)) && action.warns_at().is_none());
    drop(
        Acting::given(done())
            .by(service())
            .at(day(15))
            .when(warn(14))
            .then_nothing(),
    );
}

fn asked(provider: &str, concern: bool, anonymous: bool, heard: bool) -> Source {
    Source::Request {
        provider: id(provider),
        concern,
        anonymous,
        answered: heard,
        breached: heard,
    }
}

/// The table of what an action of IT may come from: for who leads IT, and for an admin.
#[test]
fn it_comes_from_what_is_there_and_over_and_known_to_the_department() {
    let round = || Origin::Round(RoundId(Uuid::from_u128(3)));
    let interview = || Origin::Interview(InterviewId(Uuid::from_u128(4)));
    let (answer, concern, breach) = (
        || Origin::Answer(request()),
        || Origin::Concern(request()),
        || Origin::Breach(request()),
    );
    let held = |department: &str, held| Source::Interview {
        department: id(department),
        held,
    };
    let unknown = Some("UNKNOWN_ORIGIN");
    let both = |code: Option<&'static str>| (code, code);
    let table = [
        (round(), Source::Round { closed: true }, both(None)),
        (
            round(),
            Source::Round { closed: false },
            both(Some("ROUND_NOT_CLOSED")),
        ),
        (round(), Source::Nothing, both(unknown)),
        (interview(), held("it", true), both(None)),
        (interview(), held("it", false), both(Some("NOT_HELD"))),
        (interview(), held("hr", true), (unknown, None)),
        (concern(), asked("it", true, true, false), both(None)),
        (concern(), asked("it", true, false, false), both(None)),
        (
            concern(),
            asked("it", false, false, false),
            both(Some("NOT_A_CONCERN")),
        ),
        (concern(), asked("hr", true, false, false), (unknown, None)),
        (concern(), asked("hr", true, true, false), both(unknown)),
        (answer(), asked("it", false, false, true), both(None)),
        (
            answer(),
            asked("it", false, false, false),
            both(Some("NOT_ANSWERED")),
        ),
        (answer(), asked("hr", false, false, true), (unknown, None)),
        (breach(), asked("it", false, false, true), both(None)),
        (
            breach(),
            asked("it", false, false, false),
            both(Some("NOT_BREACHED")),
        ),
        (breach(), Source::Round { closed: true }, both(unknown)),
        (round(), asked("it", true, false, true), both(unknown)),
    ];
    let admin = caller("root", "company", &[Role::Admin]);
    for (origin, source, (leads, operates)) in table {
        for (who, expected) in [(mei(), leads), (admin.clone(), operates)] {
            let content = ActionOpened {
                origin: origin.clone(),
                ..opened()
            };
            let outcome = Acting::new()
                .by(who.clone())
                .when(open_with(content, source.clone()));
            let told = format!("{} from {origin:?}, {source:?}", who.actor);
            assert_eq!(outcome.code(), expected, "{told}");
        }
    }
}

#[test]
fn what_is_opened_badly_is_refused_by_its_field() {
    let refused = |content: ActionOpened, code: &str, field: &str| {
        let outcome = Acting::new()
            .by(mei())
            .when(open_with(content, Source::Nothing));
        drop(outcome.then_refused_at(code, field));
    };
    let titled = |title: String| ActionOpened { title, ..opened() };
    refused(titled(" ".into()), "MISSING_FIELD", "title");
    refused(titled("ب".repeat(TITLE + 1)), "TOO_LONG", "title");
    refused(titled("a\nb".into()), "CONTROL_CHARACTER", "title");
    refused(titled("x".repeat(10_000_000)), "TOO_LONG", "title");
    let due = |due| ActionOpened { due, ..opened() };
    refused(due(day(0)), "DUE_IN_THE_PAST", "due");
    refused(due(day(DAYS_AHEAD + 1)), "DUE_TOO_LATE", "due");
    let other = ActionOpened {
        origin: Origin::Other(String::new()),
        ..opened()
    };
    refused(other, "MISSING_FIELD", "origin.other");
    let facts = |open, owner_here| ActionCommand::Open {
        content: opened(),
        facts: OpeningFacts {
            open,
            owner_here,
            source: Source::Nothing,
        },
    };
    let story = Acting::new().by(mei());
    story
        .when(facts(false, true))
        .then_refused_at("UNKNOWN_DEPARTMENT", "department_id")
        .when(facts(true, false))
        .then_refused_at("UNKNOWN_PERSON", "owner_id");
}

#[test]
fn what_is_done_and_moved_is_bounded() {
    let started = || Acting::given([opened().into(), ActionStarted {}.into()]).by(daniel());
    let with = |outcome: &str, evidence: Vec<String>| ActionCommand::Complete {
        outcome: outcome.into(),
        evidence,
    };
    let many = vec!["x".to_owned(); EVIDENCE + 1];
    let long = vec!["x".to_owned(), "x".repeat(PIECE + 1)];
    started()
        .when(with("", vec![]))
        .then_refused_at("MISSING_FIELD", "outcome")
        .when(with(&"x".repeat(OUTCOME + 1), vec![]))
        .then_refused_at("TOO_LONG", "outcome")
        .when(with("It stands", many))
        .then_refused_at("TOO_MANY", "evidence")
        .when(with("It stands", long))
        .then_refused_at("TOO_LONG", "evidence[1]")
        .when(ActionCommand::MoveDue {
            due: day(20),
            reason: String::new(),
        })
        .then_refused_at("MISSING_FIELD", "reason")
        .when(move_to(-1))
        .then_refused_at("DUE_IN_THE_PAST", "due")
        .by(mei())
        .when(assign("nobody"))
        .then_refused_at("UNKNOWN_PERSON", "owner_id")
        .when(assign("daniel"))
        .then_nothing()
        .when(assign("sana"))
        .then([ActionAssigned { owner: id("sana") }.into()])
        .by(daniel())
        .when(complete())
        .then_refused("NOT_ALLOWED");
    Acting::new()
        .by(mei())
        .when(ActionCommand::Start)
        .then_refused("UNKNOWN_ACTION");
}

#[test]
fn what_is_told_is_whole_bounded_and_told_to_departments_there_are() {
    let story = || Acting::given(done()).by(mei());
    let refused = |publication: Publication, code: &str, field: &str| {
        drop(
            story()
                .when(publish_as(publication))
                .then_refused_at(code, field),
        );
    };
    let empty = |you_said: &str, we_did: &str| Said {
        you_said: you_said.into(),
        we_did: we_did.into(),
    };
    refused(publication(&[]), "MISSING_FIELD", "texts");
    let half = publication(&[("en", empty("It drops", " "))]);
    refused(half, "MISSING_FIELD", "texts.en.we_did");
    let half = publication(&[("en", said("x")), ("fa", empty("", "x"))]);
    refused(half, "MISSING_FIELD", "texts.fa.you_said");
    let persian = publication(&[("fa", said("x"))]);
    refused(persian, "LANGUAGE_WITHOUT_TEXT", "texts");
    let twice = publication(&[("en", said("x")), ("EN", said("y"))]);
    refused(twice, "LANGUAGE_TWICE", "texts");
    let none = publication(&[("english_", said("x"))]);
    refused(none, "INVALID_LANGUAGE", "texts.english_");
    let nowhere = Publication {
        departments: BTreeSet::from([id("nowhere")]),
        ..publication(&[("en", said("x"))])
    };
    refused(nowhere, "UNKNOWN_DEPARTMENT", "department_ids");
    let many: BTreeSet<DepartmentId> = (0..=DEPARTMENTS).map(|n| id(&format!("d{n}"))).collect();
    let many = Publication {
        departments: many,
        ..publication(&[("en", said("x"))])
    };
    refused(many, "TOO_MANY", "department_ids");
}

#[test]
fn who_sees_it() {
    let action = Acting::given([opened().into()]).state().clone().unwrap();
    let table = [
        (mei(), true),
        (caller("sana", "it", &[]), true),
        (caller("daniel", "hr", &[]), true),
        (caller("root", "company", &[Role::Admin]), true),
        (caller("linh", "hr", &[Role::Manager]), false),
    ];
    for (who, sees) in table {
        assert_eq!(may_see(&who, &action), sees, "{}", who.actor);
    }
}
