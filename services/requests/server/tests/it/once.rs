//! Once, whatever is retried and whoever races.

use std::collections::BTreeSet;

use khidma_proto::requests as pb;
use tonic::Code;

use crate::stage::{Stage, key, laptop, refused};

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    let mut stage = Stage::set().await;
    let ask = laptop("Once");
    let first = stage.amina.submit(ask.clone()).await.unwrap().into_inner();
    let head = stage.head().await;
    let again = stage.amina.submit(ask.clone()).await.unwrap().into_inner();
    assert_eq!(first, again);
    let start = pb::StartRequest {
        request_id: key(),
        id: first.id.clone(),
    };
    let started = stage
        .daniel
        .start(start.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        started,
        stage.daniel.start(start).await.unwrap().into_inner()
    );
    // Also after other things have happened to it.
    assert_eq!(first, stage.amina.submit(ask).await.unwrap().into_inner());
    assert_eq!(stage.head().await, head + 1);
}

#[tokio::test]
async fn the_same_key_for_something_else_is_refused() {
    let mut stage = Stage::set().await;
    let ask = laptop("Once");
    stage.amina.submit(ask.clone()).await.unwrap();
    let other = pb::SubmitRequest {
        title: "Twice".into(),
        ..ask.clone()
    };
    let reused = (
        Code::AlreadyExists,
        "REQUEST_ID_REUSED".to_owned(),
        "request_id".to_owned(),
    );
    assert_eq!(refused(stage.amina.submit(other).await), reused);
    // Another caller's key is another key.
    stage.linh.submit(ask).await.unwrap();
}

#[tokio::test]
async fn the_same_key_is_known_to_a_service_that_starts_later() {
    let mut stage = Stage::set().await;
    let ask = laptop("Once");
    let first = stage.amina.submit(ask.clone()).await.unwrap().into_inner();
    let mut later = Stage::on(stage.host.log.clone()).await;
    assert_eq!(first, later.amina.submit(ask).await.unwrap().into_inner());
}

#[tokio::test]
async fn calls_under_one_key_at_once_make_one_request() {
    let stage = Stage::set().await;
    let (ask, head) = (laptop("Once"), stage.head().await);
    let calls = (0..20).map(|_| {
        let (mut amina, ask) = (stage.amina.clone(), ask.clone());
        async move { amina.submit(ask).await.unwrap().into_inner() }
    });
    let answers: BTreeSet<_> = futures::future::join_all(calls)
        .await
        .into_iter()
        .map(|answer| (answer.id, answer.position))
        .collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(stage.head().await, head + 1);
}

#[tokio::test]
async fn two_services_racing_for_one_request_let_one_claim_it() {
    let mut one = Stage::set().await;
    let two = Stage::on(one.host.log.clone()).await;
    for round in 0..20 {
        let id = one.asked(&format!("Race {round}")).await;
        let claim = || pb::ClaimRequest {
            request_id: key(),
            id: id.clone(),
        };
        let mut sana = crate::stage::Client::new(two.host.connect("sana", "it", &[]).await);
        let (daniel, sana) = tokio::join!(one.daniel.claim(claim()), sana.claim(claim()));
        assert!(daniel.is_ok() != sana.is_ok(), "{daniel:?} {sana:?}");
        let loser = if daniel.is_ok() {
            refused(sana)
        } else {
            refused(daniel)
        };
        assert_eq!(loser.1, "ALREADY_ASSIGNED");
    }
}

#[tokio::test]
async fn a_service_that_lags_behind_another_refuses_nothing_wrongly() {
    let mut one = Stage::set().await;
    let mut two = Stage::on(one.host.log.clone()).await;
    for round in 0..20 {
        // Asked here, acknowledged there at once: there the read model may not show it yet.
        let id = one.asked(&format!("Lag {round}")).await;
        let acknowledge = pb::AcknowledgeRequest {
            request_id: key(),
            id,
            note: String::new(),
        };
        two.daniel.acknowledge(acknowledge).await.unwrap();
    }
}

#[tokio::test]
async fn the_same_key_for_something_else_is_refused_by_a_service_that_knows_it_only_from_the_log() {
    let mut stage = Stage::set().await;
    let ask = laptop("Once");
    stage.amina.submit(ask.clone()).await.unwrap();
    // Another process, which remembers nothing; the log still knows the commit's id.
    let mut later = Stage::on(stage.host.log.clone()).await;
    let head = later.head().await;
    let other = pb::SubmitRequest {
        title: "Twice".into(),
        ..ask
    };
    assert_eq!(
        refused(later.amina.submit(other).await).1,
        "REQUEST_ID_REUSED"
    );
    assert_eq!(later.head().await, head);
}

#[tokio::test]
async fn of_two_commands_under_one_key_at_once_one_is_refused() {
    let stage = Stage::set().await;
    for round in 0..20 {
        let ask = laptop(&format!("One {round}"));
        let other = pb::SubmitRequest {
            title: format!("Other {round}"),
            ..ask.clone()
        };
        let (mut one, mut two) = (stage.amina.clone(), stage.amina.clone());
        let (one, two) = tokio::join!(one.submit(ask), two.submit(other));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let loser = if one.is_ok() {
            refused(two)
        } else {
            refused(one)
        };
        assert_eq!(loser.1, "REQUEST_ID_REUSED");
    }
}
