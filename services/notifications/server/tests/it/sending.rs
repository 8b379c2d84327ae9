//! What becomes of deliveries, against real receivers on this machine.

use std::sync::Arc;

use khidma_eventlog::EventLog;
use khidma_events::directory::QuietHours;
use khidma_events::notifications::{Channel, Receiver};
use khidma_kernel::{DeliveryId, Timestamp};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::DeliveryState;
use khidma_testkit::eventually;

use crate::sending_stage::*;
use crate::sink::{Reply, Sink};

async fn until_told(sink: &Sink, times: usize) {
    let came = eventually(LONG, || async { sink.count() >= times }).await;
    assert!(came, "told {} times, not {times}", sink.count());
}

async fn replay(client: &Client, id: DeliveryId) -> Result<u64, tonic::Status> {
    let request = pb::ReplayDeliveryRequest {
        request_id: key(),
        id: id.to_string(),
    };
    let replayed = client.clone().replay_delivery(request).await?;
    Ok(replayed.into_inner().position)
}

#[tokio::test]
async fn a_message_reaches_its_receiver_signed_and_under_its_id() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(204)).await;
    let secret = stage.hook("it-hook", &sink.url).await;
    assert!(secret.starts_with("whsec_"));
    let id = stage.post("it-hook", 1).await;
    let seen = stage.until_state(id, DeliveryState::Delivered).await;
    assert_eq!((seen.attempts, seen.last_failure), (1, None));
    assert!(seen.delivered.is_some());
    let told = sink.told();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].id(), &*told[0].path), (&*id.to_string(), "/hook"));
    assert_eq!(told[0].body["type"], "khidma.breach");
    assert_eq!(signatures(&told[0].headers), 1);
}

fn signatures(headers: &std::collections::BTreeMap<String, String>) -> usize {
    let all = headers["webhook-signature"].split(' ');
    all.filter(|one| one.starts_with("v1,")).count()
}

#[tokio::test]
async fn who_has_two_secrets_gets_both_signatures_for_a_day() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    let first = stage.hook("it-hook", &sink.url).await;
    let request = pb::RotateSecretRequest {
        request_id: key(),
        id: "it-hook".into(),
    };
    let rotated = stage.mina.clone().rotate_secret(request.clone()).await;
    let rotated = rotated.unwrap().into_inner();
    assert!(rotated.secret.starts_with("whsec_") && rotated.secret != first);
    let again = stage.mina.clone().rotate_secret(request).await.unwrap();
    assert_eq!(again.into_inner().secret, rotated.secret, "it was one wish");
    let both = stage.post("it-hook", 1).await;
    stage.until_state(both, DeliveryState::Delivered).await;
    stage.host.hand.advance_seconds(24 * 3600);
    let new = stage.post("it-hook", 2).await;
    stage.until_state(new, DeliveryState::Delivered).await;
    let told = sink.told();
    let counts: Vec<_> = told.iter().map(|told| signatures(&told.headers)).collect();
    assert_eq!(counts, [2, 1]);
}

#[tokio::test]
async fn a_receiver_in_trouble_is_tried_eight_times_then_no_more_until_somebody_replays_it() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(503)).await;
    stage.hook("it-hook", &sink.url).await;
    let id = stage.post("it-hook", 1).await;
    let asked = stage.host.now();
    for attempt in 1..=7 {
        let seen = stage
            .until(id, "tried again", |seen| {
                seen.attempts == attempt && seen.state() == DeliveryState::Retrying
            })
            .await;
        let failure = seen.last_failure.clone().unwrap();
        assert_eq!((&*failure.code, failure.status), ("status", 503));
        stage.to_next_attempt(&seen);
    }
    let dead = stage.until_state(id, DeliveryState::Dead).await;
    assert_eq!((dead.attempts, sink.count()), (8, 8));
    let hours = stage.host.now().micros_since(asked) / 3_600_000_000;
    assert!((27..=31).contains(&hours), "{hours}");
    let list = pb::ListDeliveriesRequest {
        states: vec![DeliveryState::Dead.into()],
        min_position: stage.host.log.head().await.unwrap().0,
        ..Default::default()
    };
    let list = stage.root.clone().list_deliveries(list).await.unwrap();
    assert_eq!(list.into_inner().deliveries, [dead]);

    assert_eq!(
        why(replay(&stage.amina, id).await),
        ("UNKNOWN_DELIVERY".into(), "id".into())
    );
    sink.answer(Reply::Status(200));
    replay(&stage.mina, id).await.unwrap();
    let seen = stage.until_state(id, DeliveryState::Delivered).await;
    assert_eq!(seen.attempts, 9);
    let told = sink.told();
    assert!(told.iter().all(|told| told.id() == id.to_string()));
    assert_eq!(why(replay(&stage.mina, id).await).0, "NOT_DEAD");
}

