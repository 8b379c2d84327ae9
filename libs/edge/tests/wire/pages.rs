//! Pages by plain HTTP beside gRPC on one port.

use std::time::Duration;

use http::{Method, Response};
use khidma_edge::server::{Service, Visit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Request;

use crate::echo::echo;
use crate::harness::{House, Options, PATIENCE};

async fn says(visit: Visit) -> Response<String> {
    let Visit { method, rest, body } = visit;
    match method {
        Method::PUT => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Response::new(String::new())
        }
        _ => Response::new(format!(
            "{method} {rest} {}",
            String::from_utf8_lossy(&body)
        )),
    }
}

async fn house() -> House {
    House::open_with(Options {
        paged: Some(|service: Service| service.with_page("/page", says).with_page("/below/", says)),
        ..Options::default()
    })
    .await
}

/// All that the server answers to these bytes until it hangs up, which they ask it to.
async fn ask(house: &House, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(house.running.address()).await.unwrap();
    let length = body.len();
    let text = format!(
        "{head} HTTP/1.1\r\nhost: khidma\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(PATIENCE, reading)
        .await
        .unwrap()
        .unwrap();
    answer
}

#[tokio::test]
async fn a_page_is_called_by_plain_http_and_rpcs_go_on_beside_it() {
    let house = house().await;
    let answer = ask(&house, "POST /below/a%2Fb?c", "x=1").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nPOST a%2Fb x=1"), "{answer}");
    for said in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'",
    ] {
        assert!(answer.contains(said), "{said} is not in {answer}");
    }
    let connection = house.connect().await;
    let said = echo(&connection, Request::new("x".into())).await;
    assert_eq!(said.unwrap(), "x");
}

#[tokio::test]
async fn what_is_no_page_is_not_found_and_rpcs_are_not_called_by_http_1() {
    let house = house().await;
    let rpc = "POST /grpc.health.v1.Health/Check";
    for head in ["GET /", "GET /page/", "GET /pages", "GET /below", rpc] {
        let answer = ask(&house, head, "").await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{head}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let house = house().await;
    let answer = ask(&house, "POST /page", &"x".repeat(8 << 10)).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = ask(&house, "POST /page", &"x".repeat((8 << 10) + 1)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_back() {
    let house = house().await;
    let mut held = Vec::new();
    for _ in 0..32 {
        let mut stream = TcpStream::connect(house.running.address()).await.unwrap();
        let text = b"PUT /page HTTP/1.1\r\nhost: khidma\r\n\r\n";
        stream.write_all(text).await.unwrap();
        held.push(stream);
    }
    let refused = khidma_testkit::eventually(PATIENCE, || async {
        let answer = ask(&house, "GET /page", "").await;
        answer.starts_with("HTTP/1.1 429 ") && answer.contains("retry-after: 1")
    });
    assert!(refused.await, "none is refused");
    drop(held);
    let free = khidma_testkit::eventually(PATIENCE, || async {
        ask(&house, "GET /page", "")
            .await
            .starts_with("HTTP/1.1 200 ")
    });
    assert!(free.await, "their room is not given back");
}

#[tokio::test]
async fn a_server_without_pages_speaks_grpc_only() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.running.address()).await.unwrap();
    let text = b"GET /page HTTP/1.1\r\nhost: khidma\r\nconnection: close\r\n\r\n";
    stream.write_all(text).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    // Hung up in the middle of what was written, or after the frame that ends an HTTP/2 connection.
    let _ = tokio::time::timeout(PATIENCE, reading).await.unwrap();
    assert!(!answer.starts_with(b"HTTP/1"), "{answer:?}");
}
