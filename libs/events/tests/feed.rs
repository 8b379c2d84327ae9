//! What of the log is public, told over every event there is; and what never is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

use std::fs;
use std::path::Path;

use khidma_events::feed::{Remembered, Told, is_public, public_kinds, told};
use khidma_events::feedback::{
    ActionDone, ActionEvent, ActionOpened, ActionPublished, Origin, action_entity,
};
use khidma_events::requests::{
    Attached, Attachment, Confirmed, HistoryImported, LinkKind, Linked, NoteAdded, OutcomeShared,
    ReleasedFromPlan, Replied, RequestEvent, RequestKind, Side, Started, Submitted, TaskOf,
};
use khidma_events::sla::{
    Cause, ClockBreached, ClockEvent, ClockRef, ClockStarted, ClockWarned, Metric, Outlook, Promise,
};
use khidma_events::{DecodeError, Event, directory, encode, feedback, kinds, requests, sla};
use khidma_kernel::{
    ActionId, Actor, Commit, DepartmentId, InterviewId, Meta, OnceKey, Position, Recorded, RoundId,
    ServiceRequestId, Timestamp,
};
use serde_json::value::RawValue;
use uuid::Uuid;

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn department(id: &str) -> DepartmentId {
    id.parse().unwrap()
}

fn request(number: u128) -> ServiceRequestId {
    ServiceRequestId(Uuid::from_u128(number))
}

/// A log under construction, and what is remembered of it.
#[derive(Default)]
struct Log {
    commits: Vec<Vec<u8>>,
    remembered: Remembered,
}

impl Log {
    /// Adds the next commit; what of it is public, by the names of the events.
    fn add<E: Event>(&mut self, entity: &str, audience: &[&str], events: Vec<E>) -> Vec<String> {
        let recorded = |event| Recorded {
            id: Uuid::from_u128(self.commits.len() as u128),
            at: at("2026-03-02T09:00:00Z"),
            by: Actor::Person("amina".parse().unwrap()),
            event,
        };
        let commit = Commit {
            entity: entity.to_owned(),
            meta: Meta {
                correlation: Uuid::from_u128(1),
                causation: Some(Uuid::from_u128(2)),
                traceparent: Some(TRACE.to_owned()),
                audience: audience.iter().map(|id| department(id)).collect(),
                once: Some(OnceKey {
                    key: Uuid::from_u128(0x5ec2e7),
                    digest: 0x00d1_9e57,
                }),
            },
            events: events.into_iter().map(recorded).collect(),
        };
        self.commits.push(encode(&commit).unwrap());
        let position = self.head();
        let payload = self.commits.last().unwrap();
        self.remembered.hear(position, payload).unwrap();
        self.told(position)
    }

    fn head(&self) -> Position {
        Position(self.commits.len() as u64)
    }

    fn whole(&self, position: Position) -> Option<Told<'_>> {
        let payload = &self.commits[usize::try_from(position.0).unwrap() - 1];
        told(position, payload, &self.remembered).unwrap()
    }

    fn told(&self, position: Position) -> Vec<String> {
        let events = self.whole(position).map(|told| told.events);
        let events = events.unwrap_or_default().into_iter();
        events.map(|event| event.name().1.to_owned()).collect()
    }
}

fn by_name(title: &str) -> RequestEvent {
    let (it, hr) = (department("it"), department("hr"));
    Submitted::plain(it, "omar".parse().unwrap(), hr, title).into()
}

fn anonymous() -> RequestEvent {
    let RequestEvent::Submitted(submitted) = by_name("The lift is unsafe") else {
        unreachable!();
    };
    RequestEvent::Submitted(Submitted {
        kind: RequestKind::Concern,
        requester: None,
        requester_department: None,
        ..submitted
    })
}

fn replied() -> RequestEvent {
    let (side, text) = (Side::Provider, "We look into it".to_owned());
    Replied { side, text }.into()
}

