//! A thousand subscribers of fifty departments, live, on the cores that append the events; beside as many bare streams.

use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_kernel::Role;
use khidma_proto::feeds::feeds_service_client::FeedsServiceClient;
use khidma_proto::feeds::{FeedEvent, SubscribeRequest, SubscribeResponse};
use khidma_runtime::Tasks;
use tokio::sync::Barrier;
use tonic::Streaming;

use super::{DEPARTMENTS, EVENTS, department, live, make_known, streams};
use crate::Outcome;
use crate::memory::resident;
use crate::stage::Stage;
use crate::table::Table;

/// Connections that the subscribers share.
const CONNECTIONS: usize = 20;

/// Measures both, and says it as a table.
pub(crate) async fn measure(events: usize, subscribers: usize) -> Outcome<String> {
    // As many for each department, in whole commits.
    let events = events / (EVENTS * DEPARTMENTS) * (EVENTS * DEPARTMENTS);
    let each = events / DEPARTMENTS;
    let deliveries = (each * subscribers) as f64;
    let bare = bare(each, subscribers).await?;
    let (ours, kib) = ours(events, subscribers).await?;
    let rate = |took: Duration| deliveries / took.as_secs_f64();
    let mut table = Table::new(["", "deliveries a second", "of bare"]);
    table.row([
        "bare streams, one event a message".into(),
        format!("{:.0}", rate(bare)),
        String::new(),
    ]);
    table.row([
        "Subscribe, live".into(),
        format!("{:.0}", rate(ours)),
        format!("{:.2}", rate(ours) / rate(bare)),
    ]);
    Ok(format!(
        "{subscribers} subscribers of {DEPARTMENTS} departments on {CONNECTIONS} connections, {events} events; memory of \
         a subscriber, both ends: {kib:.1} KiB\n\n{table}"
    ))
}

/// So many events come by each stream.
async fn drain(mut stream: Streaming<SubscribeResponse>, events: usize) -> Outcome {
    let mut came = 0;
    while came < events {
        let response = stream.message().await?.ok_or("the stream ended")?;
        came += response.events.len();
    }
    Ok(())
}

async fn ours(events: usize, subscribers: usize) -> Outcome<(Duration, f64)> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    make_known(&*log).await?;
    let stage = Stage::start_feeds(log.clone(), folder.path()).await?;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(
            stage
                .connect_as("amina", "department-00", &[Role::Admin])
                .await?,
        );
    }
    let before = resident(std::process::id())?;
    let ready = Arc::new(Barrier::new(subscribers + 1));
    let mut running = Vec::new();
    for number in 0..subscribers {
        let connection = connections[number % CONNECTIONS].clone();
        let (department, ready) = (department(number)?, ready.clone());
        running.push(tasks.spawn(async move {
            let mut client = FeedsServiceClient::new(connection);
            let question = SubscribeRequest {
                department_id: department.to_string(),
                from_now: true,
                ..Default::default()
            };
            let mut stream = client.subscribe(question).await?.into_inner();
            // It says when it is at the end of the log.
            while !stream.message().await?.ok_or("the stream ended")?.live {}
            ready.wait().await;
            drain(stream, events / DEPARTMENTS).await
        }));
    }
    ready.wait().await;
    let kib = (resident(std::process::id())?.saturating_sub(before) * 1024) as f64;
    let began = Instant::now();
    live(
        &log,
        events / (EVENTS * DEPARTMENTS) * (EVENTS * DEPARTMENTS),
    )
    .await?;
    for one in running {
        one.await??;
    }
    let took = began.elapsed();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;
    Ok((took, kib / subscribers as f64))
}

/// An event about as large as ours.
fn sample() -> FeedEvent {
    FeedEvent {
        id: "0199c0de-7a3e-7c41-9d0b-5f2c7a1e4b10".into(),
        source: "/khidma/requests".into(),
        r#type: "khidma.requests.submitted.v1".into(),
        subject: "0199c0de-7a3d-7f60-8a11-2b9d3c4e5f60".into(),
        position: 1204,
        actor: "person:amina".into(),
        correlation_id: "0199c0de-7a3d-7f60-8a11-2b9d3c4e5f60".into(),
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into(),
        data: vec![b'x'; 60].into(),
        ..Default::default()
    }
}

async fn bare(each: usize, subscribers: usize) -> Outcome<Duration> {
    let tasks = Tasks::new();
    let answer = SubscribeResponse {
        events: vec![sample()],
        position: 1204,
        live: true,
    };
    let address = streams::start(&tasks, answer, each).await?;
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(
            tonic::transport::Endpoint::from_shared(address.clone())?
                .connect()
                .await?,
        );
    }
    let began = Instant::now();
    let mut running = Vec::new();
    for number in 0..subscribers {
        let channel = channels[number % CONNECTIONS].clone();
        running.push(tasks.spawn(async move { drain(streams::open(channel).await?, each).await }));
    }
    for one in running {
        one.await??;
    }
    let took = began.elapsed();
    tasks.drain(Duration::from_secs(20)).await;
    Ok(took)
}
