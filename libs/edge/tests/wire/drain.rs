//! A graceful end: what runs is finished, what is open is told, nobody new comes in.

use std::time::{Duration, Instant};

use khidma_edge::client::connect;
use khidma_edge::config::Limits;
use khidma_edge::status::ErrorReport;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::echo::{echo, open_watch};
use crate::harness::{House, Options, PATIENCE};

#[tokio::test]
async fn a_running_call_ends_well_and_new_ones_are_refused() {
    let house = House::open().await;
    let connection = house.connect().await;
    let target = house.target();
    let held = house
        .tasks
        .spawn(async move { echo(&connection, Request::new("hold".into())).await });
    tokio::time::timeout(PATIENCE, house.echo.holding.acquire())
        .await
        .unwrap()
        .unwrap()
        .forget();

    let drained = house.tasks.spawn(house.running.drain());
    let refused =
        khidma_testkit::eventually(PATIENCE, || async { connect(&target, None).await.is_err() });
    assert!(refused.await, "a stopping server lets newcomers in");
    assert!(
        !drained.is_finished(),
        "it did not wait for the running call"
    );

    house.echo.gate.add_permits(1);
    assert_eq!(held.await.unwrap().unwrap(), "held");
    assert!(drained.await.unwrap(), "it was not drained in time");
}

#[tokio::test]
async fn an_open_stream_is_told_to_come_back() {
    let house = House::open().await;
    let mut stream = open_watch(&house.connect().await, "first").await.unwrap();
    assert_eq!(stream.message().await.unwrap().as_deref(), Some("first"));
    let drained = house.tasks.spawn(house.running.drain());
    let status = tokio::time::timeout(PATIENCE, stream.message())
        .await
        .unwrap()
        .unwrap_err();
    let report = ErrorReport::from_status(&status);
    assert_eq!(
        (report.code, report.reason.as_deref()),
        (Code::Unavailable, Some("SERVER_STOPPING"))
    );
    assert!(report.retry_after.is_some());
    assert!(drained.await.unwrap(), "it was not drained in time");
}

#[tokio::test]
async fn health_says_not_serving_before_the_end() {
    let house = House::open().await;
    let nobody = connect(&house.target(), None).await.unwrap();
    let request = HealthCheckRequest {
        service: String::new(),
    };
    let mut health = HealthClient::new(nobody)
        .watch(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        health.message().await.unwrap().unwrap().status(),
        ServingStatus::Serving
    );
    // The process begins to stop: that is enough.
    house.tasks.stop();
    let last = tokio::time::timeout(PATIENCE, health.message())
        .await
        .unwrap();
    match last {
        Ok(Some(message)) => assert_eq!(message.status(), ServingStatus::NotServing),
        other => assert_eq!(other.unwrap_err().code(), Code::Unavailable),
    }
}

#[tokio::test]
async fn a_call_that_does_not_end_is_not_waited_for_for_ever() {
    let limits = Limits {
        drain_seconds: 1,
        ..Limits::default()
    };
    let house = House::open_with(Options {
        limits,
        ..Options::default()
    })
    .await;
    let connection = house.connect().await;
    let held = house
        .tasks
        .spawn(async move { echo(&connection, Request::new("hold".into())).await });
    tokio::time::timeout(PATIENCE, house.echo.holding.acquire())
        .await
        .unwrap()
        .unwrap()
        .forget();
    let began = Instant::now();
    assert!(!house.running.drain().await, "the call has not ended");
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    held.abort();
}
