//! What would come is what then comes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use khidma_events::directory::PersonEvent;
use khidma_events::notifications::{Arg, EndpointEvent, PreferencesEvent, Receiver};
use khidma_events::requests::RequestEvent;
use khidma_kernel::Timestamp;
use khidma_proto::notifications as pb;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::ladder_stage::{Stage, percent};

const TARGET: i64 = 4 * 3600;

/// A message, as it would come or came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Message {
    step: u32,
    level: u32,
    /// Seconds after the step was reached.
    after: i64,
    /// A person, or an endpoint of theirs.
    to: String,
    channel: &'static str,
    language: String,
}

/// What would come now, and why each step would end.
async fn previewed(stage: &Stage, id: &str) -> (Vec<Message>, BTreeMap<u32, String>) {
    let (mut messages, mut ends) = (Vec::new(), BTreeMap::new());
    for step in preview(stage, id).await {
        for level in &step.levels {
            let after = i64::try_from(level.after_seconds).unwrap();
            messages.extend(level.messages.iter().map(|message| Message {
                step: step.step,
                level: level.level,
                after,
                to: match message.endpoint_id.as_str() {
                    "" => message.person_id.clone(),
                    endpoint => endpoint.to_owned(),
                },
                channel: match message.channel() {
                    pb::Channel::Inbox => "inbox",
                    pb::Channel::Email => "email",
                    pb::Channel::Chat => "chat",
                    other => panic!("by {other:?}"),
                },
                language: message.language.clone(),
            }));
        }
        ends.insert(step.step, step.exhausted);
    }
    messages.sort();
    (messages, ends)
}

async fn preview(stage: &Stage, id: &str) -> Vec<pb::PreviewedStep> {
    let preview = pb::PreviewEscalationRequest {
        service_request_id: id.into(),
        min_position: stage.host.log.head().await.unwrap().0,
    };
    let mut root = stage.root().await;
    let answer = root.preview_escalation(preview).await.unwrap();
    answer.into_inner().steps
}

/// What was asked for, of steps that were reached then.
async fn sent(stage: &Stage, reached: &BTreeMap<u32, Timestamp>) -> Vec<Message> {
    let requested = stage.requested().await.into_iter();
    let mut messages: Vec<_> = requested
        .map(|(at, event)| {
            khidma_notifications_texts::check(&event.message).unwrap();
            let number = |name: &str| match event.message.args.get(name) {
                Some(Arg::Number(number)) => u32::try_from(*number).unwrap(),
                other => panic!("{name} is {other:?}"),
            };
            let step = number("step") - 1;
            Message {
                step,
                level: number("level"),
                after: at.micros_since(reached[&step]) / 1_000_000,
                to: match &event.to {
                    Receiver::Person(person) => person.to_string(),
                    Receiver::Endpoint(endpoint) => endpoint.to_string(),
                },
                channel: event.channel.as_str(),
                language: event.language.clone(),
            }
        })
        .collect();
    messages.sort();
    messages
}

/// Somebody of a random organisation.
#[derive(Debug, Clone)]
struct Somebody {
    manager: Option<usize>,
    here: bool,
    member: bool,
    language: &'static str,
    mail: bool,
    /// They want no e-mail of it.
    without_mail: bool,
    /// A chat of their own.
    chat: bool,
    stand_in: Option<usize>,
}

fn name(number: usize) -> String {
    format!("p{number}")
}

impl Somebody {
    async fn comes(&self, stage: &Stage, number: usize) {
        let id = name(number);
        let manager = self.manager.map(name);
        stage.person(&id, self.language, manager.as_deref()).await;
        let entity = format!("person-{id}");
        if self.mail {
            let mail = json!({ "kind": "email", "address": "somebody@example.org" });
            let profile = json!({ "languages": [self.language], "channels": [mail] });
            let updated = [("profile_updated", json!({ "profile": profile }))];
            stage.say::<PersonEvent>(&entity, &updated).await;
        }
        self.wishes(stage, &id).await;
        if self.member && self.here {
            stage.joins(&id, "it").await;
        }
        if !self.here {
            let left = [("person_deactivated", json!({}))];
            stage.say::<PersonEvent>(&entity, &left).await;
        }
    }

