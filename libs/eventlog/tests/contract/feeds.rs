//! The stream of the departments' feeds, on a real server: all or none, one publisher at a time, and never a doubt about
//! where it ends.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, stream};
use futures::StreamExt;
use khidma_eventlog::{
    EventLog, FeedConfig, FeedEnd, FeedError, FeedMessage, FeedPlace, FeedStream, JetStreamConfig,
    JetStreamLog, LogError, MAX_FEED_BATCH, MemoryLog,
};
use khidma_kernel::Position;
use khidma_runtime::{Clock, Tasks};
use khidma_testkit::{NatsServer, eventually};

const PATIENCE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn open(server: &NatsServer, kept: Duration) -> Result<Arc<dyn FeedStream>, LogError> {
    let mut config = JetStreamConfig::new(server.url());
    config.answer_patience = Duration::from_secs(2);
    let log = JetStreamLog::connect(config, &Tasks::new()).await?;
    let feeds = log.feeds(FeedConfig::kept_for(kept)).await?;
    Ok(feeds.expect("a log on a server has a stream beside it"))
}

fn message(number: u64) -> FeedMessage {
    let position = Position(number / 2);
    let index = u32::try_from(number % 2).unwrap();
    FeedMessage {
        place: FeedPlace { position, index },
        topic: "it.requests.submitted".into(),
        id: format!("{number}/it"),
        headers: vec![("ce-id", number.to_string())],
        payload: format!("{{\"number\":{number}}}").into(),
    }
}

fn messages(numbers: std::ops::Range<u64>) -> Vec<FeedMessage> {
    numbers.map(message).collect()
}

fn end(sequence: u64) -> FeedEnd {
    let last = message(sequence - 1);
    FeedEnd {
        sequence,
        last: Some((last.place, last.topic)),
    }
}

