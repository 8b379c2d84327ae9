//! What its requester does not speak about closes by itself.

use std::time::Duration;

use khidma_proto::requests as pb;
use khidma_testkit::eventually;

use crate::stage::{Stage, key};

const WEEK: i64 = 7 * 24 * 3600;

async fn resolved(stage: &mut Stage, title: &str) -> String {
    let id = stage.asked(title).await;
    let resolve = pb::ResolveRequest {
        request_id: key(),
        id: id.clone(),
        outcome: "Done".into(),
    };
    stage.daniel.resolve(resolve).await.unwrap();
    id
}

async fn comes_to(stage: &mut Stage, id: &str, state: pb::State) -> bool {
    let amina = stage.amina.clone();
    eventually(Duration::from_secs(10), || {
        let (mut amina, id) = (amina.clone(), id.to_owned());
        async move {
            let got = amina
                .get(pb::GetRequest {
                    id,
                    min_position: 0,
                })
                .await
                .unwrap()
                .into_inner();
            got.request.unwrap().state() == state
        }
    })
    .await
}

#[tokio::test]
async fn it_closes_when_its_time_has_come_and_not_if_she_reopened_it() {
    let mut stage = Stage::set().await;
    let silent = resolved(&mut stage, "Silent").await;
    let reopened = resolved(&mut stage, "Reopened").await;
    let reason = "No charger".to_owned();
    let reopen = pb::ReopenRequest {
        request_id: key(),
        id: reopened.clone(),
        reason,
    };
    stage.amina.reopen(reopen).await.unwrap();
    stage.host.hand.advance_seconds(WEEK - 1);
    stage.host.caught_up().await;
    assert_eq!(stage.get(&silent).await.state(), pb::State::Resolved);
    stage.host.hand.advance_seconds(1);
    assert!(comes_to(&mut stage, &silent, pb::State::Closed).await);
    assert_eq!(stage.get(&reopened).await.state(), pb::State::InProgress);
    let timeline = pb::TimelineRequest {
        id: silent.clone(),
        ..Default::default()
    };
    let entries = stage
        .amina
        .timeline(timeline)
        .await
        .unwrap()
        .into_inner()
        .entries;
    let closed = entries
        .iter()
        .filter(|entry| entry.kind == "auto_closed")
        .count();
    assert_eq!(closed, 1);
}

#[tokio::test]
async fn two_services_close_it_once() {
    let mut one = Stage::set().await;
    let two = Stage::on(one.host.log.clone()).await;
    let ids: Vec<_> = [resolved(&mut one, "a").await, resolved(&mut one, "b").await].into();
    two.host.caught_up().await;
    let head = one.head().await;
    one.host.hand.advance_seconds(WEEK);
    two.host.hand.advance_seconds(WEEK);
    for id in &ids {
        assert!(comes_to(&mut one, id, pb::State::Closed).await);
    }
    two.host.caught_up().await;
    assert_eq!(one.head().await, head + 2);
}