#[tokio::test]
async fn a_receiver_that_wants_to_be_left_alone_is() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Later(429, 3600)).await;
    stage.hook("it-hook", &sink.url).await;
    let id = stage.post("it-hook", 1).await;
    let seen = stage.until_state(id, DeliveryState::Retrying).await;
    let next = seen.next_attempt.unwrap().seconds - stage.host.now().as_seconds();
    assert!((3600..=3960).contains(&next), "{next}");
}

#[tokio::test]
async fn who_is_gone_gets_nothing_more_until_enabled_and_what_died_is_replayed() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(503)).await;
    stage.hook("it-hook", &sink.url).await;
    let first = stage.post("it-hook", 1).await;
    let waiting = stage.until_state(first, DeliveryState::Retrying).await;
    sink.answer(Reply::Status(410));
    let second = stage.post("it-hook", 2).await;
    let dead = stage.until_state(second, DeliveryState::Dead).await;
    let failure = dead.last_failure.unwrap();
    assert_eq!((&*failure.code, failure.status), ("gone", 410));
    let endpoint = only_endpoint(&stage).await;
    assert!(!endpoint.enabled);
    assert_eq!(endpoint.disabled_because.unwrap().code, "gone");
    assert_eq!(endpoint.waiting, 1);

    stage.to_next_attempt(&waiting);
    let dead = stage.until_state(first, DeliveryState::Dead).await;
    assert_eq!(dead.last_failure.unwrap().code, "endpoint_disabled");
    assert_eq!(sink.count(), 2, "told though it is disabled");
    assert_eq!(why(replay(&stage.mina, first).await).0, "ENDPOINT_DISABLED");

    sink.answer(Reply::Status(200));
    let enable = pb::SetEndpointEnabledRequest {
        request_id: key(),
        id: "it-hook".into(),
        enabled: true,
    };
    let mut mina = stage.mina.clone();
    mina.set_endpoint_enabled(enable).await.unwrap();
    for id in [first, second] {
        replay(&stage.mina, id).await.unwrap();
        stage.until_state(id, DeliveryState::Delivered).await;
    }
    let endpoint = only_endpoint(&stage).await;
    assert!(endpoint.enabled && endpoint.disabled_because.is_none() && endpoint.waiting == 0);
    let remove = pb::RemoveEndpointRequest {
        request_id: key(),
        id: "it-hook".into(),
    };
    mina.remove_endpoint(remove).await.unwrap();
    stage.host.caught_up().await;
    let third = stage.post("it-hook", 3).await;
    let dead = stage.until_state(third, DeliveryState::Dead).await;
    assert_eq!(dead.last_failure.unwrap().code, "endpoint_removed");
    assert_eq!(why(replay(&stage.root, third).await).0, "ENDPOINT_REMOVED");
}

async fn only_endpoint(stage: &Stage) -> pb::Endpoint {
    let request = pb::ListEndpointsRequest {
        min_position: stage.host.log.head().await.unwrap().0,
        ..Default::default()
    };
    let listed = stage.mina.clone().list_endpoints(request).await.unwrap();
    let mut endpoints = listed.into_inner().endpoints;
    assert_eq!(endpoints.len(), 1);
    endpoints.remove(0)
}

