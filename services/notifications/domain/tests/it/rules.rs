//! Who is told what of what happens: a table, rule by rule.

use std::collections::BTreeSet;
use std::convert::Infallible;

use khidma_events::directory::{RoleAssigned, RoleDefined, RoleEvent, RoleRevised};
use khidma_events::notifications::{Arg, MessageKind};
use khidma_events::requests::*;
use khidma_events::sla::*;
use khidma_kernel::{
    Actor, DepartmentId, OfferingId, PersonId, Position, Recorded, ServiceRequestId, Timestamp,
};
use khidma_notifications_domain::rules::clocks::{self, Clocks};
use khidma_notifications_domain::rules::directory::{self, Office};
use khidma_notifications_domain::rules::matter::Matter;
use khidma_notifications_domain::rules::{Facts, requests};
use khidma_notifications_domain::tell::{Tell, Whom};
use uuid::Uuid;

use crate::people::{People, department, person};

impl Facts for People {
    fn person_name(&self, person: &PersonId) -> Result<Option<String>, Infallible> {
        Ok(Some(person.as_str().to_uppercase()))
    }

    fn department_name(&self, department: &DepartmentId) -> Result<Option<String>, Infallible> {
        Ok(Some(department.as_str().to_uppercase()))
    }

    fn standard(&self, _: &OfferingId, reader: &PersonId) -> Result<Option<String>, Infallible> {
        Ok(Some(format!("promised to {reader}")))
    }

    fn delegates(&self, of: &PersonId, _: Timestamp) -> Result<BTreeSet<PersonId>, Infallible> {
        let has = of.as_str() == "linh";
        Ok(has.then(|| person("sana")).into_iter().collect())
    }
}

/// Amina of HR reports to Linh, who leads it; Daniel of IT reports to Mei, who leads that.
fn organisation() -> People {
    People::default()
        .line("amina > linh")
        .line("daniel > mei")
        .department("hr", &["amina", "linh"])
        .department("it", &["daniel", "mei", "sana"])
}

fn request() -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u128(7))
}

pub(crate) fn recorded<E>(by: &str, event: E) -> Recorded<E> {
    let by = match by {
        "itself" => Actor::Service("requests".into()),
        "nobody" => Actor::Anonymous,
        by => Actor::Person(person(by)),
    };
    let at = Timestamp::EPOCH;
    let id = Uuid::nil();
    Recorded { id, at, by, event }
}

/// A request and what was known of its clocks, and all that was told so far.
#[derive(Default)]
struct Case {
    matter: Option<Matter>,
    clocks: Clocks,
}

impl Case {
    /// Amina asked IT for a laptop, and Omar follows it.
    fn begun() -> Self {
        let mut case = Self::default();
        case.commit("amina", vec![asked().into(), follows("omar")]);
        case
    }

    /// The same, and Daniel does it.
    fn assigned() -> Self {
        let mut case = Self::begun();
        case.commit("daniel", vec![given("daniel")]);
        case
    }

    fn commit(&mut self, by: &str, events: Vec<RequestEvent>) -> Vec<Tell> {
        let events: Vec<_> = events
            .into_iter()
            .map(|event| recorded(by, event))
            .collect();
        requests::tells(&organisation(), request(), &mut self.matter, &events).unwrap()
    }

    fn told(&mut self, by: &str, events: Vec<RequestEvent>) -> Vec<String> {
        self.commit(by, events).iter().map(line).collect()
    }

    fn clock(&mut self, event: impl Into<ClockEvent>) -> Vec<String> {
        let events = [recorded("itself", event.into())];
        let matter = self.matter.as_ref().unwrap();
        let tells = clocks::tells(
            &organisation(),
            request(),
            matter,
            &mut self.clocks,
            &events,
        );
        tells.unwrap().iter().map(line).collect()
    }
}

/// A message in a line: its kind, its arguments but the title, and who gets it.
pub(crate) fn line(tell: &Tell) -> String {
    let args = tell
        .message
        .args
        .iter()
        .filter(|(name, _)| *name != "title");
    let args = args.map(|(name, arg)| match arg {
        Arg::Text(text) | Arg::Choice(text) => format!("{name}={text}"),
        Arg::Number(number) => format!("{name}={number}"),
        Arg::At(at) => format!("{name}={}", at.as_seconds()),
        Arg::Seconds(seconds) => format!("{name}={seconds}s"),
    });
    let to = tell.to.iter().map(|whom| match whom {
        Whom::Person(person) => person.to_string(),
        Whom::Department(department) => format!("#{department}"),
    });
    let (args, to): (Vec<_>, Vec<_>) = (args.collect(), to.collect());
    let confined = if tell.confined { " (inbox only)" } else { "" };
    let kind = tell.message.kind.as_str();
    format!("{kind} [{}] to {}{confined}", args.join(", "), to.join(" "))
}