/// What a subscriber without our code reads, in order.
async fn read(server: &NatsServer, count: usize) -> Vec<async_nats::Message> {
    let client = async_nats::connect(server.url()).await.unwrap();
    let stream = jetstream::new(client).get_stream("khidma-feed").await;
    let consumer = stream
        .unwrap()
        .create_consumer(jetstream::consumer::pull::OrderedConfig::default())
        .await
        .unwrap();
    let read = consumer.messages().await.unwrap().take(count);
    let read = read.map(|message| message.unwrap().message).collect();
    tokio::time::timeout(PATIENCE, read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_is_there_in_order_and_the_stream_knows_its_end() {
    let mut server = NatsServer::start().await;
    let feeds = open(&server, DAY).await.unwrap();
    let nothing = FeedEnd {
        sequence: 0,
        last: None,
    };
    assert_eq!(feeds.end().await, Ok(nothing));
    assert_eq!(feeds.publish(&messages(0..1), 0).await, Ok(1));
    let most = MAX_FEED_BATCH as u64;
    let rest = messages(1..1 + most);
    assert_eq!(feeds.publish(&rest, 1).await, Ok(1 + most));
    assert_eq!(feeds.end().await, Ok(end(1 + most)));

    server.restart().await;
    assert!(eventually(PATIENCE, || async { feeds.end().await.is_ok() }).await);
    assert_eq!(feeds.end().await, Ok(end(1 + most)));
    let read = read(&server, MAX_FEED_BATCH + 1).await;
    for (number, told) in (0..).zip(&read) {
        let expected = message(number);
        assert_eq!(told.payload, expected.payload);
        assert_eq!(&*told.subject, "khidma.feed.it.requests.submitted");
        let headers = told.headers.as_ref().unwrap();
        assert_eq!(headers.get("ce-id").unwrap().as_str(), number.to_string());
        assert_eq!(headers.get("Nats-Msg-Id").unwrap().as_str(), expected.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_behind_another_end_is_refused_whole() {
    let server = NatsServer::start().await;
    let feeds = open(&server, DAY).await.unwrap();
    feeds.publish(&messages(0..10), 0).await.unwrap();
    for (after, batch) in [(9, 10..20), (0, 10..11), (11, 10..20), (9, 10..11)] {
        let refused = feeds.publish(&messages(batch), after).await;
        assert_eq!(refused, Err(FeedError::Conflict), "after {after}");
    }
    assert_eq!(feeds.end().await, Ok(end(10)), "nothing of them is there");
    let again = feeds.publish(&messages(5..15), 10).await;
    assert_eq!(
        again,
        Err(FeedError::Conflict),
        "what is there comes not again"
    );
    let again = feeds.publish(&messages(9..10), 10).await;
    assert_eq!(again, Err(FeedError::Conflict));
    assert_eq!(feeds.publish(&messages(10..20), 10).await, Ok(20));
}

/// Publishes the numbers from where the stream ends, whoever brought it there, up to `most`.
async fn publish_all(feeds: Arc<dyn FeedStream>, most: u64, size: u64) -> usize {
    let mut conflicts = 0;
    loop {
        let mut sequence = match feeds.end().await {
            Ok(end) => end.sequence,
            Err(_) => continue,
        };
        while sequence < most {
            let batch = messages(sequence..most.min(sequence + size));
            match feeds.publish(&batch, sequence).await {
                Ok(last) => sequence = last,
                Err(FeedError::Conflict) => {
                    conflicts += 1;
                    break;
                }
                Err(FeedError::Log(_)) => break,
            }
        }
        if sequence >= most {
            return conflicts;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_publishers_at_once_each_message_comes_once_in_order_though_the_server_dies() {
    let mut server = NatsServer::start().await;
    let tasks = Tasks::new();
    let most = 3000;
    let mut publishers = Vec::new();
    for size in [1, 7, 64, 7] {
        let feeds = open(&server, DAY).await.unwrap();
        publishers.push(tasks.spawn(publish_all(feeds, most, size)));
    }
    let watching = open(&server, DAY).await.unwrap();
    let reached = eventually(PATIENCE, || async {
        watching
            .end()
            .await
            .is_ok_and(|end| end.sequence > most / 3)
    });
    assert!(reached.await);
    server.restart().await;
    let mut conflicts = 0;
    for publisher in publishers {
        let done = tokio::time::timeout(PATIENCE, publisher).await;
        conflicts += done.expect("a publisher hangs").unwrap();
    }
    assert!(conflicts > 0, "they never met");
    assert_eq!(watching.end().await, Ok(end(most)));
    let read = read(&server, usize::try_from(most).unwrap()).await;
    let read: Vec<_> = read.iter().map(|told| told.payload.clone()).collect();
    let expected: Vec<_> = messages(0..most)
        .into_iter()
        .map(|one| one.payload)
        .collect();
    assert!(read == expected, "each once, in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_no_conflict() {
    let mut server = NatsServer::start().await;
    let feeds = open(&server, DAY).await.unwrap();
    feeds.publish(&messages(0..2), 0).await.unwrap();
    server.kill();
    for batch in [2..3, 2..9] {
        let away = feeds.publish(&messages(batch), 2).await;
        assert!(
            matches!(away, Err(FeedError::Log(LogError::Unavailable(_)))),
            "{away:?}"
        );
    }
    assert!(matches!(feeds.end().await, Err(LogError::Unavailable(_))));
    server.restart().await;
    assert!(eventually(PATIENCE, || async { feeds.end().await.is_ok() }).await);
    // What was sent into the outage may have come through, whole or not at all.
    let sequence = feeds.end().await.unwrap().sequence;
    assert!([2, 3, 9].contains(&sequence), "{sequence}");
    let next = messages(sequence..sequence + 3);
    assert_eq!(feeds.publish(&next, sequence).await, Ok(sequence + 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_expired_is_gone_and_the_count_goes_on() {
    let server = NatsServer::start().await;
    let feeds = open(&server, Duration::from_secs(1)).await.unwrap();
    assert_eq!(feeds.last_stored().await, Ok(None));
    feeds.publish(&messages(0..10), 0).await.unwrap();
    let stored = feeds.last_stored().await.unwrap();
    let now = Clock::system().now();
    assert!(stored > Some(now.plus_seconds(-60)) && stored <= Some(now));
    let gone = FeedEnd {
        sequence: 10,
        last: None,
    };
    let expired = eventually(PATIENCE, || async { feeds.end().await == Ok(gone.clone()) });
    assert!(expired.await);
    assert_eq!(feeds.last_stored().await, Ok(stored), "that it remembers");
    let refused = feeds.publish(&messages(10..12), 0).await;
    assert_eq!(
        refused,
        Err(FeedError::Conflict),
        "it is empty, but not new"
    );
    assert_eq!(feeds.publish(&messages(10..12), 10).await, Ok(12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_published_can_be_taken_back_and_how_long_it_is_kept_can_change() {
    let server = NatsServer::start().await;
    let feeds = open(&server, DAY).await.unwrap();
    feeds.publish(&messages(0..10), 0).await.unwrap();
    open(&server, 2 * DAY).await.unwrap();
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = jetstream::new(client);
    let mut stream = context.get_stream("khidma-feed").await.unwrap();
    assert_eq!(stream.info().await.unwrap().config.max_age, 2 * DAY);
    assert!(stream.purge().await.is_err());
    assert!(stream.delete_message(3).await.is_err());
    assert_eq!(feeds.end().await, Ok(end(10)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_others_made_or_publish_to_is_refused() {
    let server = NatsServer::start().await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = jetstream::new(client.clone());
    let loose = stream::Config {
        name: "khidma-feed".into(),
        subjects: vec!["khidma.feed.>".into()],
        ..Default::default()
    };
    context.create_stream(loose).await.unwrap();
    let refused = open(&server, DAY).await.err().unwrap().to_string();
    assert!(
        refused.contains("deny_purge") && refused.contains("allow_atomic"),
        "{refused}"
    );
    context.delete_stream("khidma-feed").await.unwrap();

    let feeds = open(&server, DAY).await.unwrap();
    let foreign = context.publish("khidma.feed.it.requests.submitted", "{}".into());
    foreign.await.unwrap().await.unwrap();
    let refused = feeds.end().await.unwrap_err();
    assert!(matches!(refused, LogError::Failed(_)), "{refused}");
}

#[tokio::test]
async fn a_log_in_this_process_has_no_stream_beside_it() {
    let config = FeedConfig::kept_for(DAY);
    assert!(MemoryLog::new().feeds(config).await.unwrap().is_none());
}
