//! `khidma feed subscribe` against a server that breaks off.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use khidma_proto::feeds::feeds_service_server::{FeedsService, FeedsServiceServer};
use khidma_proto::feeds::{FeedEvent, SubscribeRequest, SubscribeResponse};
use khidma_runtime::Tasks;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::server::{Said, program, run};

/// Tells one event, then breaks off; opened again, it tells the next one, and then that this was all.
#[derive(Clone, Default)]
struct Feeds(Arc<Mutex<Vec<SubscribeRequest>>>);

fn event(position: u64) -> FeedEvent {
    FeedEvent {
        id: format!("01890000-0000-7000-8000-{position:012}"),
        source: "/khidma/requests".into(),
        r#type: "khidma.requests.replied.v1".into(),
        subject: "some-request".into(),
        time: Some(prost_types::Timestamp {
            seconds: 1_772_442_000,
            nanos: 250_000_000,
        }),
        position,
        actor: "person:amina".into(),
        correlation_id: "01890000-0000-7000-8000-0000000000aa".into(),
        data: r#"{"side":"provider","text":"Soon"}"#.into(),
        ..FeedEvent::default()
    }
}

#[tonic::async_trait]
impl FeedsService for Feeds {
    type SubscribeStream = BoxStream<'static, Result<SubscribeResponse, Status>>;

    async fn subscribe(
        &self,
        request: Request<SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let mut asked = self.0.lock().unwrap();
        asked.push(request.into_inner());
        let told = |position, live| SubscribeResponse {
            events: vec![event(position)],
            position: position + 1,
            live,
        };
        let said = match asked.len() {
            1 => vec![
                Ok(told(7, false)),
                Err(Status::unavailable("the server stops")),
            ],
            _ => vec![Ok(told(9, true)), Ok(told(11, false))],
        };
        Ok(Response::new(stream::iter(said).boxed()))
    }
}

impl Feeds {
    async fn told(&self, line: &str) -> Said {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::builder()
            .add_service(FeedsServiceServer::new(self.clone()))
            .serve_with_incoming(TcpIncoming::from(listener));
        Tasks::new().spawn(server);
        run(program(&format!("{line} --token x --server {address}"))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_after_the_last_position_and_ends_when_all_is_told() {
    let feeds = Feeds::default();
    let line =
        "feed subscribe it --after 5 --context requests --type requests.replied --no-follow --json";
    let said = feeds.told(line).await;
    assert_eq!(said.exit, 0, "{said:?}");
    let asked: Vec<_> = feeds.0.lock().unwrap().clone();
    let after: Vec<_> = asked.iter().map(|one| one.after_position).collect();
    assert_eq!(after, [5, 8]);
    assert_eq!(asked[1].department_id, "it");
    assert_eq!(asked[1].contexts, ["requests"]);
    assert_eq!(asked[1].types, ["khidma.requests.replied.v1"]);

    let lines = said.stdout.lines();
    let told: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let positions: Vec<_> = told.iter().map(|one| one["position"].clone()).collect();
    assert_eq!(positions, [7, 9]);
    assert_eq!(
        told[0],
        json!({
            "specversion": "1.0",
            "id": "01890000-0000-7000-8000-000000000007",
            "source": "/khidma/requests",
            "type": "khidma.requests.replied.v1",
            "subject": "some-request",
            "time": "2026-03-02T09:00:00.250000Z",
            "datacontenttype": "application/json",
            "position": 7,
            "actor": "person:amina",
            "correlationid": "01890000-0000-7000-8000-0000000000aa",
            "data": { "side": "provider", "text": "Soon" },
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_began_now_goes_on_from_then_and_reads_lines() {
    let feeds = Feeds::default();
    let said = feeds.told("feed subscribe it --from-now").await;
    assert_eq!(said.exit, 0, "{said:?}");
    let asked: Vec<_> = feeds.0.lock().unwrap().clone();
    let from: Vec<_> = asked
        .iter()
        .map(|one| (one.from_now, one.after_position))
        .collect();
    assert_eq!(from, [(true, 0), (false, 8)]);
    assert_eq!(said.stdout.lines().count(), 3, "{said:?}");
    for word in [
        "requests.replied.v1",
        "person:amina",
        "some-request",
        "Soon",
    ] {
        assert!(said.stdout.contains(word), "{word}: {said:?}");
    }
}