fn asked() -> Submitted {
    Submitted::plain(
        department("it"),
        person("amina"),
        department("hr"),
        "A laptop",
    )
}

fn follows(who: &str) -> RequestEvent {
    let person = person(who);
    WatcherAdded { person }.into()
}

fn given(to: &str) -> RequestEvent {
    let assignee = person(to);
    Assigned {
        assignee,
        from: None,
    }
    .into()
}

fn replied(side: Side) -> RequestEvent {
    let text = "Which one?".into();
    Replied { side, text }.into()
}

#[test]
fn who_asks_has_it_in_writing_and_the_department_hears_of_it() {
    let mut offered = asked();
    offered.offering = Some("laptop".parse().unwrap());
    let told = Case::default().told("amina", vec![offered.into(), ReceiptIssued {}.into()]);
    assert_eq!(
        told,
        [
            "request [provider=IT, requester=AMINA] to #it",
            "receipt [provider=IT, standard=promised to amina] to amina",
        ]
    );
}

/// Who did it, what it was, and what is told of it.
type Row = (&'static str, RequestEvent, Vec<&'static str>);

#[track_caller]
fn all_are_told(rows: Vec<Row>) {
    for (by, event, expected) in rows {
        let said = format!("{event:?}");
        assert_eq!(Case::assigned().told(by, vec![event]), expected, "{said}");
    }
}

#[test]
fn a_step_of_the_work_is_told_by_its_rule() {
    all_are_told(vec![
        (
            "daniel",
            Acknowledged {
                note: Some("Seen".into()),
            }
            .into(),
            vec!["progress [by=DANIEL, detail=Seen, step=acknowledged] to amina omar"],
        ),
        (
            "mei",
            given("sana"),
            vec!["assignment [by=MEI, requester=AMINA] to sana"],
        ),
        ("sana", given("sana"), vec![]),
        (
            "daniel",
            Started {}.into(),
            vec!["progress [by=DANIEL, step=started] to amina omar"],
        ),
        (
            "daniel",
            WaitBegan {
                question: "Which?".into(),
            }
            .into(),
            vec!["question [provider=IT, question=Which?] to amina"],
        ),
        (
            "daniel",
            Resumed { note: None }.into(),
            vec!["progress [by=DANIEL, step=resumed] to amina omar"],
        ),
        (
            "daniel",
            replied(Side::Provider),
            vec!["reply [by=DANIEL, text=Which one?] to amina omar"],
        ),
        (
            "amina",
            replied(Side::Requester),
            vec!["reply [by=AMINA, text=Which one?] to daniel"],
        ),
        (
            "daniel",
            NoteAdded {
                text: "A secret".into(),
            }
            .into(),
            vec![],
        ),
        (
            "amina",
            PriorityChanged {
                from: Priority::Normal,
                to: Priority::High,
                reason: None,
            }
            .into(),
            vec!["progress [by=AMINA, step=prioritised] to omar"],
        ),
    ]);
}

#[test]
fn where_it_goes_and_that_it_is_done_is_told_by_its_rule() {
    all_are_told(vec![
        (
            "daniel",
            Transferred {
                from: department("it"),
                to: department("hr"),
                reason: "Theirs".into(),
            }
            .into(),
            vec![
                "progress [by=DANIEL, detail=Theirs, step=transferred] to amina omar",
                "request [provider=HR, requester=AMINA] to #hr",
            ],
        ),
        (
            "daniel",
            Resolved {
                outcome: "Done".into(),
                auto_close_at: Some(Timestamp::from_micros(9_000_000)),
            }
            .into(),
            vec!["resolved [closes=9, outcome=Done, provider=IT] to amina omar"],
        ),
        (
            "amina",
            Confirmed {
                comment: Some("Thanks".into()),
            }
            .into(),
            vec!["ended [how=confirmed, reason=Thanks] to daniel omar"],
        ),
    ]);
}

