//! Searching among many requests: words as frequent as those of a language, callers who may read few, many and all.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream;
use khidma_edge::client::Connection;
use khidma_eventlog::{EmbeddedLog, EventLog, Proposal};
use khidma_events::Event;
use khidma_events::requests::{NoteAdded, ReceiptIssued, Replied, RequestEvent, Side, Submitted};
use khidma_kernel::{Actor, Commit, Meta, OnceKey, Position, Recorded, Role, derived_id};
use khidma_proto::requests::SearchRequestsRequest;
use khidma_proto::requests::search_service_client::SearchServiceClient;
use khidma_runtime::{Clock, Tasks};

use crate::Outcome;
use crate::load::{Figures, drive};
use crate::stage::Stage;
use crate::table::Table;

/// Appends under way at once.
const AT_ONCE: usize = 512;
/// Different words there are, people who ask, departments that are asked.
const WORDS: u64 = 20_000;
const PEOPLE: u64 = 2_000;
const DEPARTMENTS: u64 = 20;
/// Words of a title, of a description, of a reply.
const TITLE: u64 = 6;
const DESCRIPTION: u64 = 60;
const REPLY: u64 = 20;
/// Hits on a page, as a list of them on a screen has.
const PAGE: i32 = 20;

/// Who searches, by what.
const CALLERS: [(&str, &str, &str, &[Role]); 3] = [
    ("a requester", "person-7", "office-7", &[]),
    ("a member of the provider", "technician", "it-3", &[]),
    ("an admin", "root", "company", &[Role::Admin]),
];

/// Measures building the index and searching it, and says it as a table.
pub(crate) async fn measure(requests: usize, calls: usize, in_flight: usize) -> Outcome<String> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    write(&log, requests).await?;
    let before = memory("VmRSS")?;
    let stage = Stage::start(log.clone(), folder.path()).await?;
    let (live, began) = (memory("VmRSS")?, Instant::now());
    let admin = client(&stage, 2).await?;
    let asked = SearchRequestsRequest {
        min_position: log.head().await?.0,
        ..question(0)
    };
    let mut first = tonic::Request::new(asked);
    first.set_timeout(Duration::from_secs(300));
    admin.clone().search_requests(first).await?;
    let built = began.elapsed();
    let mut table = Table::new([
        "who searches",
        "words",
        "calls a second",
        "p50 ms",
        "p99 ms",
    ]);
    for (who, (name, ..)) in CALLERS.iter().enumerate() {
        let client = client(&stage, who).await?;
        for (kind, words) in KINDS.iter().enumerate() {
            let figures = searched(&client, calls, in_flight, move |number| {
                query(kind, number as u64)
            });
            row(&mut table, name, words, figures.await?);
        }
        let mixed = searched(&client, calls, in_flight, |number| {
            query(number % KINDS.len(), number as u64)
        });
        row(&mut table, name, "all of these in turn", mixed.await?);
    }
    let index = folder.path().join("views/requests-search");
    let head = format!(
        "Search; {requests} requests, {in_flight} in flight, pages of {PAGE}. The index: built in {:.1} s after the read \
         model ({:.0} µs a document), {} MiB on disk. Resident: {before} MiB before, {live} MiB with the read model, {} \
         MiB in the end, of which {} MiB mapped files",
        built.as_secs_f64(),
        built.as_micros() as f64 / requests as f64,
        size(&index)? >> 20,
        memory("VmRSS")?,
        memory("RssFile")?,
    );
    stage.end().await;
    Ok(format!("{head}\n\n{table}"))
}

/// What is searched for.
const KINDS: [&str; 5] = [
    "a frequent word",
    "a rare word",
    "two frequent words",
    "a phrase",
    "an unfinished word",
];

fn query(kind: usize, number: u64) -> String {
    let frequent = |salt: u64| word(mixed(number ^ salt) % 20);
    match kind {
        0 => format!("\"{}\"", frequent(1)),
        1 => format!("\"{}\"", word(WORDS / 2 + mixed(number) % (WORDS / 2))),
        2 => format!("\"{}\" \"{}\"", frequent(2), frequent(3)),
        3 => format!("\"{} {}\"", frequent(4), frequent(5)),
        _ => {
            let mut word = word(mixed(number ^ 6) % 500);
            word.truncate(3);
            word
        }
    }
}

