//! Sizes and times that a caller may not exceed.

use std::future::ready;
use std::time::Duration;

use khidma_edge::config::Limits;
use khidma_edge::status::ErrorReport;
use khidma_testkit::eventually;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::echo::{call, echo, open_watch};
use crate::harness::{House, Options, PATIENCE};

async fn house(limits: Limits) -> House {
    House::open_with(Options {
        limits,
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_and_one_under_it_is_not() {
    let house = house(Limits {
        max_request_bytes: 2048,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    assert_eq!(
        echo(&connection, Request::new("x".repeat(2000)))
            .await
            .unwrap()
            .len(),
        2000
    );
    let status = echo(&connection, Request::new("x".repeat(3000)))
        .await
        .unwrap_err();
    check_too_large(&status, 2048);
    // The connection lives on.
    echo(&connection, Request::new("x".into())).await.unwrap();
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_with_a_reason_too() {
    let house = house(Limits {
        max_response_bytes: 1024,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    let status = echo(&connection, Request::new("grow".into()))
        .await
        .unwrap_err();
    check_too_large(&status, 1024);
    assert!(status.message().contains("answer"), "{status}");
    let mut stream = open_watch(&connection, &"x".repeat(2000)).await.unwrap();
    check_too_large(&stream.message().await.unwrap_err(), 1024);
}

fn check_too_large(status: &Status, limit: usize) {
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (status.code(), info.reason.as_str()),
        (Code::OutOfRange, "TOO_LARGE")
    );
    assert_eq!(info.metadata["limit_bytes"], limit.to_string());
    assert!(status.message().contains(&limit.to_string()), "{status}");
}

#[tokio::test]
async fn header_fields_over_the_limit_are_refused() {
    let house = house(Limits {
        max_header_bytes: 4096,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    let mut request = Request::new("x".to_owned());
    request
        .metadata_mut()
        .insert("padding", "x".repeat(8000).parse().unwrap());
    assert!(echo(&connection, request).await.is_err());
    echo(&connection, Request::new("x".into())).await.unwrap();
}

#[tokio::test]
async fn a_slow_call_is_given_up_at_the_servers_limit() {
    let house = house(Limits {
        request_timeout_seconds: 1,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    let status = echo(&connection, Request::new("hold".into()))
        .await
        .unwrap_err();
    let report = ErrorReport::from_status(&status);
    assert_eq!(
        (report.code, report.reason.as_deref()),
        (Code::DeadlineExceeded, Some("DEADLINE_EXCEEDED"))
    );
}

#[tokio::test]
async fn a_handler_knows_how_long_it_is_waited_for() {
    let house = House::open().await;
    let connection = house.connect().await;
    let left = |answer: String| answer.parse::<u64>().unwrap();
    let ours = left(
        echo(&connection, Request::new("deadline".into()))
            .await
            .unwrap(),
    );
    assert!((5_001..=10_000).contains(&ours), "{ours}");
    let mut request = Request::new("deadline".to_owned());
    request.set_timeout(Duration::from_secs(5));
    let theirs = left(echo(&connection, request).await.unwrap());
    assert!((1..=5_000).contains(&theirs), "{theirs}");
}

#[tokio::test]
async fn an_open_stream_outlives_the_limit_of_a_call() {
    let house = house(Limits {
        request_timeout_seconds: 1,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    let mut stream = open_watch(&connection, "first").await.unwrap();
    assert_eq!(stream.message().await.unwrap().as_deref(), Some("first"));
    // A call that is given up at the limit shows that the limit has passed.
    let held = echo(&connection, Request::new("hold".into()))
        .await
        .unwrap_err();
    assert_eq!(held.code(), Code::DeadlineExceeded);
    let next = tokio::time::timeout(Duration::from_millis(50), stream.message()).await;
    assert!(next.is_err(), "the stream ended: {next:?}");
}

#[tokio::test]
async fn calls_beyond_the_limit_of_a_connection_are_shed() {
    let house = house(Limits {
        max_calls_per_connection: 2,
        ..Limits::default()
    })
    .await;
    let connection = house.connect().await;
    let held = [1, 2].map(|_| house.tasks.spawn(hold(connection.clone())));
    let both = tokio::time::timeout(PATIENCE, house.echo.holding.acquire_many(2))
        .await
        .unwrap();
    drop(both.unwrap());
    let status = echo(&connection, Request::new("x".into()))
        .await
        .unwrap_err();
    let report = ErrorReport::from_status(&status);
    assert_eq!(
        (report.code, report.reason.as_deref()),
        (Code::ResourceExhausted, Some("OVERLOADED"))
    );
    assert!(report.retry_after.is_some());
    // Another connection has a limit of its own.
    echo(&house.connect().await, Request::new("x".into()))
        .await
        .unwrap();
    house.echo.gate.add_permits(2);
    for call in held {
        assert_eq!(call.await.unwrap().unwrap(), "held");
    }
    echo(&connection, Request::new("x".into())).await.unwrap();
}

async fn hold(connection: khidma_edge::client::Connection) -> Result<String, Status> {
    echo(&connection, Request::new("hold".into())).await
}

#[tokio::test]
async fn a_method_or_service_that_does_not_exist_is_unimplemented() {
    let house = House::open().await;
    let connection = house.connect().await;
    for path in ["/khidma.test.v1.EchoService/No", "/no.such.Service/No"] {
        let status = call(&connection, path, Request::new("x".into()))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
    }
}

#[tokio::test]
async fn a_handler_ends_when_its_caller_gives_up() {
    let house = House::open().await;
    let connection = house.connect().await;
    let mut request = Request::new("hold".to_owned());
    // Long enough for the call to arrive, also on a busy machine.
    request.set_timeout(Duration::from_secs(2));
    let (refused, holding) = tokio::join!(echo(&connection, request), house.echo.holding.acquire());
    assert!(refused.is_err() && holding.is_ok());
    let ended = eventually(PATIENCE, || ready(house.echo.held() == 0));
    assert!(ended.await, "the handler still runs");
}