/// All the samples of a vocabulary, each as a commit of its own.
fn samples<E: Event>() -> Vec<(&'static str, Vec<u8>, E)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut found = Vec::new();
    for kind in E::KINDS {
        let name = kind.type_name.strip_prefix("khidma.").unwrap();
        let (context, event) = name.split_once('.').unwrap();
        let path = folder.join(context).join(format!("{event}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let raw: Box<RawValue> = serde_json::from_str(&text).unwrap();
        let event = E::decode(kind.type_name, &raw).unwrap().unwrap();
        let json = serde_json::to_vec(&event).unwrap();
        found.push((kind.type_name, json, event));
    }
    found
}

/// How many kinds of event of a vocabulary may stand in a feed. Each sample does, as it was said, or not at all.
fn counted<E: Event>() -> usize {
    let mut public = 0;
    for (type_name, json, event) in samples::<E>() {
        let mut log = Log::default();
        let events = log.add("00000000-0000-0000-0000-0000000000aa", &["it"], vec![event]);
        let internal = json.windows(15).any(|part| part == b"\"internal\":true");
        let goes_out = is_public(type_name) && !internal;
        assert_eq!(events.len(), usize::from(goes_out), "{type_name}");
        public += usize::from(is_public(type_name));
        let Some(told) = log.whole(log.head()) else {
            continue;
        };
        let [event] = &told.events[..] else {
            panic!("{type_name}: {told:?}");
        };
        assert_eq!(event.data.get().as_bytes(), json, "{type_name}");
        let (context, name) = event.name();
        assert_eq!(format!("khidma.{context}.{name}.v1"), type_name);
        assert_eq!(
            event.topic(&department("it")),
            format!("it.{context}.{name}")
        );
    }
    public
}

#[test]
fn every_event_there_is_goes_out_as_it_stands_or_not_at_all() {
    let public = counted::<directory::DepartmentEvent>()
        + counted::<directory::PersonEvent>()
        + counted::<directory::RoleEvent>()
        + counted::<directory::CalendarEvent>()
        + counted::<directory::SkillEvent>()
        + counted::<directory::TrainingEvent>()
        + counted::<directory::ReviewEvent>()
        + counted::<requests::RequestEvent>()
        + counted::<requests::OfferingEvent>()
        + counted::<requests::DelegationEvent>()
        + counted::<sla::ClockEvent>()
        + counted::<sla::PolicyEvent>()
        + counted::<sla::AdoptionEvent>()
        + counted::<feedback::OutsetEvent>()
        + counted::<feedback::AskingEvent>()
        + counted::<feedback::QuestionEvent>()
        + counted::<feedback::SurveyEvent>()
        + counted::<feedback::RoundEvent>()
        + counted::<feedback::AnswerEvent>()
        + counted::<feedback::BallotEvent>()
        + counted::<feedback::BoxEvent>()
        + counted::<feedback::FiguresEvent>()
        + counted::<feedback::ActionEvent>()
        + counted::<feedback::InterviewEvent>()
        + counted::<feedback::ThanksEvent>();
    assert_eq!(public, public_kinds().count());
    let kept = kinds().filter(|kind| !is_public(kind.type_name));
    let kept = kept.map(|kind| kind.type_name);
    let kept: Vec<_> = kept
        .filter(|name| !name.starts_with("khidma.notifications."))
        .collect();
    let on_purpose = [
        "khidma.directory.profile_updated.v1",
        "khidma.directory.skill_set.v1",
        "khidma.directory.skill_withdrawn.v1",
        "khidma.directory.training_attended.v1",
        "khidma.directory.review_held.v1",
        "khidma.directory.themes_shared.v1",
        "khidma.directory.themes_taken_back.v1",
        "khidma.requests.note_added.v1",
        "khidma.requests.history_imported.v1",
        "khidma.feedback.asking_began.v1",
        "khidma.feedback.question_asked.v1",
        "khidma.feedback.question_reminded.v1",
        "khidma.feedback.answer_imported.v1",
        "khidma.feedback.people_invited.v1",
        "khidma.feedback.round_reminded.v1",
        "khidma.feedback.answer_given.v1",
        "khidma.feedback.token_issued.v1",
        "khidma.feedback.answers_released.v1",
        "khidma.feedback.box_emptied.v1",
        "khidma.feedback.interview_planned.v1",
        "khidma.feedback.interview_moved.v1",
        "khidma.feedback.interview_held.v1",
        "khidma.feedback.interview_cancelled.v1",
        "khidma.feedback.consent_given.v1",
        "khidma.feedback.consent_withdrawn.v1",
        "khidma.feedback.interview_noted.v1",
        "khidma.feedback.thanks_given.v1",
        "khidma.feedback.thanks_withdrawn.v1",
    ];
    assert_eq!(kept, on_purpose);
}

#[test]
fn an_event_goes_out_with_its_attributes_and_nothing_else() {
    let mut log = Log::default();
    let entity = request(7).to_string();
    log.add(&entity, &["it", "hr"], vec![by_name("A laptop")]);
    let told = log.whole(Position(1)).unwrap();
    let departments: Vec<_> = told.departments.iter().map(DepartmentId::as_str).collect();
    assert_eq!(departments, ["hr", "it"]);
    let headers = told.events[0].headers();
    let told: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("ce-specversion", "1.0"),
            ("ce-id", "00000000-0000-0000-0000-000000000000"),
            ("ce-source", "/khidma/requests"),
            ("ce-type", "khidma.requests.submitted.v1"),
            ("ce-subject", "00000000-0000-0000-0000-000000000007"),
            ("ce-time", "2026-03-02T09:00:00.000000Z"),
            ("ce-position", "1"),
            ("ce-actor", "person:amina"),
            ("ce-correlationid", "00000000-0000-0000-0000-000000000001"),
            ("ce-causationid", "00000000-0000-0000-0000-000000000002"),
            ("ce-traceparent", TRACE),
            ("content-type", "application/json"),
        ]
    );
    let said = format!("{headers:?}");
    assert!(!said.contains("5ec2e7") && !said.contains("d19e57") && !said.contains("hr,it"));
}

