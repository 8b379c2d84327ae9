//! The stream of feeds on a real nats-server: exactly what the log says, whoever publishes and however often it dies.

use std::collections::BTreeMap;
use std::sync::Arc;

use khidma_eventlog::{JetStreamConfig, JetStreamLog};
use khidma_runtime::Tasks;
use khidma_testkit::{Host, NatsServer, Streamed, eventually};

use crate::stage::{Line, Log, PATIENCE, host, replied, request, submitted, subscribe, until};

const STREAM: &str = "khidma-feed";

async fn connect(server: &NatsServer) -> Log {
    let config = JetStreamConfig::new(server.url());
    let log = JetStreamLog::connect(config, &Tasks::new()).await.unwrap();
    Log::new(Arc::new(log))
}

fn line(message: &Streamed) -> Line {
    let header = |name: &str| message.headers[name].clone();
    let position = header("ce-position").parse().unwrap();
    (position, header("ce-id"), header("ce-type"))
}

/// What the stream holds, by department, in its order.
fn feeds(messages: &[Streamed]) -> BTreeMap<String, Vec<Line>> {
    let mut feeds = BTreeMap::<_, Vec<_>>::new();
    for message in messages {
        let department = message.subject.split('.').nth(2).unwrap().to_owned();
        feeds.entry(department).or_default().push(line(message));
    }
    feeds
}

/// Waits until the stream holds all that the log says, and makes sure that it holds nothing else.
async fn complete(server: &NatsServer, log: &Log) -> Vec<Streamed> {
    let expected = log.feeds().await;
    let count: usize = expected.values().map(Vec::len).sum();
    let there = eventually(PATIENCE, || async {
        server.messages(STREAM).await.len() >= count
    });
    let there = there.await;
    let messages = server.messages(STREAM).await;
    assert!(there, "{} of {count}", messages.len());
    assert!(
        feeds(&messages) == expected,
        "the feeds are not what the log says"
    );
    let positions: Vec<_> = messages.iter().map(|message| line(message).0).collect();
    assert!(
        positions.is_sorted(),
        "the whole stream is in the order of the log"
    );
    messages
}

async fn fill(log: &Log, numbers: std::ops::Range<u128>) {
    for number in numbers {
        log.asked(number).await;
        log.say(&request(number), &["it"], vec![replied("a"), replied("b")])
            .await;
        log.say(
            &request(10_000 + number),
            &["facilities"],
            vec![submitted()],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_a_cloud_event_in_binary_mode() {
    let server = NatsServer::start().await;
    let log = connect(&server).await;
    log.departments(&["it"]).await;
    let _host = host(&log).await;
    let position = log
        .say(&request(1), &["hr", "it"], vec![replied("Soon")])
        .await;
    let messages = complete(&server, &log).await;
    let subjects: Vec<_> = messages.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "khidma.feed.it.directory.department_created",
            "khidma.feed.hr.requests.replied",
            "khidma.feed.it.requests.replied",
        ]
    );
    let replied = &messages[2];
    assert_eq!(replied.payload, br#"{"side":"provider","text":"Soon"}"#);
    let header = |name: &str| replied.headers.get(name).map(String::as_str);
    assert_eq!(header("ce-specversion"), Some("1.0"));
    assert_eq!(header("ce-type"), Some("khidma.requests.replied.v1"));
    assert_eq!(header("ce-subject"), Some(&*request(1)));
    assert_eq!(header("ce-position"), Some(&*position.to_string()));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("Khidma-Place"), Some(&*format!("{position}/0")));
    let id = format!("{}/it", header("ce-id").unwrap());
    assert_eq!(header("Nats-Msg-Id"), Some(&*id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_at_once_that_come_and_go_publish_each_event_once() {
    let mut server = NatsServer::start().await;
    let log = connect(&server).await;
    log.departments(&["facilities", "hr", "it"]).await;
    fill(&log, 0..30).await;
    let (one, two) = tokio::join!(host(&log), host(&log));
    fill(&log, 30..60).await;
    one.stop().await;
    fill(&log, 60..90).await;
    let three = host(&log).await;
    complete(&server, &log).await;
    server.restart().await;
    let alive = eventually(PATIENCE, || async { log.log.head().await.is_ok() });
    assert!(alive.await);
    fill(&log, 90..120).await;
    complete(&server, &log).await;
    two.stop().await;
    fill(&log, 120..130).await;
    complete(&server, &log).await;
    three.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_is_heard_by_grpc_and_a_rebuild_publishes_nothing() {
    let server = NatsServer::start().await;
    let log = connect(&server).await;
    log.departments(&["facilities", "hr", "it"]).await;
    fill(&log, 0..100).await;
    let host: Host = host(&log).await;
    let before = complete(&server, &log).await;
    let head = log.log.head().await.unwrap().0;
    for after in [0, 1, 5, head / 2, head - 1] {
        let mut feed = subscribe(&host, "it", after).await;
        let heard = until(&mut feed, head).await;
        assert!(heard == log.feed_after("it", after).await, "after {after}");
    }
    host.projections[0].rebuild(|_| {}).await.unwrap();
    log.asked(5000).await;
    let after = complete(&server, &log).await;
    assert_eq!(after.len(), before.len() + 2);
}