#[test]
fn an_end_is_told_by_its_rule() {
    all_are_told(vec![
        (
            "itself",
            AutoClosed {}.into(),
            vec!["ended [how=auto_closed] to amina daniel omar"],
        ),
        (
            "daniel",
            Declined {
                reason: "No".into(),
                tasks: None,
            }
            .into(),
            vec!["ended [how=declined, reason=No] to amina omar"],
        ),
        (
            "amina",
            Cancelled {
                reason: None,
                tasks: None,
            }
            .into(),
            vec!["ended [how=cancelled] to daniel omar"],
        ),
        (
            "mei",
            Merged {
                into: request(),
                reason: None,
            }
            .into(),
            vec!["ended [how=merged] to amina daniel omar"],
        ),
        (
            "amina",
            Reopened {
                reason: "Broken".into(),
            }
            .into(),
            vec!["reopened [by=AMINA, reason=Broken] to daniel"],
        ),
    ]);
}

#[test]
fn a_task_that_was_done_is_called_as_people_called_it() {
    let mut case = Case::assigned();
    let badge = PlannedTask {
        key: "badge".parse().unwrap(),
        title: "A badge for Sara".into(),
        description: String::new(),
        provider: department("hr"),
        offering: None,
        answers: Default::default(),
        priority: Priority::default(),
        needs: BTreeSet::new(),
    };
    let planned = TasksPlanned {
        tasks: vec![badge],
        waits: vec![],
    };
    assert!(case.told("daniel", vec![planned.into()]).is_empty());
    let done = TaskProgressed {
        task: "badge".parse().unwrap(),
        state: TaskState::Done,
        reason: None,
    };
    assert_eq!(
        case.told("itself", vec![done.into()]),
        ["progress [by=IT, detail=A badge for Sara, step=task_done] to amina omar"]
    );
}

#[test]
fn what_is_told_of_a_task_does_not_name_what_it_is_a_task_of() {
    let concern = ServiceRequestId(Uuid::from_u128(0xc0));
    let mut task = asked();
    task.requester = None;
    task.task_of = Some(TaskOf {
        request: concern,
        task: "repair".parse().unwrap(),
        depth: 1,
    });
    let mut case = Case::default();
    let mut told = case.commit("itself", vec![task.into(), ReceiptIssued {}.into()]);
    for event in [
        given("sana"),
        Started {}.into(),
        replied(Side::Provider),
        Resolved {
            outcome: "Mended".into(),
            auto_close_at: None,
        }
        .into(),
        ReleasedFromPlan {}.into(),
        AutoClosed {}.into(),
    ] {
        told.extend(case.commit("daniel", vec![event]));
    }
    assert!(told.len() >= 4, "{told:?}");
    for tell in told {
        assert!(
            !format!("{tell:?}").contains(&concern.to_string()),
            "{tell:?}"
        );
    }
}

#[test]
fn what_others_decide_is_told_by_its_rule() {
    all_are_told(vec![
        (
            "itself",
            Approved {}.into(),
            vec![
                "progress [by=IT, step=approved] to amina omar",
                "request [provider=IT, requester=AMINA] to #it",
            ],
        ),
        (
            "linh",
            ApprovalRejected {
                step: 0,
                on_behalf_of: None,
                reason: "Dear".into(),
            }
            .into(),
            vec!["ended [how=rejected, reason=Dear] to amina daniel omar"],
        ),
        (
            "itself",
            OutcomeShared {
                concern: request(),
                outcome: "Mended".into(),
                acted: true,
            }
            .into(),
            vec!["concern [acted=yes, outcome=Mended] to amina"],
        ),
        ("amina", follows("farid"), vec![]),
    ]);
}

#[test]
fn where_nobody_does_it_yet_the_department_hears_what_they_would() {
    let told = Case::begun().told("amina", vec![replied(Side::Requester)]);
    assert_eq!(told, ["reply [by=AMINA, text=Which one?] to #it"]);
}

#[test]
fn of_one_deed_only_the_last_step_is_told_and_none_beside_what_it_came_to() {
    let deed = vec![
        Acknowledged { note: None }.into(),
        given("daniel"),
        Started {}.into(),
    ];
    let told = Case::begun().told("daniel", deed.clone());
    assert_eq!(told, ["progress [by=DANIEL, step=started] to amina omar"]);
    let resolved = Resolved {
        outcome: "Done".into(),
        auto_close_at: None,
    };
    let told = Case::begun().told("daniel", [deed, vec![resolved.into()]].concat());
    assert_eq!(told, ["resolved [outcome=Done, provider=IT] to amina omar"]);
}

