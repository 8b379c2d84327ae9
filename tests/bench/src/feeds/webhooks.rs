//! Messages posted to a webhook on this machine that answers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_kernel::Role;
use khidma_proto::notifications::deliveries_service_client::DeliveriesServiceClient;
use khidma_proto::notifications::register_endpoint_request::Owner;
use khidma_proto::notifications::{EndpointKind, MessageKind, RegisterEndpointRequest};
use khidma_runtime::Tasks;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;
use crate::load::drive;
use crate::stage::{Stage, key, laptop};
use crate::table::Table;

/// Calls under way at once.
const IN_FLIGHT: usize = 256;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Submits requests, of each of which the department's webhook is told, and measures how fast they come.
pub(crate) async fn measure(messages: usize) -> Outcome<String> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let stage = Stage::start_with_notifications(log, folder.path()).await?;
    let (posted, url) = sink(&tasks).await?;
    let leader = stage.connect_as("daniel", "it", &[Role::Manager]).await?;
    let endpoint = RegisterEndpointRequest {
        request_id: key(),
        id: "sink".into(),
        owner: Some(Owner::DepartmentId("it".into())),
        kind: EndpointKind::Webhook.into(),
        url,
        kinds: vec![MessageKind::Request.into()],
        ..Default::default()
    };
    DeliveriesServiceClient::new(leader)
        .register_endpoint(endpoint)
        .await?;
    let client = stage.client().await?;
    let submit = move |number| {
        let mut client = client.clone();
        async move { Ok(client.submit(laptop(number)).await.map(|_| ())?) }
    };
    let expected = messages + messages / 10;
    let began = Instant::now();
    let submitted = drive(IN_FLIGHT, messages, submit).await?.rate;
    while posted.load(Ordering::Relaxed) < expected {
        if began.elapsed() > PATIENCE {
            return Err("not everything was posted".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let rate = expected as f64 / began.elapsed().as_secs_f64();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;
    let mut table = Table::new(["", "a second"]);
    table.row([
        "Submit, of each of which is told".into(),
        format!("{submitted:.0}"),
    ]);
    table.row([
        "webhooks, from the first Submit to the last post".into(),
        format!("{rate:.0}"),
    ]);
    Ok(format!(
        "{expected} messages to one webhook on this machine\n\n{table}"
    ))
}

/// An HTTP server that counts what is posted to it; its URL.
async fn sink(tasks: &Tasks) -> Outcome<(Arc<AtomicUsize>, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let posted = Arc::new(AtomicUsize::new(0));
    let (counter, spawner) = (posted.clone(), tasks.clone());
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            spawner.spawn(answer(stream, counter.clone()));
        }
    });
    Ok((posted, url))
}

/// Answers what comes by one connection, until it is closed.
async fn answer(stream: TcpStream, posted: Arc<AtomicUsize>) -> Outcome {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line).await? > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            line.clear();
        }
        if length == 0 {
            return Ok(());
        }
        stream.read_exact(&mut vec![0; length]).await?;
        posted.fetch_add(1, Ordering::Relaxed);
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")
            .await?;
    }
}