    async fn wishes(&self, stage: &Stage, id: &str) {
        let mut wishes = json!({ "kinds": {} });
        if self.without_mail {
            wishes["kinds"]["escalation"] = json!({ "channels": ["inbox", "chat"] });
        }
        if let Some(stand_in) = self.stand_in {
            let until = stage.host.now().plus_seconds(1_000_000);
            wishes["stand_in"] = json!({ "person": name(stand_in), "until": until });
        }
        let set = [("preferences_set", json!({ "preferences": wishes }))];
        stage
            .say::<PreferencesEvent>(&format!("preferences-{id}"), &set)
            .await;
        if self.chat {
            // Of the discard protocol: nobody listens there, and it is not to be called.
            let spec = json!({ "kind": "chat", "url": "http://127.0.0.1:9/", "language": "vi" });
            let endpoint = format!("chat-of-{id}");
            let registered = json!({
                "endpoint": endpoint, "owner": { "person": id }, "spec": spec,
            });
            let registered = [("endpoint_registered", registered)];
            let entity = format!("endpoint-{endpoint}");
            stage.say::<EndpointEvent>(&entity, &registered).await;
        }
    }
}

/// An organisation, a ladder, and who does the request.
#[derive(Debug, Clone)]
struct Case {
    people: Vec<Somebody>,
    leader: Option<usize>,
    on_desk: Option<usize>,
    assignee: Option<usize>,
    /// After so many seconds, and for whom.
    steps: Vec<(i64, Value, Value)>,
}

fn cases() -> impl Strategy<Value = Case> {
    (2..7_usize).prop_flat_map(|many| {
        let one = || prop::option::of(0..many);
        let language = select(vec!["en", "ar", "fa-IR", "vi", "ja", "de"]);
        let somebody = (
            prop::option::weighted(0.8, 0..many),
            prop::bool::weighted(0.85),
            any::<bool>(),
            language,
            (
                any::<bool>(),
                prop::bool::weighted(0.2),
                prop::bool::weighted(0.2),
            ),
            prop::option::weighted(0.2, 0..many),
        )
            .prop_map(
                |(manager, here, member, language, (mail, without_mail, chat), stand_in)| {
                    Somebody {
                        manager,
                        here,
                        member,
                        language,
                        mail,
                        without_mail,
                        chat,
                        stand_in,
                    }
                },
            );
        let people = prop::collection::vec(somebody, many);
        let steps = prop::collection::vec(step(many), 1..4);
        (people, one(), one(), one(), steps).prop_map(
            |(people, leader, on_desk, assignee, steps)| Case {
                people,
                leader,
                on_desk,
                assignee,
                steps,
            },
        )
    })
}

fn step(many: usize) -> impl Strategy<Value = (i64, Value, Value)> {
    let when = prop_oneof![
        select(vec![50_u16, 75, 100, 130]).prop_map(|share| {
            let seconds = TARGET / 100 * i64::from(share);
            (seconds, json!({ "percent": share }))
        }),
        select(vec![0_i64, 900, 5400]).prop_map(|seconds| {
            let after = json!({ "seconds_after_breach": seconds });
            (TARGET + seconds, after)
        }),
    ];
    let person = format!("p{}", many / 2);
    let words = vec![
        json!("assignee"),
        json!("manager_of_assignee"),
        json!("managers_of_provider"),
        json!("provider"),
        json!("requester"),
        json!({ "role": { "role": "desk" } }),
        json!({ "role": { "role": "nobody-holds-it" } }),
        json!({ "person": person }),
    ];
    let to = subsequence(words, 1..4);
    (when, to).prop_map(|((seconds, at), to)| (seconds, at, Value::from(to)))
}