#[test]
fn what_affects_nobody_is_passed_over_unread() {
    let mut log = Log::default();
    assert!(
        log.add(&request(1).to_string(), &[], vec![by_name("A laptop")])
            .is_empty()
    );
    let memory = Remembered::default();
    assert!(
        told(Position(1), b"no commit at all", &memory)
            .unwrap()
            .is_none()
    );
    let broken = told(Position(1), b"[{\"audience\":\"it\"}]", &memory);
    assert!(
        broken.is_err(),
        "what affects somebody is never passed over"
    );
}

#[test]
fn notes_and_internal_attachments_stay_with_the_provider() {
    let mut log = Log::default();
    let attached = |internal| Attached {
        attachment: Attachment {
            uri: "https://files.example/1".into(),
            name: "screen.png".into(),
            size: 1,
            media_type: "image/png".into(),
            sha256: "0".repeat(64),
        },
        internal,
    };
    let note = NoteAdded {
        text: "They always \"audience\": forget".into(),
    };
    let told = log.add(
        &request(1).to_string(),
        &["hr", "it"],
        vec![
            by_name("A laptop"),
            note.into(),
            attached(true).into(),
            attached(false).into(),
            Started {}.into(),
        ],
    );
    assert_eq!(told, ["submitted", "attached", "started"]);
    let whole = log.whole(Position(1)).unwrap();
    let places: Vec<_> = whole.events.iter().map(|event| event.index).collect();
    assert_eq!(places, [0, 3, 4], "an event keeps its place in its commit");
    assert!(!format!("{whole:?}").contains("forget"));
}

#[test]
fn nothing_of_an_anonymous_concern_goes_out() {
    let mut log = Log::default();
    let (concern, other) = (request(1), request(2));
    let (ours, theirs) = (concern.to_string(), other.to_string());
    assert!(log.add(&ours, &["it"], vec![anonymous()]).is_empty());
    assert!(log.add(&ours, &["it"], vec![replied()]).is_empty());
    assert!(log.add(&ours, &["it"], vec![started(1, None)]).is_empty());

    assert_eq!(
        log.add(&theirs, &["it"], vec![by_name("The lift")]),
        ["submitted"]
    );
    let linked = Linked {
        kind: LinkKind::SimilarTo,
        request: concern,
    };
    let shared = OutcomeShared {
        concern,
        outcome: "The lift is repaired".into(),
        acted: true,
    };
    let about = vec![linked.into(), shared.into(), replied()];
    assert_eq!(
        log.add(&theirs, &["it"], about),
        ["replied"],
        "what names it neither"
    );
    let linked = Linked {
        kind: LinkKind::SimilarTo,
        request: other,
    };
    let third = request(3).to_string();
    assert_eq!(
        log.add::<RequestEvent>(&third, &["it"], vec![linked.into()]),
        ["linked"]
    );
}

/// The plan of `parent` asks for it.
fn task_of(parent: ServiceRequestId) -> RequestEvent {
    let RequestEvent::Submitted(submitted) = by_name("Repair the lift") else {
        unreachable!();
    };
    RequestEvent::Submitted(Submitted {
        requester: None,
        task_of: Some(TaskOf {
            request: parent,
            task: "repair".parse().unwrap(),
            depth: 1,
        }),
        ..submitted
    })
}

