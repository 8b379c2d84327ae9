//! The board as it changes.

use std::time::Duration;

use khidma_proto::sla as pb;
use khidma_proto::sla::watch_board_response::Change;
use tonic::Streaming;

use crate::query_stage::{Client, Stage};

type Changes = Streaming<pb::WatchBoardResponse>;

async fn watch(client: &mut Client, after_position: u64) -> Changes {
    let request = pb::WatchBoardRequest {
        metrics: vec![pb::Metric::Resolve.into()],
        after_position,
        ..Default::default()
    };
    client.watch_board(request).await.unwrap().into_inner()
}

async fn next(changes: &mut Changes) -> pb::WatchBoardResponse {
    let next = tokio::time::timeout(Duration::from_secs(20), changes.message());
    next.await.unwrap().unwrap().unwrap()
}

/// What is said next of a request, whatever is said of others.
async fn of(changes: &mut Changes, id: &str) -> (Vec<pb::Clock>, u64) {
    loop {
        let told = next(changes).await;
        if let Some(Change::Request(changed)) = told.change
            && changed.service_request_id == id
        {
            return (changed.clocks, told.position);
        }
    }
}

#[tokio::test]
async fn a_watcher_sees_the_board_and_then_what_changes_on_it() {
    let mut stage = Stage::set().await;
    let first = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.asked("2026-03-02T08:00:00Z", "facilities").await;
    stage.now("2026-03-02T09:00:00Z").await;
    let mut changes = watch(&mut stage.daniel, 0).await;
    let whole = next(&mut changes).await;
    let Some(Change::Part(part)) = whole.change else {
        panic!("{whole:?}");
    };
    assert!(part.last && whole.position > 0);
    assert_eq!(part.clocks.len(), 1);
    assert_eq!(part.clocks[0].service_request_id, first);

    let elsewhere = stage.asked("2026-03-02T09:00:00Z", "facilities").await;
    let second = stage.asked("2026-03-02T09:00:00Z", "it").await;
    let told = next(&mut changes).await;
    let Some(Change::Request(changed)) = &told.change else {
        panic!("{told:?}");
    };
    assert_eq!(
        changed.service_request_id, second,
        "nothing of other departments"
    );
    assert_eq!(changed.clocks[0].state(), pb::ClockState::Running);

    stage.waits(&second, "2026-03-02T10:00:00Z").await;
    stage.now("2026-03-02T10:00:00Z").await;
    // A wait stops and starts clocks of other metrics in the same commit.
    let (clocks, position) = of(&mut changes, &second).await;
    assert_eq!(clocks[0].state(), pb::ClockState::Paused);
    drop(changes);

    // What happens while nobody listens is told afterwards, and only that.
    stage.resolved(&first, "2026-03-02T11:00:00Z").await;
    stage.resolved(&elsewhere, "2026-03-02T11:00:00Z").await;
    stage.now("2026-03-02T11:00:00Z").await;
    let mut changes = watch(&mut stage.daniel, position).await;
    let told = next(&mut changes).await;
    let Some(Change::Request(changed)) = &told.change else {
        panic!("{told:?}");
    };
    assert_eq!(changed.service_request_id, first);
    assert!(changed.clocks.is_empty(), "it has left the board");
    assert!(told.position > position);

    // What leaves for another department leaves this board and comes to the other.
    let mut theirs = watch(&mut stage.olaf, told.position).await;
    stage
        .transferred(&second, "2026-03-02T12:00:00Z", "it", "facilities")
        .await;
    stage.now("2026-03-02T12:00:00Z").await;
    let (clocks, _) = of(&mut changes, &second).await;
    assert!(clocks.is_empty());
    let (clocks, _) = of(&mut theirs, &second).await;
    assert_eq!(clocks[0].owner_id, "facilities");
}

#[tokio::test]
async fn time_that_passes_is_told_too() {
    let mut stage = Stage::set().await;
    let id = stage.asked("2026-03-02T08:00:00Z", "it").await;
    stage.now("2026-03-02T09:00:00Z").await;
    let mut changes = watch(&mut stage.root, 0).await;
    next(&mut changes).await;
    stage.now("2026-03-05T12:00:00Z").await;
    loop {
        let (clocks, _) = of(&mut changes, &id).await;
        if clocks[0].verdict() == pb::Verdict::Breached {
            break;
        }
    }
}