#[test]
fn history_that_was_taken_over_is_told_to_nobody() {
    let mut case = Case::begun();
    let imported = HistoryImported {
        source: "old".into(),
        external_id: "1".into(),
        steps: 1,
        digest: String::new(),
        adapted: 0,
    };
    let told = case.told(
        "amina",
        vec![given("sana"), Started {}.into(), imported.into()],
    );
    assert!(told.is_empty(), "{told:?}");
    // What it says is known all the same.
    assert_eq!(
        case.told("amina", vec![replied(Side::Requester)]),
        ["reply [by=AMINA, text=Which one?] to sana"]
    );
}

#[test]
fn of_an_anonymous_concern_only_its_provider_hears_and_only_by_the_inbox() {
    let mut case = Case::default();
    let raised = Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        ..asked()
    };
    // Omar is not of IT: that he follows it does not make him one who may hear of it.
    let told = case.told(
        "nobody",
        vec![
            raised.into(),
            ReceiptIssued {}.into(),
            follows("omar"),
            follows("sana"),
        ],
    );
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(
        case.told("mei", vec![given("daniel")]),
        ["assignment [by=MEI, requester=—] to daniel (inbox only)"]
    );
    assert_eq!(
        case.told("nobody", vec![replied(Side::Requester)]),
        ["reply [by=—, text=Which one?] to daniel (inbox only)"]
    );
    assert_eq!(
        case.told("daniel", vec![replied(Side::Provider)]),
        ["reply [by=DANIEL, text=Which one?] to sana (inbox only)"]
    );
    let shared = OutcomeShared {
        concern: request(),
        outcome: "Mended".into(),
        acted: true,
    };
    assert!(case.told("itself", vec![shared.into()]).is_empty());
    assert_eq!(
        case.clock(breached(1)),
        ["breach [at=1, metric=resolve, provider=IT] to daniel mei (inbox only)"]
    );
}

#[test]
fn of_a_task_those_hear_what_it_came_to_who_lead_the_department_that_asked() {
    let task = Submitted {
        requester: None,
        task_of: Some(TaskOf {
            request: request(),
            task: "badge".parse().unwrap(),
            depth: 1,
        }),
        ..asked()
    };
    let mut case = Case::default();
    assert_eq!(
        case.told("itself", vec![task.into(), ReceiptIssued {}.into()]),
        ["request [provider=IT, requester=HR] to #it"]
    );
    assert!(case.told("daniel", vec![Started {}.into()]).is_empty());
    let resolved = Resolved {
        outcome: "Done".into(),
        auto_close_at: None,
    };
    assert_eq!(
        case.told("daniel", vec![resolved.into()]),
        ["resolved [outcome=Done, provider=IT] to linh"]
    );
}

fn step(name: &str, approvers: Vec<Approver>) -> ApprovalStep {
    ApprovalStep {
        name: name.into(),
        approvers,
        rule: ApprovalRule::Any,
        timeout: None,
    }
}

#[test]
fn who_may_approve_is_asked_step_by_step_and_their_delegates_but_never_who_asks() {
    let steps = vec![
        step("manager", vec![Approver::ManagerOfRequester]),
        step(
            "budget",
            vec![
                Approver::Person(person("farid")),
                Approver::Person(person("amina")),
            ],
        ),
    ];
    let mut case = Case::default();
    let told = case.told(
        "amina",
        vec![
            asked().into(),
            ReceiptIssued {}.into(),
            ApprovalsRequired { steps }.into(),
        ],
    );
    assert_eq!(
        told,
        [
            "receipt [provider=IT] to amina",
            "approval [requester=AMINA, step=manager] to linh sana",
        ],
        "it is not with IT yet"
    );
    let passed = |step| RequestEvent::from(ApprovalStepPassed { step });
    assert_eq!(
        case.told("linh", vec![passed(0)]),
        ["approval [requester=AMINA, step=budget] to farid"]
    );
    let then = OnTimeout::Escalate(Approver::Person(person("mei")));
    assert_eq!(
        case.told("itself", vec![ApprovalTimedOut { step: 1, then }.into()]),
        ["approval [requester=AMINA, step=budget] to mei"]
    );
    assert_eq!(
        case.told("mei", vec![passed(1), Approved {}.into()]),
        [
            "progress [by=MEI, step=approved] to amina",
            "request [provider=IT, requester=AMINA] to #it"
        ]
    );
}

fn clock() -> ClockRef {
    ClockRef {
        metric: Metric::Resolve,
        number: 1,
    }
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(seconds)
}