#[test]
fn a_task_of_an_anonymous_concern_names_it_and_so_does_not_go_out_either() {
    let mut log = Log::default();
    let add = |log: &mut Log, at: u128, event| log.add(&request(at).to_string(), &["it"], event);
    add(&mut log, 1, vec![anonymous()]);
    assert!(add(&mut log, 2, vec![task_of(request(1))]).is_empty());
    assert!(add(&mut log, 2, vec![replied()]).is_empty());
    let clocks = vec![started(2, None)];
    assert!(
        log.add(&request(2).to_string(), &["it"], clocks).is_empty(),
        "its clocks"
    );
    let released = ReleasedFromPlan {};
    assert!(add(&mut log, 2, vec![released.into()]).is_empty());
    let below = add(&mut log, 3, vec![task_of(request(2))]);
    assert!(below.is_empty(), "a task of the task");
    let linked = Linked {
        kind: LinkKind::SimilarTo,
        request: request(2),
    };
    assert!(add(&mut log, 4, vec![linked.into()]).is_empty());

    assert_eq!(add(&mut log, 5, vec![by_name("The lift")]), ["submitted"]);
    let task = add(&mut log, 6, vec![task_of(request(5))]);
    assert_eq!(task, ["submitted"], "a task of what is no secret");
}

fn clock() -> ClockRef {
    ClockRef {
        metric: Metric::Resolve,
        number: 1,
    }
}

/// A clock of request that started because of the commit at `cause`.
fn started(cause: u64, silent_until: Option<&str>) -> ClockEvent {
    ClockStarted {
        clock: clock(),
        from: at("2026-03-01T09:00:00Z"),
        cause: Cause {
            position: Position(cause),
            index: 0,
            event: "submitted".into(),
        },
        promise: Promise {
            policy: "helpdesk".parse().unwrap(),
            version: 1,
            rule: 0,
            target_seconds: 3600,
            calendar: None,
            time_zone_data: String::new(),
        },
        owner: department("it"),
        requester: None,
        paused: None,
        silent_until: silent_until.map(at),
        outlook: Outlook::default(),
    }
    .into()
}

fn breached(instant: &str) -> ClockEvent {
    ClockBreached {
        clock: clock(),
        at: at(instant),
        owner: department("it"),
        outlook: Outlook::default(),
    }
    .into()
}

#[test]
fn history_that_was_taken_over_goes_to_nobody_and_neither_do_its_clocks() {
    let mut log = Log::default();
    let entity = request(1).to_string();
    let imported = HistoryImported {
        source: "desk".into(),
        external_id: "4711".into(),
        steps: 2,
        digest: "0".repeat(64),
        adapted: 0,
    };
    let history = vec![by_name("A laptop"), replied(), imported.into()];
    assert!(log.add(&entity, &["hr", "it"], history).is_empty());
    let until = Some("2026-03-02T09:00:00Z");
    let clocks = vec![started(1, until), breached("2026-03-01T10:00:00Z")];
    assert!(log.add(&entity, &["hr", "it"], clocks).is_empty());

    let confirmed = Confirmed { comment: None };
    let live: Vec<RequestEvent> = vec![replied(), confirmed.into()];
    assert_eq!(
        log.add(&entity, &["hr", "it"], live),
        ["replied", "confirmed"]
    );
    let clocks = vec![started(3, None), breached("2026-03-03T10:00:00Z")];
    let told = log.add(&entity, &["hr", "it"], clocks);
    assert_eq!(
        told,
        ["clock_started", "clock_breached"],
        "what comes then is news"
    );
}

#[test]
fn a_breach_from_before_its_clock_was_attached_is_no_news() {
    let mut log = Log::default();
    let entity = request(1).to_string();
    log.add(&entity, &["it"], vec![by_name("A laptop")]);
    let late = vec![started(1, Some("2026-03-02T09:00:00Z"))];
    assert_eq!(log.add(&entity, &["it"], late), ["clock_started"]);
    for (instant, news) in [
        ("2026-03-01T10:00:00Z", 0),
        ("2026-03-02T09:00:00Z", 0),
        ("2026-03-02T09:00:00.000001Z", 1),
    ] {
        let warned = ClockWarned {
            clock: clock(),
            at: at("2026-03-02T10:00:00Z"),
            percent: 80,
            outlook: Outlook::default(),
        };
        let told = log.add(&entity, &["it"], vec![breached(instant), warned.into()]);
        assert_eq!(told.len(), news + 1, "{instant}: {told:?}");
    }
}

