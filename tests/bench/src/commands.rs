//! Submit over gRPC beside an echo of the same message and beside bare appends of the same bytes.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use khidma_eventlog::{EmbeddedLog, EventLog, JetStreamConfig, JetStreamLog, Proposal};
use khidma_kernel::Position;
use khidma_proto::requests::SubmitRequest;
use khidma_runtime::Tasks;
use khidma_testkit::NatsServer;
use tempfile::TempDir;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::load::{Figures, drive};
use crate::stage::{Stage, laptop};
use crate::table::Table;
use crate::{Outcome, echo};

/// Calls in flight.
const IN_FLIGHT: [usize; 3] = [1, 64, 256];

/// One row of the table for each number in flight.
type Rows = Vec<Figures>;

/// Measures, and says it as a table.
pub(crate) async fn measure(calls: usize, connections: usize) -> Outcome<String> {
    let echo = echoed(calls, connections).await?;
    let folder = tempfile::tempdir()?;
    let tasks = Tasks::new();
    let embedded: Arc<dyn EventLog> =
        Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let (on_embedded, payload) = submitted(embedded, folder, calls, connections).await?;
    let folder = tempfile::tempdir()?;
    let bare_log: Arc<dyn EventLog> =
        Arc::new(EmbeddedLog::open(&folder.path().join("bare"), &tasks)?);
    let bare_embedded = appended(bare_log, payload.clone(), calls).await?;
    let server = NatsServer::start().await;
    let log: Arc<dyn EventLog> =
        Arc::new(JetStreamLog::connect(JetStreamConfig::new(server.url()), &tasks).await?);
    let (on_jetstream, _) = submitted(log, tempfile::tempdir()?, calls, connections).await?;
    let server = NatsServer::start().await;
    let log: Arc<dyn EventLog> =
        Arc::new(JetStreamLog::connect(JetStreamConfig::new(server.url()), &tasks).await?);
    let bare_jetstream = appended(log, payload.clone(), calls).await?;

    let mut table = Table::new([
        "",
        "in flight",
        "a second",
        "p50 ms",
        "p99 ms",
        "× echo",
        "× its bare append",
    ]);
    let mut rows = |name: &str, rows: &Rows, bare: Option<&Rows>| {
        for (index, figures) in rows.iter().enumerate() {
            table.row([
                name.to_owned(),
                IN_FLIGHT[index].to_string(),
                format!("{:.0}", figures.rate),
                format!("{:.2}", figures.p50.as_secs_f64() * 1e3),
                format!("{:.2}", figures.p99.as_secs_f64() * 1e3),
                format!("{:.2}", figures.rate / echo[index].rate),
                bare.map(|bare| format!("{:.2}", figures.rate / bare[index].rate))
                    .unwrap_or_default(),
            ]);
        }
    };
    rows("(a) tonic echo", &echo, None);
    rows(
        "(b) Submit, embedded, fsynced",
        &on_embedded,
        Some(&bare_embedded),
    );
    rows(
        "(c) Submit, JetStream R1",
        &on_jetstream,
        Some(&bare_jetstream),
    );
    rows("(d) append, embedded, fsynced", &bare_embedded, None);
    rows("(d) append, JetStream R1", &bare_jetstream, None);
    tasks.stop();
    Ok(format!(
        "Commands over {connections} connection(s); a commit has {} bytes\n\n{table}",
        payload.len()
    ))
}

/// At one in flight there is less to wait for.
fn scaled(in_flight: usize, calls: usize) -> usize {
    if in_flight == 1 { calls / 8 } else { calls }
}

async fn echoed(calls: usize, connections: usize) -> Outcome<Rows> {
    let tasks = Tasks::new();
    let address = echo::start::<SubmitRequest>(&tasks).await?;
    let mut channels = Vec::new();
    for _ in 0..connections {
        let endpoint = Channel::from_shared(address.clone())?.tcp_nodelay(true);
        channels.push(endpoint.connect().await?);
    }
    let mut rows = Rows::new();
    for in_flight in IN_FLIGHT {
        let channels = channels.clone();
        let call =
            move |number: usize| echo::call(channels[number % connections].clone(), laptop(number));
        rows.push(drive(in_flight, scaled(in_flight, calls), call).await?);
    }
    tasks.stop();
    Ok(rows)
}

/// Submits on `log`; with the bytes of such a commit.
async fn submitted(
    log: Arc<dyn EventLog>,
    folder: TempDir,
    calls: usize,
    connections: usize,
) -> Outcome<(Rows, Bytes)> {
    let stage = Stage::start(log.clone(), folder.path()).await?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(stage.client().await?);
    }
    let mut rows = Rows::new();
    for in_flight in IN_FLIGHT {
        let clients = clients.clone();
        let call = move |number: usize| {
            let mut client = clients[number % connections].clone();
            async move {
                client.submit(laptop(number)).await?;
                Ok(())
            }
        };
        rows.push(drive(in_flight, scaled(in_flight, calls), call).await?);
    }
    let head = log.head().await?;
    let last = log
        .follow(Position(head.0 - 1))
        .next()
        .await
        .ok_or("the log is empty")??;
    stage.end().await;
    Ok((rows, last.payload))
}

/// Appends the same bytes, each for an entity of its own, with nothing around it.
async fn appended(log: Arc<dyn EventLog>, payload: Bytes, calls: usize) -> Outcome<Rows> {
    let mut rows = Rows::new();
    for in_flight in IN_FLIGHT {
        let (log, payload) = (log.clone(), payload.clone());
        let call = move |_: usize| {
            let entity = Uuid::new_v4();
            let proposal = Proposal {
                id: entity,
                context: "requests",
                entity: entity.to_string(),
                payload: payload.clone(),
            };
            let log = log.clone();
            async move {
                log.append(proposal, Position::START).await?;
                Ok(())
            }
        };
        rows.push(drive(in_flight, scaled(in_flight, calls), call).await?);
    }
    Ok(rows)
}
