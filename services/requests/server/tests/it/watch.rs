//! Following a request live.

use std::time::Duration;

use khidma_proto::requests as pb;
use tonic::Streaming;

use crate::stage::{Stage, key, refused};

async fn next(stream: &mut Streaming<pb::WatchRequestResponse>) -> pb::WatchRequestResponse {
    tokio::time::timeout(Duration::from_secs(10), stream.message())
        .await
        .unwrap()
        .unwrap()
        .unwrap()
}

fn kinds(message: &pb::WatchRequestResponse) -> Vec<&str> {
    message
        .entries
        .iter()
        .map(|entry| entry.kind.as_str())
        .collect()
}

fn watch(id: &str, after_position: u64) -> pb::WatchRequestRequest {
    pb::WatchRequestRequest {
        id: id.into(),
        after_position,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_watcher_sees_what_was_and_what_comes_each_once() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Watched").await;
    stage.host.caught_up().await;
    let mut stream = stage
        .amina
        .watch_request(watch(&id, 0))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        kinds(&next(&mut stream).await),
        ["submitted", "receipt_issued"]
    );
    stage
        .daniel
        .start(pb::StartRequest {
            request_id: key(),
            id: id.clone(),
        })
        .await
        .unwrap();
    let started = next(&mut stream).await;
    assert_eq!(kinds(&started), ["acknowledged", "assigned", "started"]);
    assert_eq!(started.request.unwrap().state(), pb::State::InProgress);
    // An internal note is not for her; what follows is.
    let note = pb::AddNoteRequest {
        request_id: key(),
        id: id.clone(),
        text: "hm".into(),
    };
    stage.daniel.add_note(note).await.unwrap();
    let reply = pb::ReplyRequest {
        request_id: key(),
        id: id.clone(),
        text: "Soon".into(),
    };
    let position = stage
        .daniel
        .reply(reply)
        .await
        .unwrap()
        .into_inner()
        .position;
    let replied = next(&mut stream).await;
    assert_eq!(
        (kinds(&replied), replied.position),
        (vec!["replied"], position)
    );
    // Another one goes on from where the first one was.
    let mut resumed = stage
        .amina
        .watch_request(watch(&id, started.position))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(kinds(&next(&mut resumed).await), ["replied"]);
}

#[tokio::test]
async fn a_watcher_who_may_no_longer_read_is_told_so() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Watched").await;
    stage.host.caught_up().await;
    let mut stream = stage
        .daniel
        .watch_request(watch(&id, 0))
        .await
        .unwrap()
        .into_inner();
    next(&mut stream).await;
    let (provider_id, reason) = ("facilities".into(), "Theirs".into());
    let transfer = pb::TransferRequest {
        request_id: key(),
        id: id.clone(),
        provider_id,
        reason,
    };
    stage.daniel.transfer(transfer).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(10), stream.message())
        .await
        .unwrap();
    assert_eq!(refused(end).1, "UNKNOWN_REQUEST");
}

#[tokio::test]
async fn nobody_watches_what_they_may_not_read() {
    let mut stage = Stage::set().await;
    let id = stage.asked("Watched").await;
    stage.host.caught_up().await;
    assert_eq!(
        refused(stage.farid.watch_request(watch(&id, 0)).await).1,
        "UNKNOWN_REQUEST"
    );
}

#[tokio::test]
async fn a_long_life_is_seen_whole_by_who_begins_late() {
    let mut stage = Stage::set().await;
    let id = stage.asked("A long story").await;
    for n in 0..200 {
        let text = format!("reply {n}");
        let reply = pb::ReplyRequest {
            request_id: key(),
            id: id.clone(),
            text,
        };
        stage.amina.reply(reply).await.unwrap();
    }
    stage.host.caught_up().await;
    let mut stream = stage
        .amina
        .watch_request(watch(&id, 0))
        .await
        .unwrap()
        .into_inner();
    next(&mut stream).await;
    for n in 0..200 {
        assert_eq!(
            next(&mut stream).await.entries[0].text,
            format!("reply {n}")
        );
    }
}
