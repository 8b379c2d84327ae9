//! The feeds' publisher beside bare publishing of as many messages of the same size, on the same server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use async_nats::jetstream::{self, stream};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use khidma_eventlog::{EventLog, JetStreamConfig, JetStreamLog};
use khidma_events::feed;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use khidma_testkit::NatsServer;

use super::{EVENTS, live, make_known};
use crate::Outcome;
use crate::stage::Stage;
use crate::table::Table;

/// Bare publishes under way at once.
const AT_ONCE: usize = 1000;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Fills the log, publishes as many messages barely, and then lets the publisher publish them, on a log that was there before it.
pub(crate) async fn measure(events: usize) -> Outcome<String> {
    let (nats, folder, tasks) = (
        NatsServer::start().await,
        tempfile::tempdir()?,
        Tasks::new(),
    );
    let log: Arc<dyn EventLog> =
        Arc::new(JetStreamLog::connect(JetStreamConfig::new(nats.url()), &tasks).await?);
    make_known(&*log).await?;
    live(&log, events).await?;
    let context = jetstream::new(async_nats::connect(nats.url()).await?);
    let bare = bare(&context, events).await?;
    let began = Instant::now();
    let stage = Stage::start_feeds(log, folder.path()).await?;
    until_published(&context, events).await?;
    let took = began.elapsed();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;

    let rate = |took: Duration| events as f64 / took.as_secs_f64();
    let mut table = Table::new(["", "messages a second", "of bare"]);
    table.row([
        "bare publish".into(),
        format!("{:.0}", rate(bare)),
        String::new(),
    ]);
    table.row([
        "the feeds' publisher".into(),
        format!("{:.0}", rate(took)),
        format!("{:.2}", rate(took) / rate(bare)),
    ]);
    Ok(format!(
        "{events} events, {EVENTS} a commit, into the feeds of 50 departments\n\n{table}"
    ))
}

/// A message as the publisher writes it.
fn message() -> Outcome<(HeaderMap, Bytes)> {
    let proposal = super::life(0, &khidma_runtime::Clock::system())?;
    let told = feed::told(Position(1), &proposal.payload, &feed::Remembered::default())?;
    let told = told.ok_or("nothing is public")?;
    let event = told.events.first().ok_or("nothing is public")?;
    let mut headers = HeaderMap::new();
    for (name, value) in event.headers() {
        headers.insert(name, value.as_str());
    }
    Ok((headers, Bytes::copy_from_slice(event.data.get().as_bytes())))
}

/// Publishes so many messages without any check.
async fn bare(context: &jetstream::Context, events: usize) -> Outcome<Duration> {
    let config = stream::Config {
        name: "bare".into(),
        subjects: vec!["bare.>".into()],
        ..Default::default()
    };
    context.create_stream(config).await?;
    let (headers, payload) = message()?;
    let began = Instant::now();
    let published = futures::stream::iter(0..events).map(|number| {
        let (headers, payload) = (headers.clone(), payload.clone());
        async move {
            let subject = format!("bare.department-{:02}.requests.submitted", number % 50);
            let acknowledged = context
                .publish_with_headers(subject, headers, payload)
                .await?;
            acknowledged.await?;
            Outcome::Ok(())
        }
    });
    published
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(began.elapsed())
}

async fn until_published(context: &jetstream::Context, events: usize) -> Outcome {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Ok(mut stream) = context.get_stream("khidma-feed").await
            && stream.info().await?.state.messages >= events as u64
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("not everything was published".into())
}