#[test]
fn what_a_newer_version_says_besides_stays_in() {
    let mut log = Log::default();
    log.add(
        &request(1).to_string(),
        &["it"],
        vec![by_name("A laptop"), replied()],
    );
    let newer = String::from_utf8(log.commits[0].clone()).unwrap();
    let newer = newer.replace("khidma.requests.replied.v1", "khidma.requests.whispered.v1");
    let told = told(Position(1), newer.as_bytes(), &log.remembered)
        .unwrap()
        .unwrap();
    let names: Vec<_> = told.events.iter().map(|event| event.name().1).collect();
    assert_eq!(names, ["submitted"]);
}

#[test]
fn an_audience_that_is_none_is_refused() {
    let mut log = Log::default();
    log.add(&request(1).to_string(), &["it"], vec![by_name("A laptop")]);
    let odd = String::from_utf8(log.commits[0].clone()).unwrap();
    let odd = odd.replace("\"audience\":\"it\"", "\"audience\":\"it.>\"");
    let refused = told(Position(1), odd.as_bytes(), &log.remembered).unwrap_err();
    let attribute = DecodeError::Attribute {
        attribute: "audience",
        reason: String::new(),
    };
    let expected = attribute.to_string();
    assert!(refused.to_string().starts_with(&expected), "{refused}");
}

/// What goes out of an action of IT that comes from that, when it is opened, done, and told to HR.
fn acted_on(log: &mut Log, origin: &Origin) -> [Vec<String>; 3] {
    let action = ActionId(Uuid::from_u128(0xac7));
    let entity = action_entity(action);
    let opened = ActionOpened {
        action,
        department: department("it"),
        title: "A second line".into(),
        origin: origin.clone(),
        owner: "daniel".parse().unwrap(),
        due: at("2026-04-01T09:00:00Z"),
    };
    let done = ActionDone {
        outcome: "It stands".into(),
        evidence: vec![],
    };
    let published = ActionPublished {
        you_said: [("en".into(), "The VPN drops".into())].into(),
        we_did: [("en".into(), "It has a second line".into())].into(),
        language: "en".into(),
        departments: [department("hr")].into(),
        origin: origin.clone(),
    };
    let (it, both): (&[&str], &[&str]) = (&["it"], &["hr", "it"]);
    [
        log.add::<ActionEvent>(&entity, it, vec![opened.into()]),
        log.add::<ActionEvent>(&entity, it, vec![done.into()]),
        log.add::<ActionEvent>(&entity, both, vec![published.into()]),
    ]
}

/// The table of what an action may come from, and whether the feeds hear that it was opened, and what came of it.
#[test]
fn what_an_action_comes_from_leads_nobody_to_who_spoke() {
    let mut log = Log::default();
    log.add(&request(1).to_string(), &["it"], vec![anonymous()]);
    log.add(&request(2).to_string(), &["it"], vec![by_name("The door")]);
    // A task planned on the anonymous concern is as anonymous.
    let RequestEvent::Submitted(mut task) = by_name("Lay a line") else {
        unreachable!();
    };
    task.task_of = Some(TaskOf {
        request: request(1),
        task: "line".parse().unwrap(),
        depth: 1,
    });
    log.add(
        &request(3).to_string(),
        &["it"],
        vec![RequestEvent::Submitted(task)],
    );
    let table = [
        (Origin::Round(RoundId(Uuid::from_u128(9))), true, true),
        (Origin::Other("The survey of old".into()), true, true),
        (Origin::Breach(request(2)), true, true),
        (Origin::Breach(request(1)), false, false),
        (Origin::Breach(request(3)), false, false),
        (Origin::Concern(request(2)), true, false),
        (Origin::Concern(request(1)), false, false),
        (Origin::Answer(request(2)), false, false),
        (
            Origin::Interview(InterviewId(Uuid::from_u128(8))),
            false,
            false,
        ),
    ];
    for (origin, opened, published) in table {
        let said = |goes_out: bool, name: &str| match goes_out {
            true => vec![name.to_owned()],
            false => vec![],
        };
        let expected = [
            said(opened, "action_opened"),
            said(true, "action_done"),
            said(published, "action_published"),
        ];
        assert_eq!(acted_on(&mut log, &origin), expected, "{origin:?}");
    }
}