fn breached(at: i64) -> ClockBreached {
    ClockBreached {
        clock: clock(),
        at: seconds(at),
        owner: department("it"),
        outlook: Outlook::default(),
    }
}

fn cause() -> Cause {
    Cause {
        position: Position(1),
        index: 0,
        event: "resolved".into(),
    }
}

fn retracted() -> BreachRetracted {
    BreachRetracted {
        clock: clock(),
        breached_at: seconds(1),
        cause: cause(),
    }
}

#[test]
fn a_promise_in_danger_is_told_to_who_does_it_and_a_broken_one_to_who_answer_for_it() {
    let warned = || ClockWarned {
        clock: clock(),
        at: seconds(1),
        percent: 75,
        outlook: Outlook {
            due: Some(seconds(4)),
            next: None,
        },
    };
    let warning = "warning [due=4, metric=resolve, percent=75, provider=IT]";
    assert_eq!(Case::begun().clock(warned()), [format!("{warning} to mei")]);
    let mut case = Case::assigned();
    assert_eq!(case.clock(warned()), [format!("{warning} to daniel")]);
    assert_eq!(
        case.clock(breached(5)),
        ["breach [at=5, metric=resolve, provider=IT] to daniel mei #it"]
    );
    // Those who were told of it, though somebody else does it by now.
    case.commit("mei", vec![given("sana")]);
    assert_eq!(
        case.clock(retracted()),
        ["retraction [metric=resolve, provider=IT] to daniel mei #it"]
    );
    assert!(case.clock(retracted()).is_empty(), "once");
}

#[test]
fn a_breach_from_before_anybody_looked_is_told_to_nobody() {
    let mut case = Case::assigned();
    let late = ClockStarted {
        clock: clock(),
        from: seconds(0),
        cause: cause(),
        promise: Promise {
            policy: "desk".parse().unwrap(),
            version: 1,
            rule: 0,
            target_seconds: 1,
            calendar: None,
            time_zone_data: String::new(),
        },
        owner: department("it"),
        requester: None,
        paused: None,
        silent_until: Some(seconds(10)),
        outlook: Outlook::default(),
    };
    assert!(case.clock(late).is_empty());
    assert!(case.clock(breached(10)).is_empty());
    assert!(
        case.clock(retracted()).is_empty(),
        "nobody was told that it was broken"
    );
    assert_eq!(
        case.clock(breached(11)),
        ["breach [at=11, metric=resolve, provider=IT] to daniel mei #it"]
    );
}

#[test]
fn who_holds_a_role_is_told_what_there_is_to_read() {
    let holders = BTreeSet::from([person("daniel"), person("mei")]);
    let office = Office {
        name: "Desk",
        description: "Answers",
        revision: 2,
        holders: &holders,
    };
    let told = |by: &str, event: RoleEvent| {
        let tell = directory::tell(&office, &recorded(by, event));
        tell.map(|tell| line(&tell))
    };
    let revised = RoleRevised {
        name: "Desk".into(),
        description: "Answers".into(),
        revision: 2,
    };
    let text = "role [description=Answers, revision=2, role=Desk]";
    assert_eq!(
        told("mei", revised.into()),
        Some(format!("{text} to daniel"))
    );
    let assigned = RoleAssigned {
        person: person("sana"),
        department: department("it"),
    };
    assert_eq!(
        told("mei", assigned.into()),
        Some(format!("{text} to sana"))
    );
    let defined = RoleDefined {
        role: "desk".parse().unwrap(),
        name: "Desk".into(),
        description: "Answers".into(),
    };
    assert_eq!(told("mei", defined.into()), None);
}

#[test]
fn long_words_are_cut_and_only_the_urgent_is_urgent() {
    let text = "عذر ".repeat(5_000);
    let tells = Case::assigned().commit(
        "daniel",
        vec![
            Replied {
                side: Side::Provider,
                text,
            }
            .into(),
        ],
    );
    let Some(Arg::Text(told)) = tells[0].message.args.get("text") else {
        panic!("a reply says what was said");
    };
    assert!(told.chars().count() <= 4_001 && told.ends_with('…'));
    assert!(!tells[0].urgent);
    let mut case = Case::assigned();
    let matter = case.matter.clone().unwrap();
    let events = [recorded("itself", breached(1).into())];
    let tells = clocks::tells(
        &organisation(),
        request(),
        &matter,
        &mut case.clocks,
        &events,
    )
    .unwrap();
    assert!(tells[0].urgent && tells[0].message.kind == MessageKind::Breach);
}
