//! What there is, then what comes: from anywhere, each once and in order.

use khidma_events::requests::{RequestEvent, Started};
use khidma_kernel::Role;
use khidma_proto::feeds as pb;
use tonic::Code;

use crate::stage::{
    ended, in_memory, next, replied, request, submitted, subscribe, subscribe_as, until, wish,
};

#[tokio::test]
async fn a_department_hears_what_there_is_and_then_what_comes() {
    let (host, log) = in_memory().await;
    let asked = log.asked(1).await;
    let mut feed = subscribe(&host, "it", 0).await;
    assert_eq!(
        until(&mut feed, asked.0).await,
        log.feed_after("it", 0).await
    );
    log.say(&request(9), &["facilities"], vec![submitted()])
        .await;
    let started: Vec<RequestEvent> = vec![replied("Soon"), Started {}.into()];
    let position = log.say(&request(1), &["hr", "it"], started).await;
    let response = loop {
        let response = next(&mut feed).await.unwrap();
        if !response.events.is_empty() {
            break response;
        }
        assert!(response.live, "a position alone is told when all is told");
    };
    assert_eq!(response.position, position.0);
    assert!(response.live);
    let [said, begun] = &response.events[..] else {
        panic!("one commit is one response: {response:?}");
    };
    assert_eq!(said.data, &br#"{"side":"provider","text":"Soon"}"#[..]);
    assert_eq!(said.source, "/khidma/requests");
    assert_eq!(said.r#type, "khidma.requests.replied.v1");
    assert_eq!(said.subject, request(1));
    assert_eq!(said.actor, "person:amina");
    assert_eq!(said.position, position.0);
    assert_eq!(said.time, Some(prost_types::Timestamp::default()));
    assert_eq!(begun.data, &b"{}"[..]);
}

#[tokio::test]
async fn going_on_from_any_position_misses_nothing_and_repeats_nothing() {
    let (host, log) = in_memory().await;
    for number in 1..=20 {
        log.asked(number).await;
        log.say(&request(number), &["it"], vec![replied("a"), replied("b")])
            .await;
        log.say(&request(100 + number), &["facilities"], vec![submitted()])
            .await;
    }
    host.caught_up().await;
    let head = log.log.head().await.unwrap().0;
    for department in ["it", "hr", "facilities"] {
        let whole = log.feed_after(department, 0).await;
        for after in 0..head {
            let mut feed = subscribe(&host, department, after).await;
            let rest: Vec<_> = whole
                .iter()
                .filter(|(at, ..)| *at > after)
                .cloned()
                .collect();
            assert_eq!(
                until(&mut feed, head).await,
                rest,
                "{department} after {after}"
            );
        }
    }
}

#[tokio::test]
async fn a_subscriber_who_stops_anywhere_goes_on_with_the_position_of_the_last_response() {
    let (host, log) = in_memory().await;
    for number in 1..=300 {
        let events = (0..number % 7 + 1).map(|part| replied(part.to_string()));
        let events = std::iter::once(submitted()).chain(events).collect();
        log.say(&request(number), &["it"], events).await;
    }
    let head = log.log.head().await.unwrap().0;
    let (mut heard, mut at) = (Vec::new(), 0);
    while at < head {
        let mut feed = subscribe(&host, "it", at).await;
        let response = next(&mut feed).await.unwrap();
        assert!(response.events.len() <= 256);
        heard.extend(response.events.iter().map(crate::stage::line));
        at = response.position;
    }
    assert_eq!(heard, log.feed_after("it", 0).await);
}

#[tokio::test]
async fn a_large_commit_is_told_whole() {
    let (host, log) = in_memory().await;
    let many: Vec<_> = (0..1000).map(|part| replied(part.to_string())).collect();
    log.say(&request(1), &["it"], many.clone()).await;
    let mut live = subscribe(&host, "it", 0).await;
    let before = until(&mut live, log.log.head().await.unwrap().0).await;
    assert_eq!(before.len(), 1001);
    for number in 2..4 {
        let position = log.say(&request(number), &["it"], many.clone()).await;
        let response = loop {
            let response = next(&mut live).await.unwrap();
            if !response.events.is_empty() {
                break response;
            }
        };
        assert_eq!(
            (response.events.len(), response.position),
            (1000, position.0)
        );
    }
}

#[tokio::test]
async fn from_now_on_is_from_the_end_of_the_log() {
    let (host, log) = in_memory().await;
    log.asked(1).await;
    let now = pb::SubscribeRequest {
        from_now: true,
        ..wish("it", 0)
    };
    let mut feed = subscribe_as(&host, ("bot", "it", &[Role::Feed]), now)
        .await
        .unwrap();
    let head = log.log.head().await.unwrap().0;
    let last = log.asked(2).await.0;
    assert_eq!(
        until(&mut feed, last).await,
        log.feed_after("it", head).await
    );
}

#[tokio::test]
async fn a_subscriber_gets_only_what_they_want_and_the_position_moves_all_the_same() {
    let (host, log) = in_memory().await;
    for number in 1..=10 {
        log.asked(number).await;
        log.say(
            &request(number),
            &["it"],
            vec![replied("Soon"), Started {}.into()],
        )
        .await;
    }
    let head = log.log.head().await.unwrap().0;
    let all = log.feed_after("it", 0).await;
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let started = "khidma.requests.started.v1";
    let wishes = [
        (list(&["directory"]), list(&[]), list(&[]), 1),
        (list(&["requests"]), list(&[]), list(&[]), 30),
        (list(&[]), list(&[started]), list(&[]), 10),
        (
            list(&["directory", "requests"]),
            list(&[started]),
            list(&[&request(3)]),
            1,
        ),
        (list(&[]), list(&[]), list(&[&request(3), &request(4)]), 6),
        (list(&["sla"]), list(&[]), list(&[]), 0),
    ];
    for (contexts, types, subjects, count) in wishes {
        let wish = pb::SubscribeRequest {
            contexts,
            types,
            subjects,
            ..wish("it", 0)
        };
        let who = ("bot", "it", &[Role::Feed][..]);
        let mut feed = subscribe_as(&host, who, wish.clone()).await.unwrap();
        let heard = until(&mut feed, head).await;
        assert_eq!(heard.len(), count, "{wish:?}");
        assert!(heard.iter().all(|line| all.contains(line)));
    }
}

#[tokio::test]
async fn a_subscription_ends_with_its_token_and_with_the_server() {
    let (host, log) = in_memory().await;
    let mut feed = subscribe(&host, "it", 0).await;
    until(&mut feed, log.log.head().await.unwrap().0).await;
    host.hand.advance_seconds(2 * 365 * 24 * 3600);
    assert_eq!(ended(&mut feed).await.code(), Code::Unauthenticated);

    let mut feed = subscribe(&host, "it", 0).await;
    until(&mut feed, log.log.head().await.unwrap().0).await;
    let stopping = host.stop();
    let (_, ended) = tokio::join!(stopping, ended(&mut feed));
    assert_eq!(ended.code(), Code::Unavailable);
}
