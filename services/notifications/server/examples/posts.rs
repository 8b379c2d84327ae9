//! How many webhooks a second are delivered to a receiver on the same machine.
//!
//! `nice cargo run --release -p khidma-notifications --example posts -- 10000 4 64`: messages, endpoints, attempts to one
//! endpoint at once. On the embedded log: each delivery is asked for by a commit, posted, signed, and its outcome is another
//! commit, each flushed to the disk. Before it the same posts without deliveries: bodies of their size over connections kept
//! open, as many at once.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is there to print figures, and whatever fails ends it"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::directory::{DepartmentCreated, DepartmentEvent, department_entity};
use khidma_events::notifications::*;
use khidma_kernel::{DeliveryId, Position, Role, Timestamp};
use khidma_notifications_texts::sample;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::deliveries_service_client::DeliveriesServiceClient;
use khidma_runtime::Tasks;
use khidma_testkit::{Host, Said, append, append_said, eventually};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Commits under way at once while deliveries are asked for.
const ABREAST: usize = 256;
const LONG: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() {
    let mut asked = std::env::args().skip(1);
    let mut next = |usual: u64| asked.next().map_or(usual, |text| text.parse().unwrap());
    let (messages, endpoints, at_once) = (next(10_000), next(4), next(64));
    let tasks = Tasks::new();
    let taken = Arc::new(AtomicU64::new(0));
    let address = receiver(&tasks, taken.clone()).await;

    let begun = Instant::now();
    bare(&address, messages, endpoints * at_once).await;
    tell("bare posts", messages, begun);
    taken.store(0, Ordering::Relaxed);

    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(folder.path(), &tasks).unwrap());
    let created = DepartmentCreated {
        department: "it".parse().unwrap(),
        name: "IT".into(),
        parent: None,
    };
    let events: Vec<DepartmentEvent> = vec![created.into()];
    append(&*log, department_entity(&"it".parse().unwrap()), events).await;
    let host = host(log.clone(), at_once).await;
    let mina = host.connect("mina", "it", &[Role::Manager]).await;
    let mut mina = DeliveriesServiceClient::new(mina);
    for endpoint in 0..endpoints {
        let request = pb::RegisterEndpointRequest {
            request_id: Uuid::new_v4().to_string(),
            id: format!("hook-{endpoint}"),
            owner: Some(pb::register_endpoint_request::Owner::DepartmentId(
                "it".into(),
            )),
            kind: pb::EndpointKind::Webhook.into(),
            // Hosts of their own, as endpoints usually are.
            url: format!(
                "http://{}/hook",
                address.replace("127.0.0.1", &format!("127.0.0.{}", endpoint + 1))
            ),
            kinds: vec![],
            language: "en".into(),
        };
        mina.register_endpoint(request).await.unwrap();
    }
    let begun = Instant::now();
    let requests = (0..messages).map(|number| ask(&*log, number, endpoints));
    futures::stream::iter(requests)
        .buffer_unordered(ABREAST)
        .collect::<Vec<_>>()
        .await;
    tell("asked for", messages, begun);
    let all = eventually(LONG, || async { taken.load(Ordering::Relaxed) >= messages }).await;
    tell("posted", messages, begun);
    let last = Position(log.head().await.unwrap().0.max(2 * messages));
    let written = eventually(LONG, || async { host.projections[0].position() >= last }).await;
    tell("written down and shown", messages, begun);
    assert!(all && written, "not all arrived");
    println!("posted in all: {}", taken.load(Ordering::Relaxed));
    host.stop().await;
    tasks.drain(Duration::from_secs(5)).await;
}

fn tell(what: &str, count: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what}: {seconds:.2} s, {:.0}/s", count as f64 / seconds);
}

async fn host(log: Arc<dyn EventLog>, at_once: u64) -> Host {
    let section = json!({
        "posts": { "allow_http": true, "allow_private": ["127.0.0.0/8"], "idle_connections": at_once },
        "send": { "per_receiver": at_once, "per_host": at_once },
    });
    Host::on(log, |mut deps| async move {
        let mut config = (*deps.config).clone();
        config.set_service("notifications", &section).unwrap();
        deps.config = Arc::new(config);
        Ok(vec![khidma_notifications::start(&deps).await?])
    })
    .await
}

async fn ask(log: &dyn EventLog, number: u64, endpoints: u64) {
    let endpoint = format!("hook-{}", number % endpoints);
    let requested = DeliveryRequested {
        to: Receiver::Endpoint(endpoint.parse().unwrap()),
        channel: Channel::Webhook,
        message: sample(MessageKind::Breach),
        language: "en".into(),
        texts: 1,
        origin: Origin {
            position: Position(10_000_000 + number),
            number: 0,
        },
        urgent: false,
        not_before: None,
    };
    let said = Said::by_person("mina", Timestamp::from_micros(1_772_442_000_000_000));
    let events: Vec<DeliveryEvent> = vec![requested.into()];
    let id = DeliveryId(Uuid::new_v4());
    append_said(log, id.to_string(), Position::START, said, events).await;
}

/// The same posts by themselves.
async fn bare(address: &str, messages: u64, connections: u64) {
    let body = "x".repeat(900);
    let head = "POST /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
    let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (request, left) = (Arc::new(request), Arc::new(AtomicU64::new(messages)));
    let work = (0..connections).map(|_| {
        let (request, left) = (request.clone(), left.clone());
        async move {
            let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
            let mut line = String::new();
            let more = |left: u64| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
                .is_ok()
            {
                stream.write_all(request.as_bytes()).await.unwrap();
                for _ in 0..3 {
                    line.clear();
                    stream.read_line(&mut line).await.unwrap();
                }
            }
        }
    });
    futures::future::join_all(work).await;
}

/// A receiver that takes everything.
async fn receiver(tasks: &Tasks, taken: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (accepting, token) = (tasks.clone(), tasks.token());
    tasks.spawn(token.run_until_cancelled_owned(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let serving = serve(stream, taken.clone());
            accepting.spawn(accepting.token().run_until_cancelled_owned(serving));
        }
    }));
    format!("127.0.0.1:{port}")
}

async fn serve(stream: TcpStream, taken: Arc<AtomicU64>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line == "\r\n" {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok()?;
            }
        }
        body.resize(length, 0);
        stream.read_exact(&mut body).await.ok()?;
        taken.fetch_add(1, Ordering::Relaxed);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.ok()?;
    }
}
