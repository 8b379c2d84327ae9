//! Who may call, as the wire shows it.

use khidma_edge::client::connect;
use khidma_edge::status::ErrorReport;
use tonic::{Code, Request, Streaming};

use crate::echo::{echo, open_watch};
use crate::harness::{House, PATIENCE};

/// The refusal of a call with `token`, by code and reason.
async fn refusal(house: &House, token: Option<&str>) -> (Code, Option<String>) {
    let connection = connect(&house.target(), token).await.unwrap();
    let status = echo(&connection, Request::new("whoami".into()))
        .await
        .unwrap_err();
    let report = ErrorReport::from_status(&status);
    (report.code, report.reason)
}

#[tokio::test]
async fn a_believed_caller_reaches_the_handler() {
    let house = House::open().await;
    let who = echo(&house.connect().await, Request::new("whoami".into()))
        .await
        .unwrap();
    assert!(
        who.contains("amina") && who.contains("it") && who.contains("Manager"),
        "{who}"
    );
}

#[tokio::test]
async fn each_bad_token_is_refused_with_its_own_reason() {
    let house = House::open().await;
    let stranger = House::open().await;
    let good = house.token();
    let (message, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = stranger
        .token()
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let unsigned = "eyJhbGciOiJub25lIn0.e30.";
    for (token, reason) in [
        (None, "MISSING_TOKEN"),
        (Some("garbage".to_owned()), "MALFORMED_TOKEN"),
        (Some(unsigned.to_owned()), "ALGORITHM_NOT_ALLOWED"),
        (Some(stranger.token()), "FOREIGN_TOKEN"),
        (Some(format!("{message}.{signature}")), "INVALID_SIGNATURE"),
    ] {
        let refused = refusal(&house, token.as_deref()).await;
        assert_eq!(
            refused,
            (Code::Unauthenticated, Some(reason.to_owned())),
            "{token:?}"
        );
    }
}

#[tokio::test]
async fn a_token_expires_while_its_connection_lives() {
    let house = House::open().await;
    let connection = house.connect().await;
    echo(&connection, Request::new("x".into())).await.unwrap();
    house.hand.advance_seconds(3600);
    let status = echo(&connection, Request::new("x".into()))
        .await
        .unwrap_err();
    assert_eq!(
        ErrorReport::from_status(&status).reason.as_deref(),
        Some("EXPIRED_TOKEN")
    );
}

/// How `stream` ends, once all that it had to say is read.
async fn end_of(mut stream: Streaming<String>) -> (Code, Option<String>) {
    let end = async {
        loop {
            match stream.message().await {
                Ok(message) => assert!(message.is_some(), "it ended well"),
                Err(status) => return ErrorReport::from_status(&status),
            }
        }
    };
    let report = tokio::time::timeout(PATIENCE, end).await.unwrap();
    (report.code, report.reason)
}

#[tokio::test]
async fn an_open_stream_ends_when_its_token_does() {
    let house = House::open().await;
    let connection = house.connect().await;
    for message in ["silence", "flood"] {
        let mut stream = open_watch(&connection, message).await.unwrap();
        assert!(stream.message().await.unwrap().is_some());
        house.hand.advance_seconds(629);
        assert!(echo(&connection, Request::new("x".into())).await.is_ok());
        house.hand.advance_seconds(1);
        let expired = (Code::Unauthenticated, Some("EXPIRED_TOKEN".to_owned()));
        assert_eq!(end_of(stream).await, expired, "{message}");
        house.hand.advance_seconds(-630);
    }
}

#[tokio::test]
async fn a_call_that_was_let_in_is_answered_though_its_token_expires() {
    let house = House::open().await;
    let connection = house.connect().await;
    let held = house
        .tasks
        .spawn(async move { echo(&connection, Request::new("hold".into())).await });
    let holding = tokio::time::timeout(PATIENCE, house.echo.holding.acquire()).await;
    holding.unwrap().unwrap().forget();
    house.hand.advance_seconds(3600);
    house.echo.gate.add_permits(1);
    assert_eq!(held.await.unwrap().unwrap(), "held");
}

#[tokio::test]
async fn who_calls_by_another_scheme_is_refused() {
    let house = House::open().await;
    let connection = connect(&house.target(), None).await.unwrap();
    let mut request = Request::new("whoami".to_owned());
    request
        .metadata_mut()
        .insert("authorization", "Basic YTpi".parse().unwrap());
    let status = echo(&connection, request).await.unwrap_err();
    assert_eq!(
        ErrorReport::from_status(&status).reason.as_deref(),
        Some("MALFORMED_TOKEN")
    );
}