#[tokio::test]
async fn a_receiver_that_hangs_keeps_nobody_else_waiting() {
    let stage = Stage::set().await;
    let (hanging, quick) = (
        Sink::start(Reply::Never).await,
        Sink::start(Reply::Status(200)).await,
    );
    stage.hook("hanging", &hanging.url).await;
    stage.hook("quick", &quick.url).await;
    let mut stuck = Vec::new();
    for number in 0..60 {
        stuck.push(stage.post("hanging", number).await);
    }
    until_told(&hanging, 8).await;
    let mut arrived = Vec::new();
    for number in 100..130 {
        arrived.push(stage.post("quick", number).await);
    }
    for id in arrived {
        stage.until_state(id, DeliveryState::Delivered).await;
    }
    assert_eq!(quick.count(), 30);
    assert_eq!(hanging.count(), 8, "more at once than it should be");
    let seen = stage.see(stuck[0]).await;
    assert_eq!(seen.state(), DeliveryState::Pending);
}

#[tokio::test]
async fn what_was_sent_but_not_written_down_is_sent_again_under_the_same_id() {
    let base = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    base.hook("it-hook", &sink.url).await;
    let log = base.host.log.clone();
    base.host.stop().await;

    // Killed between the receiver's answer and the log's.
    let killed = Stage::on(Arc::new(Shut { log: log.clone() })).await;
    let id = killed.post("it-hook", 1).await;
    until_told(&sink, 1).await;
    killed.host.stop().await;

    let again = Stage::on(log).await;
    again.until_state(id, DeliveryState::Delivered).await;
    let told = sink.told();
    let ids: Vec<_> = told.iter().map(|told| told.id().to_owned()).collect();
    assert_eq!(ids, [id.to_string(), id.to_string()]);
}

#[tokio::test]
async fn a_rebuild_sends_nothing() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    stage.hook("it-hook", &sink.url).await;
    for number in 1..=5 {
        let id = stage.post("it-hook", number).await;
        stage.until_state(id, DeliveryState::Delivered).await;
    }
    let head = stage.host.log.head().await.unwrap();
    // Another process with no rows of its own, on the same log.
    let rebuilt = Stage::on(stage.host.log.clone()).await;
    let last = rebuilt.host.projections[0].position();
    assert!(last >= head);
    stage.host.projections[0].rebuild(|_| {}).await.unwrap();
    stage.host.caught_up().await;
    assert_eq!(
        stage.host.log.head().await.unwrap(),
        head,
        "it was written to"
    );
    // What comes next is sent, and is all that is.
    let next = stage.post("it-hook", 6).await;
    stage.until_state(next, DeliveryState::Delivered).await;
    let ids: std::collections::BTreeSet<_> = sink
        .told()
        .iter()
        .map(|told| told.id().to_owned())
        .collect();
    let before = sink
        .told()
        .iter()
        .filter(|told| told.id() != next.to_string())
        .count();
    assert_eq!((ids.len(), before), (6, 5));
}

#[tokio::test]
async fn what_has_nowhere_to_go_dies_at_once_and_says_why() {
    let stage = Stage::set().await;
    let mail = |person: &str, number| {
        let to = Receiver::Person(person.parse().unwrap());
        stage.ask(to, Channel::Email, number)
    };
    for (id, code) in [
        (mail("mina", 1).await, "no_address"),
        (mail("nobody", 2).await, "no_address"),
        (mail("amina", 3).await, "no_mail_server"),
        (stage.post("nowhere", 4).await, "endpoint_removed"),
    ] {
        let dead = stage.until_state(id, DeliveryState::Dead).await;
        assert_eq!(dead.last_failure.unwrap().code, code);
        if code == "no_address" {
            // As often as somebody wants it.
            for _ in 0..2 {
                replay(&stage.root, id).await.unwrap();
                stage.until_state(id, DeliveryState::Dead).await;
            }
        }
    }
}

#[tokio::test]
async fn what_came_in_quiet_hours_is_sent_when_they_end() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    stage.hook("it-hook", &sink.url).await;
    let end = stage.host.now().plus_seconds(8 * 3600);
    let to = Receiver::Endpoint("it-hook".parse().unwrap());
    let quiet = stage.ask_for(to, Channel::Webhook, 1, Some(end)).await;
    let now = stage.post("it-hook", 2).await;
    stage.until_state(now, DeliveryState::Delivered).await;
    let held = stage.see(quiet).await;
    assert_eq!(held.state(), DeliveryState::Pending);
    assert_eq!(held.not_before, held.next_attempt);
    stage.host.hand.set(end.plus_seconds(-1));
    let next = stage.post("it-hook", 3).await;
    stage.until_state(next, DeliveryState::Delivered).await;
    assert_eq!(sink.count(), 2, "it came in the quiet hours");
    stage.host.hand.set(end);
    stage.until_state(quiet, DeliveryState::Delivered).await;
}