/// Lets it all happen, once seen beforehand. How many messages went up the line.
async fn hold(case: &Case) -> usize {
    let stage = Stage::set().await;
    stage.department("it").await;
    for (number, one) in case.people.iter().enumerate() {
        one.comes(&stage, number).await;
    }
    for (holder, role) in [(case.leader, "manager"), (case.on_desk, "desk")] {
        if let Some(holder) = holder {
            stage.holds(&name(holder), role, "it").await;
        }
    }
    let ladder: Vec<_> = case.steps.iter().collect();
    let ladder = ladder
        .iter()
        .map(|(_, at, to)| json!({ "at": at, "to": to }));
    stage.policy(ladder.collect()).await;
    let id = uuid::Uuid::new_v4().to_string();
    let submitted = json!({
        "provider": "it", "requester": "p0", "requester_department": "hr",
        "title": "A laptop", "priority": "normal", "channel": "web",
    });
    let mut events = vec![("submitted", submitted)];
    if let Some(assignee) = case.assignee {
        events.push(("assigned", json!({ "assignee": name(assignee) })));
    }
    stage.say::<RequestEvent>(&id, &events).await;
    stage.clock_starts(&id).await;
    let (expected, ends) = previewed(&stage, &id).await;

    let begun = stage.host.now();
    let mut order: Vec<_> = (0_u32..).zip(&case.steps).collect();
    order.sort_by_key(|(number, (after, ..))| (*after, *number));
    let mut reached = BTreeMap::new();
    for (number, (after, _, to)) in order {
        let gone = stage.host.now().micros_since(begun) / 1_000_000;
        stage.later(after - gone).await;
        reached.insert(number, stage.host.now());
        stage.reaches(&id, number, to.clone()).await;
    }
    stage.later(1800 * 10).await;
    assert_eq!(sent(&stage, &reached).await, expected, "{case:?}");
    for escalation in stage.escalations(&id).await {
        assert_eq!(escalation.exhausted, ends[&escalation.step], "{case:?}");
    }
    assert_eq!(preview(&stage, &id).await, [], "nothing is to come");
    expected.iter().filter(|message| message.level > 0).count()
}

#[test]
fn what_is_previewed_of_any_ladder_in_any_organisation_is_what_is_sent() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..Default::default()
    };
    let climbed = AtomicUsize::new(0);
    proptest!(config, |(case in cases())| {
        climbed.fetch_add(runtime.block_on(hold(&case)), Ordering::Relaxed);
    });
    assert!(climbed.into_inner() > 0, "nothing ever climbed");
}

/// A clock of `started` that says nothing until now: the steps that would still come.
async fn after_silence(stage: &Stage, calendar: Option<&str>, started: i64) -> Vec<u32> {
    let now = stage.host.now();
    let from = now.plus_seconds(-started);
    let calendar = calendar.map(|id| json!({ "calendar": id, "revision": 1 }));
    let promise = json!({
        "policy": "desk", "version": 1, "rule": 0, "target_seconds": TARGET, "calendar": calendar,
    });
    let data = json!({
        "from": from,
        "cause": { "position": 1, "index": 0, "event": "submitted" },
        "promise": promise,
        "owner": "it",
        "silent_until": now,
    });
    let id = uuid::Uuid::new_v4().to_string();
    let submitted = json!({
        "provider": "it", "requester": "amina", "requester_department": "hr",
        "title": "A laptop", "priority": "normal", "channel": "web",
    });
    stage
        .say::<RequestEvent>(&id, &[("submitted", submitted)])
        .await;
    stage.clock(&id, "clock_started", data).await;
    let steps = preview(stage, &id).await;
    steps.iter().map(|step| step.step).collect()
}

#[tokio::test]
async fn what_a_clock_passed_over_in_silence_does_not_come() {
    let stage = Stage::set().await;
    let after_breach = json!({ "at": { "seconds_after_breach": 3600 }, "to": ["provider"] });
    let to = json!(["provider"]);
    let ladder = json!([after_breach, percent(50, to.clone()), percent(100, to)]);
    stage.policy(ladder).await;
    let hours = |hours: i64| hours * 3600;
    assert_eq!(after_silence(&stage, None, hours(1)).await, [1, 2, 0]);
    assert_eq!(after_silence(&stage, None, hours(2)).await, [2, 0]);
    // The breach comes just after its target.
    assert_eq!(after_silence(&stage, None, hours(4)).await, [2, 0]);
    assert_eq!(after_silence(&stage, None, hours(4) + 1).await, [0]);
    assert!(after_silence(&stage, None, hours(9)).await.is_empty());

    // The stage begins on a Monday at ten in Rome: of the weekend before nothing counts.
    let day = json!([{ "start": "09:00", "end": "18:00" }]);
    let days = json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day });
    let spec = json!({
        "name": "Rome", "time_zone": "Europe/Rome", "weekly": [{ "days": days }],
    });
    let put = json!({ "calendar": "rome", "revision": 1, "spec": spec });
    stage
        .say::<khidma_events::directory::CalendarEvent>("calendar-rome", &[("calendar_put", put)])
        .await;
    let weekend = 48 + 15;
    assert_eq!(
        after_silence(&stage, Some("rome"), hours(weekend + 1)).await,
        after_silence(&stage, None, hours(1)).await
    );
    assert_eq!(
        after_silence(&stage, Some("rome"), hours(weekend + 2)).await,
        [2, 0]
    );
}
