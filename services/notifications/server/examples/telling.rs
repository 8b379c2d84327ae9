//! How fast what happens becomes deliveries.
//!
//! `nice cargo run --release -p khidma-notifications --example telling -- 20000`: so many requests, each told of in five
//! commits, each of which tells one person something by the inbox. On the embedded log: each delivery is a commit of its own,
//! flushed to the disk. Then the rebuild of the read model, which asks for nothing.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is there to print figures, and whatever fails ends it"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::directory::*;
use khidma_events::requests::*;
use khidma_kernel::{PersonId, Position};
use khidma_runtime::Tasks;
use khidma_testkit::{Host, Said, append, append_said, eventually};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests under way at once.
const ABREAST: usize = 256;
const LONG: Duration = Duration::from_secs(600);
/// People who ask, and as many who do it.
const PEOPLE: u64 = 1_000;

#[tokio::main]
async fn main() {
    let requests = std::env::args()
        .nth(1)
        .map_or(20_000, |text| text.parse().unwrap());
    let tasks = Tasks::new();
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(folder.path(), &tasks).unwrap());
    directory(&*log).await;
    let host = Host::on(log.clone(), |deps| async move {
        Ok(vec![khidma_notifications::start(&deps).await?])
    });
    let host = host.await;
    let first = log.head().await.unwrap().0;
    let begun = Instant::now();
    let lives = (0..requests).map(|number| live(&host, number));
    futures::stream::iter(lives)
        .buffer_unordered(ABREAST)
        .collect::<Vec<_>>()
        .await;
    tell("happened", 5 * requests, begun);
    // Each commit of a request leads to one of a delivery.
    let last = Position(first + 10 * requests);
    let told = eventually(LONG, || async { host.projections[0].position() >= last }).await;
    tell("told and shown", 5 * requests, begun);
    assert!(
        told && log.head().await.unwrap() == last,
        "not all was told, or too much"
    );
    let begun = Instant::now();
    host.projections[0].rebuild(|_| {}).await.unwrap();
    tell("rebuilt", 10 * requests, begun);
    assert_eq!(
        log.head().await.unwrap(),
        last,
        "a rebuild asked for something"
    );
    host.stop().await;
    tasks.drain(Duration::from_secs(5)).await;
}

fn tell(what: &str, commits: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{what}: {commits} commits in {seconds:.2} s, {:.0}/s",
        commits as f64 / seconds
    );
}

fn asker(number: u64) -> PersonId {
    format!("asker-{}", number % PEOPLE).parse().unwrap()
}

fn doer(number: u64) -> PersonId {
    format!("doer-{}", number % PEOPLE).parse().unwrap()
}

async fn directory(log: &dyn EventLog) {
    for department in ["hr", "it"] {
        let department = department.parse().unwrap();
        let entity = department_entity(&department);
        let name = department.to_string();
        let created = DepartmentCreated {
            department,
            name,
            parent: None,
        };
        append::<DepartmentEvent>(log, entity, vec![created.into()]).await;
    }
    for number in 0..PEOPLE {
        for (person, department) in [(asker(number), "hr"), (doer(number), "it")] {
            let department = department.parse().unwrap();
            let joined = DepartmentJoined {
                department,
                main: true,
            };
            let registered = PersonRegistered {
                display_name: person.to_string(),
                person: person.clone(),
                kind: PersonKind::Employee,
            };
            let events = vec![registered.into(), joined.into()];
            append::<PersonEvent>(log, person_entity(&person), events).await;
        }
    }
}

/// A request from the first word to the last.
async fn live(host: &Host, number: u64) {
    let title = format!("Laptop {number}");
    let submitted = Submitted::plain(
        "it".parse().unwrap(),
        asker(number),
        "hr".parse().unwrap(),
        title,
    );
    let assignee = doer(number);
    let text = "It is on its way to you, and somebody will bring it.".to_owned();
    let deeds: [Vec<RequestEvent>; 5] = [
        vec![submitted.into(), ReceiptIssued {}.into()],
        vec![
            Assigned {
                assignee,
                from: None,
            }
            .into(),
        ],
        vec![Started {}.into()],
        vec![
            Replied {
                side: Side::Provider,
                text,
            }
            .into(),
        ],
        vec![
            Resolved {
                outcome: "It is there.".into(),
                auto_close_at: None,
            }
            .into(),
        ],
    ];
    let (entity, mut last) = (Uuid::new_v4().to_string(), Position::START);
    for deed in deeds {
        let said = Said::by_person("root", host.now());
        last = append_said(&*host.log, entity.clone(), last, said, deed).await;
    }
}