async fn searched(
    client: &SearchServiceClient<Connection>,
    calls: usize,
    in_flight: usize,
    query: impl Fn(usize) -> String + Send + Sync + 'static,
) -> Outcome<Figures> {
    let client = client.clone();
    drive(in_flight, calls, move |number| {
        let (mut client, query) = (client.clone(), query(number));
        async move {
            let asked = SearchRequestsRequest {
                query,
                page_size: PAGE,
                ..SearchRequestsRequest::default()
            };
            client.search_requests(asked).await?;
            Ok(())
        }
    })
    .await
}

fn question(number: u64) -> SearchRequestsRequest {
    SearchRequestsRequest {
        query: query(0, number),
        ..SearchRequestsRequest::default()
    }
}

async fn client(stage: &Stage, who: usize) -> Outcome<SearchServiceClient<Connection>> {
    let (_, person, department, roles) = CALLERS[who];
    let connection = stage.connect_as(person, department, roles).await?;
    Ok(SearchServiceClient::new(connection))
}

fn row(table: &mut Table, who: &str, words: &str, figures: Figures) {
    let milliseconds = |took: Duration| format!("{:.2}", took.as_secs_f64() * 1000.0);
    table.row([
        who.to_owned(),
        words.to_owned(),
        format!("{:.0}", figures.rate),
        milliseconds(figures.p50),
        milliseconds(figures.p99),
    ]);
}

/// Writes `requests` requests, every fourth with a reply, every tenth with a note.
async fn write(log: &Arc<dyn EventLog>, requests: usize) -> Outcome {
    let clock = Clock::system();
    let written = stream::iter(0..requests as u64).map(|number| one(log, &clock, number));
    let mut written = written.buffer_unordered(AT_ONCE);
    while let Some(one) = written.next().await {
        one?;
    }
    Ok(())
}

async fn one(log: &Arc<dyn EventLog>, clock: &Clock, number: u64) -> Outcome {
    let id = clock.new_id();
    let (person, office) = (number % PEOPLE, number % PEOPLE % 50);
    let provider = format!("it-{}", mixed(number) % DEPARTMENTS);
    let (requester, office) = (format!("person-{person}"), format!("office-{office}"));
    let submitted = Submitted {
        description: text(number, 1, DESCRIPTION),
        tags: vec![word(number % 30)],
        ..Submitted::plain(
            provider.parse()?,
            requester.parse()?,
            office.parse()?,
            text(number, 2, TITLE),
        )
    };
    let mut events: Vec<RequestEvent> = vec![submitted.into(), ReceiptIssued {}.into()];
    if number.is_multiple_of(4) {
        let (side, text) = (Side::Provider, text(number, 3, REPLY));
        events.push(Replied { side, text }.into());
    }
    if number.is_multiple_of(10) {
        let text = text(number, 4, REPLY);
        events.push(NoteAdded { text }.into());
    }
    let (key, at) = (derived_id(&[id.as_bytes()]), clock.now());
    let recorded = |event| Recorded {
        id: clock.new_id(),
        at,
        by: Actor::Service("bench".into()),
        event,
    };
    let commit = Commit {
        entity: id.to_string(),
        meta: Meta {
            correlation: key,
            causation: None,
            traceparent: None,
            audience: [provider.parse()?].into(),
            once: Some(OnceKey { key, digest: 7 }),
        },
        events: events.into_iter().map(recorded).collect(),
    };
    let proposal = Proposal {
        id: key,
        context: RequestEvent::CONTEXT,
        entity: id.to_string(),
        payload: khidma_events::encode(&commit)?.into(),
    };
    log.append(proposal, Position::START).await?;
    Ok(())
}

/// Words by Zipf's law: the n-th most frequent is n times as rare as the first.
fn text(number: u64, salt: u64, length: u64) -> String {
    let words = (0..length).map(|place| {
        let chance = mixed(mixed(number) ^ mixed(salt) ^ place) as f64 / u64::MAX as f64;
        word((WORDS as f64).powf(chance) as u64 - 1)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The `rank`th word: syllables that look like a language.
fn word(rank: u64) -> String {
    let syllables = [
        "ka", "lo", "mi", "ter", "su", "ban", "ri", "pel", "do", "van",
    ];
    let mut word = String::new();
    let mut left = mixed(rank) % 100 * WORDS + rank;
    while left > 0 {
        word.push_str(syllables[(left % 10) as usize]);
        left /= 10;
    }
    word
}

/// A number as good as one by chance, the same in every run (splitmix64).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Bytes of the files in `folder`.
fn size(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(folder)? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}

/// A figure of this process's memory, in MiB.
fn memory(name: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix(name));
    let figure = line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
    Ok(figure.ok_or("no figure")?.parse::<u64>()? / 1024)
}
