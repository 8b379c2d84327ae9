//! From what happens to the deliveries that are asked for, over the log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::PersonEvent;
use khidma_events::notifications::{
    Channel, DeliveryEvent, DeliveryRequested, EndpointEvent, MessageKind, PreferencesEvent,
    Receiver, SilenceEvent,
};
use khidma_events::requests::RequestEvent;
use khidma_kernel::Position;
use khidma_notifications_texts::check;
use khidma_projection::rows_equal;
use khidma_testkit::{Host, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ladder_stage::{Stage, at};

/// HR with amina and omar, IT with daniel, who reports to mei, and mei.
pub(crate) async fn set() -> Stage {
    let stage = Stage::set().await;
    for department in ["hr", "it"] {
        stage.department(department).await;
    }
    for (person, department) in [
        ("amina", "hr"),
        ("omar", "hr"),
        ("mei", "it"),
        ("daniel", "it"),
    ] {
        let manager = (person == "daniel").then_some("mei");
        stage.person(person, "en", manager).await;
        stage.joins(person, department).await;
    }
    stage
}

/// A person's profile from now on, with an address for e-mail.
pub(crate) async fn profile(stage: &Stage, person: &str, quiet: Value) {
    let profile = json!({
        "languages": ["fa-IR", "en"],
        "channels": [{ "kind": "email", "address": format!("{person}@example.org") }],
        "quiet_hours": quiet,
    });
    let updated = json!({ "profile": profile });
    stage
        .say::<PersonEvent>(&format!("person-{person}"), &[("profile_updated", updated)])
        .await;
}

pub(crate) async fn wishes(stage: &Stage, person: &str, preferences: Value) {
    let set = json!({ "preferences": preferences });
    stage
        .say::<PreferencesEvent>(
            &format!("preferences-{person}"),
            &[("preferences_set", set)],
        )
        .await;
}

fn submitted(title: &str) -> Value {
    json!({
        "provider": "it", "requester": "amina", "requester_department": "hr",
        "title": title, "priority": "normal", "channel": "web",
    })
}

/// Amina asks IT for something; the request's id.
pub(crate) async fn ask(stage: &Stage) -> String {
    let id = Uuid::new_v4().to_string();
    let events = [
        ("submitted", submitted("A laptop")),
        ("receipt_issued", json!({})),
    ];
    stage.say::<RequestEvent>(&id, &events).await;
    id
}

pub(crate) async fn happens(stage: &Stage, id: &str, what: &str, data: Value) {
    stage.say::<RequestEvent>(id, &[(what, data)]).await;
}

/// Waits until nothing more is to be asked for now.
pub(crate) async fn idle(host: &Host) {
    let idle = eventually(Duration::from_secs(30), || async {
        host.caught_up().await;
        let due = host.projections[0]
            .reader()
            .due(host.now(), 10_000)
            .unwrap();
        !due.iter()
            .any(|(_, item)| ["tell", "gather"].contains(&item.kind.as_str()))
    });
    assert!(idle.await, "something is still to be asked for");
}

/// Every delivery that was asked for, in the order of the log.
async fn all_asked(log: &dyn EventLog) -> Vec<DeliveryRequested> {
    let head = log.head().await.unwrap();
    let mut commits = log.follow(Position::START);
    let mut all = Vec::new();
    loop {
        let commit = commits.next().await.unwrap().unwrap();
        if commit.entity.parse::<Uuid>().is_ok() && &*commit.context == "notifications" {
            let decoded = khidma_events::decode::<DeliveryEvent>(&commit.payload).unwrap();
            all.extend(
                decoded
                    .events
                    .into_iter()
                    .filter_map(|recorded| match recorded.event {
                        DeliveryEvent::DeliveryRequested(event) => Some(event),
                        _ => None,
                    }),
            );
        }
        if commit.position >= head {
            return all;
        }
    }
}

pub(crate) fn receiver(to: &Receiver) -> &str {
    match to {
        Receiver::Person(person) => person.as_str(),
        Receiver::Endpoint(endpoint) => endpoint.as_str(),
    }
}

/// What was asked for, each in a word: `receipt amina inbox`; with how many it stands for, if for several.
pub(crate) async fn asked(stage: &Stage) -> Vec<String> {
    idle(&stage.host).await;
    let all = all_asked(&*stage.host.log).await;
    for delivery in &all {
        check(&delivery.message).unwrap();
    }
    let mut words: Vec<_> = all.iter().map(word).collect();
    words.sort();
    words
}

fn word(delivery: &DeliveryRequested) -> String {
    let (kind, to) = (delivery.message.kind.as_str(), receiver(&delivery.to));
    let channel = delivery.channel.as_str();
    match delivery.message.items.len() {
        0 => format!("{kind} {to} {channel}"),
        several => format!("{kind} {to} {channel} x{several}"),
    }
}

pub(crate) async fn of_kind(stage: &Stage, kind: MessageKind) -> Vec<DeliveryRequested> {
    idle(&stage.host).await;
    let mut all = all_asked(&*stage.host.log).await;
    all.retain(|delivery| delivery.message.kind == kind);
    all
}

/// Time passes, and what was held back until then is asked for.
async fn later(stage: &Stage, seconds: i64) {
    stage.host.hand.set(stage.host.now().plus_seconds(seconds));
    idle(&stage.host).await;
}

#[tokio::test]
async fn a_request_is_told_of_from_the_first_word_to_the_last() {
    let stage = set().await;
    profile(&stage, "amina", Value::Null).await;
    let id = ask(&stage).await;
    happens(&stage, &id, "watcher_added", json!({ "person": "omar" })).await;
    happens(&stage, &id, "assigned", json!({ "assignee": "daniel" })).await;
    happens(
        &stage,
        &id,
        "wait_began",
        json!({ "question": "Which one?" }),
    )
    .await;
    happens(&stage, &id, "note_added", json!({ "text": "secret" })).await;
    happens(&stage, &id, "resolved", json!({ "outcome": "Done" })).await;
    happens(&stage, &id, "confirmed", json!({})).await;
    let told = asked(&stage).await;
    assert_eq!(
        told,
        [
            "assignment daniel inbox",
            "ended amina email",
            "ended amina inbox",
            "ended daniel inbox",
            "ended omar inbox",
            "question amina email",
            "question amina inbox",
            "receipt amina email",
            "receipt amina inbox",
            "resolved amina email",
            "resolved amina inbox",
            "resolved omar inbox",
        ]
    );
    let amina = of_kind(&stage, MessageKind::Question).await;
    assert!(
        amina
            .iter()
            .all(|delivery| delivery.language == "fa" && !delivery.urgent)
    );
}

#[tokio::test]
async fn what_was_before_the_service_and_what_is_taken_over_is_told_to_nobody() {
    let stage = set().await;
    let log = stage.host.log.clone();
    ask(&stage).await;
    assert_eq!(asked(&stage).await, ["receipt amina inbox"]);
    // On this log everything happened before.
    let other: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let mut commits = log.follow(Position::START);
    let head = log.head().await.unwrap();
    let mut last: BTreeMap<(Arc<str>, String), Position> = BTreeMap::new();
    loop {
        let commit = commits.next().await.unwrap().unwrap();
        let context = ["directory", "requests"]
            .into_iter()
            .find(|context| **context == *commit.context);
        if let Some(context) = context {
            let key = (commit.context.clone(), commit.entity.clone());
            let proposal = khidma_eventlog::Proposal {
                id: commit.id,
                context,
                entity: commit.entity,
                payload: commit.payload,
            };
            let expected = last.get(&key).copied().unwrap_or(Position::START);
            let appended = other.append(proposal, expected).await.unwrap();
            last.insert(key, appended.position);
        }
        if commit.position >= head {
            break;
        }
    }
    let stage = Stage::on(other).await;
    assert!(asked(&stage).await.is_empty());
    let imported = json!({ "source": "old", "external_id": "7", "steps": 2, "digest": "00" });
    let id = Uuid::new_v4().to_string();
    let events = [
        ("submitted", submitted("Long ago")),
        ("receipt_issued", json!({})),
        ("assigned", json!({ "assignee": "daniel" })),
        ("history_imported", imported),
    ];
    stage.say::<RequestEvent>(&id, &events).await;
    assert!(asked(&stage).await.is_empty());
    happens(&stage, &id, "resolved", json!({ "outcome": "Now" })).await;
    assert_eq!(
        asked(&stage).await,
        ["resolved amina inbox"],
        "what happens now is told"
    );
}

#[tokio::test]
async fn more_of_the_same_within_a_while_becomes_one_message() {
    let stage = set().await;
    profile(&stage, "amina", Value::Null).await;
    let id = ask(&stage).await;
    let other = ask(&stage).await;
    for step in ["acknowledged", "started"] {
        happens(&stage, &id, step, json!({})).await;
        later(&stage, 30).await;
    }
    happens(
        &stage,
        &id,
        "priority_changed",
        json!({ "from": "normal", "to": "high" }),
    )
    .await;
    happens(&stage, &other, "started", json!({})).await;
    let progress = || async {
        let mut all = asked(&stage).await;
        all.retain(|word| word.starts_with("progress"));
        all
    };
    // The first at once; of another request it is not the same.
    let first = [
        "progress amina email",
        "progress amina email",
        "progress amina inbox",
        "progress amina inbox",
    ];
    assert_eq!(progress().await, first);
    later(&stage, 300).await;
    let grouped = ["progress amina email x2", "progress amina inbox x2"];
    let expected = [&first[..2], &grouped[..1], &first[2..], &grouped[1..]].concat();
    assert_eq!(progress().await, expected);
    // What comes now is held back again, and a single one is told as it is.
    happens(&stage, &id, "resumed", json!({})).await;
    assert_eq!(progress().await, expected);
    later(&stage, 300).await;
    assert_eq!(progress().await.len(), expected.len() + 2);
    // A while after that it is told at once.
    later(&stage, 301).await;
    happens(&stage, &id, "resumed", json!({})).await;
    assert_eq!(progress().await.len(), expected.len() + 4);
}

#[tokio::test]
async fn what_is_too_much_for_one_message_comes_in_several() {
    let stage = set().await;
    for _ in 0..131 {
        let id = stage.asked().await;
        let breached = json!({ "at": stage.host.now(), "owner": "it" });
        stage.clock(&id, "clock_breached", breached).await;
    }
    let breaches = || async {
        let mut all = asked(&stage).await;
        all.retain(|word| word.starts_with("breach mei"));
        all
    };
    assert_eq!(breaches().await, ["breach mei inbox"]);
    later(&stage, 600).await;
    let told = [
        "breach mei inbox",
        "breach mei inbox x100",
        "breach mei inbox x30",
    ];
    assert_eq!(breaches().await, told);
    // Each of them is told once.
    let all = of_kind(&stage, MessageKind::Breach).await;
    let to_mei = all.iter().filter(|one| receiver(&one.to) == "mei");
    let requests = to_mei.flat_map(|one| match one.message.items.as_slice() {
        [] => vec![one.message.request],
        items => items.iter().map(|item| item.request).collect(),
    });
    let requests: std::collections::BTreeSet<_> = requests.collect();
    assert_eq!(requests.len(), 131);
}

#[tokio::test]
async fn a_digest_gathers_until_its_hour_what_is_wanted_in_it() {
    let stage = set().await;
    profile(&stage, "amina", Value::Null).await;
    let kinds = json!({ "receipt": { "digest": true }, "resolved": { "digest": true } });
    let digest = json!({ "at": "18:00", "time_zone": "Asia/Tehran" });
    wishes(&stage, "amina", json!({ "kinds": kinds, "digest": digest })).await;
    let id = ask(&stage).await;
    happens(&stage, &id, "resolved", json!({ "outcome": "Done" })).await;
    ask(&stage).await;
    let at_once = [
        "receipt amina inbox",
        "receipt amina inbox",
        "resolved amina inbox",
    ];
    assert_eq!(asked(&stage).await, at_once);
    stage.host.hand.set(at("2026-03-02T14:30:00Z"));
    let all = asked(&stage).await;
    assert_eq!(all, [&["digest amina email x3"][..], &at_once[..]].concat());
    let digest = &of_kind(&stage, MessageKind::Digest).await[0];
    let kinds: Vec<_> = digest.message.items.iter().map(|item| item.kind).collect();
    assert_eq!(
        kinds,
        [
            MessageKind::Receipt,
            MessageKind::Resolved,
            MessageKind::Receipt
        ]
    );
    // A clock that is put back an hour, and on again, brings nothing twice.
    for time in ["2026-03-02T13:30:00Z", "2026-03-02T14:30:00Z"] {
        stage.host.hand.set(at(time));
        assert_eq!(asked(&stage).await, all, "{time}");
    }
    // The next one is another.
    ask(&stage).await;
    stage.host.hand.set(at("2026-03-03T14:30:00Z"));
    let all = asked(&stage).await;
    assert_eq!(
        all.iter()
            .filter(|word| **word == "digest amina email x1")
            .count(),
        1
    );
}

#[tokio::test]
async fn in_quiet_hours_only_the_inbox_and_what_is_urgent_come_at_once() {
    let stage = set().await;
    let night = json!({ "time_zone": "Asia/Tokyo", "start": "17:00", "end": "07:30" });
    for person in ["daniel", "mei"] {
        profile(&stage, person, night.clone()).await;
    }
    wishes(&stage, "mei", json!({ "quiet_even_if_urgent": true })).await;
    let id = stage.asked().await;
    let breached = json!({ "at": stage.host.now(), "owner": "it" });
    stage.clock(&id, "clock_breached", breached).await;
    idle(&stage.host).await;
    let waits = |person: &str, kind, channel| {
        let (stage, person) = (&stage, person.to_owned());
        async move {
            let all = of_kind(stage, kind).await;
            let of = |delivery: &&DeliveryRequested| {
                receiver(&delivery.to) == person && delivery.channel == channel
            };
            all.iter().find(of).map(|delivery| delivery.not_before)
        }
    };
    // It is 18:00 in Tokyo.
    let morning = Some(Some(at("2026-03-02T22:30:00Z")));
    assert_eq!(
        waits("daniel", MessageKind::Assignment, Channel::Email).await,
        morning
    );
    assert_eq!(
        waits("daniel", MessageKind::Assignment, Channel::Inbox).await,
        Some(None)
    );
    assert_eq!(
        waits("daniel", MessageKind::Breach, Channel::Email).await,
        Some(None)
    );
    assert_eq!(
        waits("mei", MessageKind::Breach, Channel::Email).await,
        morning
    );
    stage.host.hand.set(at("2026-03-02T22:30:00Z"));
    happens(&stage, &id, "assigned", json!({ "assignee": "mei" })).await;
    assert_eq!(
        waits("mei", MessageKind::Assignment, Channel::Email).await,
        Some(None)
    );
}

#[tokio::test]
async fn what_is_muted_or_silenced_is_not_told_then_or_later_unless_it_must_be() {
    let stage = set().await;
    wishes(
        &stage,
        "amina",
        json!({ "kinds": { "receipt": { "channels": [] }, "resolved": { "channels": [] } } }),
    )
    .await;
    let id = ask(&stage).await;
    happens(&stage, &id, "resolved", json!({ "outcome": "Done" })).await;
    assert_eq!(asked(&stage).await, ["resolved amina inbox"]);
    let silence = format!("silence-{}", Uuid::new_v4());
    let (from, until) = (stage.host.now(), stage.host.now().plus_seconds(60));
    let begun =
        json!({ "scope": { "request": id }, "from": from, "until": until, "reason": "Testing" });
    stage
        .say::<SilenceEvent>(&silence, &[("silence_begun", begun)])
        .await;
    happens(&stage, &id, "reopened", json!({ "reason": "No" })).await;
    happens(&stage, &id, "started", json!({})).await;
    happens(
        &stage,
        &id,
        "wait_began",
        json!({ "question": "Which one?" }),
    )
    .await;
    let told = ["question amina inbox", "resolved amina inbox"];
    assert_eq!(asked(&stage).await, told);
    later(&stage, 60).await;
    assert_eq!(asked(&stage).await, told, "not later either");
    happens(&stage, &id, "started", json!({})).await;
    assert_eq!(
        asked(&stage).await,
        ["progress amina inbox", told[0], told[1]]
    );
}

#[tokio::test]
async fn who_stands_in_hears_it_and_a_circle_of_them_ends() {
    let stage = set().await;
    for person in ["amina", "omar", "daniel"] {
        profile(&stage, person, Value::Null).await;
    }
    let until = stage.host.now().plus_seconds(3600);
    let stand_in = |person: &str| json!({ "stand_in": { "person": person, "until": until } });
    wishes(&stage, "amina", stand_in("omar")).await;
    wishes(&stage, "omar", stand_in("amina")).await;
    ask(&stage).await;
    let told = [
        "receipt amina inbox",
        "receipt omar email",
        "receipt omar inbox",
    ];
    assert_eq!(asked(&stage).await, told);
    stage.host.hand.set(until);
    ask(&stage).await;
    let again = [
        "receipt amina email",
        "receipt amina inbox",
        "receipt amina inbox",
        told[1],
        told[2],
    ];
    assert_eq!(asked(&stage).await, again);
}

#[tokio::test]
async fn a_department_hears_by_its_endpoints_and_who_left_hears_nothing() {
    let stage = set().await;
    let spec = |kinds: Value| json!({ "kind": "webhook", "url": "https://example.org/in", "language": "ja", "kinds": kinds });
    for (id, kinds) in [("all", json!([])), ("breaches", json!(["breach"]))] {
        let registered =
            json!({ "endpoint": id, "owner": { "department": "it" }, "spec": spec(kinds) });
        stage
            .say::<EndpointEvent>(
                &format!("endpoint-{id}"),
                &[("endpoint_registered", registered)],
            )
            .await;
    }
    let left = [
        ("department_left", json!({ "department": "hr" })),
        ("person_deactivated", json!({})),
    ];
    stage.say::<PersonEvent>("person-amina", &left).await;
    let id = ask(&stage).await;
    assert_eq!(asked(&stage).await, ["request all webhook"]);
    let breached = json!({ "at": stage.host.now(), "owner": "it" });
    stage.clock(&id, "clock_breached", breached).await;
    let told = [
        "breach all webhook",
        "breach breaches webhook",
        "breach mei inbox",
        "request all webhook",
    ];
    assert_eq!(asked(&stage).await, told);
    stage
        .say::<EndpointEvent>("endpoint-all", &[("endpoint_disabled", json!({}))])
        .await;
    ask(&stage).await;
    assert_eq!(asked(&stage).await, told, "nothing is sent to it any more");
    let all = of_kind(&stage, MessageKind::Request).await;
    assert_eq!(all[0].language, "ja");
}

#[tokio::test]
async fn two_processes_ask_for_everything_once() {
    let stage = set().await;
    let second = Stage::on(stage.host.log.clone()).await;
    profile(&stage, "amina", Value::Null).await;
    let mut expected = 0;
    for _ in 0..20 {
        let id = ask(&stage).await;
        happens(&stage, &id, "started", json!({})).await;
        happens(&stage, &id, "acknowledged", json!({})).await;
        expected += 6;
    }
    // What was held back falls due in both at once.
    let due = stage.host.now().plus_seconds(400);
    second.host.hand.set(due);
    stage.host.hand.set(due);
    idle(&second.host).await;
    let told = asked(&stage).await;
    assert_eq!(told.len(), expected, "{told:?}");
}

#[tokio::test]
async fn a_rebuild_gives_the_same_rows_and_asks_for_nothing() {
    let stage = set().await;
    for person in ["amina", "daniel"] {
        profile(&stage, person, Value::Null).await;
    }
    let kinds = json!({ "resolved": { "digest": true }, "breach": { "channels": ["email"] } });
    wishes(&stage, "amina", json!({ "kinds": kinds })).await;
    for n in 0..30 {
        let id = stage.asked().await;
        for (step, what) in ["acknowledged", "started", "resolved", "reopened"]
            .into_iter()
            .enumerate()
        {
            let data = match what {
                "resolved" => json!({ "outcome": "Done" }),
                "reopened" => json!({ "reason": "No" }),
                _ => json!({}),
            };
            if (n + step) % 3 != 0 {
                happens(&stage, &id, what, data).await;
            }
        }
        if n % 4 == 0 {
            let breached = json!({ "at": stage.host.now(), "owner": "it" });
            stage.clock(&id, "clock_breached", breached).await;
        }
        if n % 7 == 0 {
            later(&stage, 200).await;
        }
    }
    // Some is held back, some was told; of the first an hour is left.
    idle(&stage.host).await;
    let (log, projection) = (stage.host.log.clone(), stage.host.projections[0].clone());
    let (told, before) = (all_asked(&*log).await.len(), projection.reader());
    assert!(told > 100, "{told}");
    projection.rebuild(|_| {}).await.unwrap();
    assert!(rows_equal(&before, &projection.reader()).unwrap());
    idle(&stage.host).await;
    assert_eq!(all_asked(&*log).await.len(), told);
    // What was held back is not lost by it.
    later(&stage, 24 * 3600).await;
    assert!(all_asked(&*log).await.len() > told);
}