/// Amina has a hook of her own, and does not want to be disturbed from ten to eleven.
async fn quiet_from_ten_to_eleven(stage: &Stage, url: &str) {
    let own = pb::RegisterEndpointRequest {
        owner: Some(pb::register_endpoint_request::Owner::PersonId(
            "amina".into(),
        )),
        ..hook("her-hook", url)
    };
    let mut amina = stage.amina.clone();
    amina.register_endpoint(own).await.unwrap();
    let hours = QuietHours {
        time_zone: "UTC".into(),
        start: "10:00".into(),
        end: "11:00".into(),
    };
    stage.quiet("amina", hours).await;
}

fn clock(time: &str) -> Timestamp {
    format!("2026-03-02T{time}Z").parse().unwrap()
}

#[tokio::test]
async fn what_failed_is_not_tried_again_in_quiet_hours() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(503)).await;
    quiet_from_ten_to_eleven(&stage, &sink.url).await;
    stage.host.hand.set(clock("09:59:59"));
    let id = stage.post("her-hook", 1).await;
    let seen = stage.until_state(id, DeliveryState::Retrying).await;
    let next = seen.next_attempt.unwrap().seconds;
    assert_eq!(next, clock("11:00:00").as_seconds());
    assert_eq!(sink.count(), 1);
}

#[tokio::test]
async fn what_comes_to_its_turn_in_quiet_hours_waits_for_their_end_unless_it_is_urgent() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(410)).await;
    let other = Sink::start(Reply::Status(200)).await;
    quiet_from_ten_to_eleven(&stage, &sink.url).await;
    stage.hook("it-hook", &other.url).await;
    let dead = stage.post("her-hook", 1).await;
    stage.until_state(dead, DeliveryState::Dead).await;
    sink.answer(Reply::Status(200));
    let enable = pb::SetEndpointEnabledRequest {
        request_id: key(),
        id: "her-hook".into(),
        enabled: true,
    };
    stage
        .amina
        .clone()
        .set_endpoint_enabled(enable)
        .await
        .unwrap();
    let log: Arc<dyn EventLog> = stage.host.log.clone();
    stage.host.stop().await;

    // It was asked for before they began, and the service comes back in the midst of them; and somebody replays another.
    let stage = Stage::on(log).await;
    stage.host.hand.set(clock("10:30:00"));
    let late = stage.post("her-hook", 2).await;
    replay(&stage.amina, dead).await.unwrap();
    let urgent = stage.post_urgently("her-hook", 3).await;
    stage.until_state(urgent, DeliveryState::Delivered).await;
    let others = stage.post("it-hook", 4).await;
    stage.until_state(others, DeliveryState::Delivered).await;
    for id in [late, dead] {
        assert_eq!(stage.see(id).await.state(), DeliveryState::Pending);
    }
    assert_eq!(sink.count(), 2, "one that failed, and the urgent one");

    stage.host.hand.set(clock("11:00:00"));
    for id in [late, dead] {
        stage.until_state(id, DeliveryState::Delivered).await;
    }
    assert_eq!(sink.count(), 4);
}

#[tokio::test]
async fn an_address_that_has_become_forbidden_is_not_posted_to() {
    let stage = Stage::set().await;
    let sink = Sink::start(Reply::Status(200)).await;
    stage.hook("it-hook", &sink.url).await;
    let log: Arc<dyn EventLog> = stage.host.log.clone();
    stage.host.stop().await;
    // What was allowed when it was registered is not any more.
    let strict = Stage::with(log, &[]).await;
    let id = strict.post("it-hook", 1).await;
    let dead = strict.until_state(id, DeliveryState::Dead).await;
    assert_eq!(dead.last_failure.unwrap().code, "address_forbidden");
    assert_eq!(sink.count(), 0);
}
