//! A help desk's log imported over gRPC, beside bare appends of the same bytes on the same kind of log.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, stream};
use khidma::import::{Format, Mapping, Source, Survey, plan, survey};
use khidma_eventlog::{EmbeddedLog, EventLog, Proposal};
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentJoined, PersonEvent, PersonKind,
    PersonRegistered, department_entity, person_entity,
};
use khidma_kernel::Position;
use khidma_proto::requests::{HistoryOutcome, ImportHistoryRequest};
use khidma_runtime::Tasks;
use khidma_testkit::{append, shared_data};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Outcome;
use crate::load::drive;
use crate::stage::Stage;
use crate::table::Table;

/// Cases in flight: what the server decides at a time.
const IN_FLIGHT: usize = 64;
/// What each figure is measured again, by turns; the best counts.
const ROUNDS: usize = 5;

/// One import.
struct Import {
    took: Duration,
    events: u64,
    /// The commits it made.
    payloads: Vec<Bytes>,
}

/// Measures, and says it as a table.
pub(crate) async fn measure() -> Outcome<String> {
    let folder = shared_data().ok_or("there is no help desk's log")?;
    let source = Source {
        file: folder.join("helpdesk.xes.gz"),
        format: Format::Xes,
    };
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mapping = Mapping::load(&file.join("../../deploy/examples/helpdesk-mapping.toml"))?;
    let known = survey(&source, &mapping)?;
    let mut messages = Vec::new();
    source.read(&mapping, &mut |case| {
        messages.push(plan(&source, &mapping, &case)?);
        Ok(())
    })?;
    let (mut read, mut parsed, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let ready = messages.clone();
        read.push(import(&known, move |sender| offer(ready, &sender)).await?);
        let (source, mapping) = (source.clone(), mapping.clone());
        parsed.push(import(&known, move |sender| parse(&source, &mapping, &sender)).await?);
        let payloads = read.last().map(|one| one.payloads.clone());
        bare.push(appended(payloads.unwrap_or_default()).await?);
    }
    let commits = messages.len() as f64;
    let events = read.first().map_or(0, |one| one.events) as f64;
    let best = |imports: &[Import]| {
        let fastest = imports.iter().map(|one| one.took.as_secs_f64());
        commits / fastest.fold(f64::INFINITY, f64::min)
    };
    let bare = bare.into_iter().fold(0.0, f64::max);
    let mut table = Table::new(["", "in flight", "commits/s", "events/s", "× bare append"]);
    for (name, rate) in [
        ("bare append of the same bytes", bare),
        ("import", best(&read)),
        ("import, with reading the file", best(&parsed)),
    ] {
        table.row([
            name.to_owned(),
            IN_FLIGHT.to_string(),
            format!("{rate:.0}"),
            format!("{:.0}", rate * events / commits),
            format!("{:.2}", rate / bare),
        ]);
    }
    let bytes: usize = read
        .first()
        .map_or(0, |one| one.payloads.iter().map(Bytes::len).sum());
    Ok(format!(
        "{commits} cases of a help desk, {events} events, {} bytes a commit; best of {ROUNDS}\n\n{table}",
        bytes / messages.len()
    ))
}

fn offer(messages: Vec<ImportHistoryRequest>, sender: &mpsc::Sender<ImportHistoryRequest>) {
    for message in messages {
        if sender.blocking_send(message).is_err() {
            return;
        }
    }
}

fn parse(source: &Source, mapping: &Mapping, sender: &mpsc::Sender<ImportHistoryRequest>) {
    // What could not be read would be missed below.
    let _ = source.read(mapping, &mut |case| {
        let message = plan(source, mapping, &case)?;
        let gone = |_| khidma::failure::Failure::NotReady("the server ended the stream".to_owned());
        sender.blocking_send(message).map_err(gone)
    });
}

/// Imports what `read` sends, on a server and an embedded log of its own.
async fn import(
    known: &Survey,
    read: impl FnOnce(mpsc::Sender<ImportHistoryRequest>) + Send + 'static,
) -> Outcome<Import> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    make_known(&*log, known).await?;
    let stage = Stage::start(log.clone(), folder.path()).await?;
    let begin = log.head().await?;
    let mut client = stage.history().await?;
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let began = Instant::now();
    let reading = tasks.spawn_blocking(move || read(sender));
    let cases = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|case| (case, receiver))
    });
    let mut answers = client.import_history(cases).await?.into_inner();
    let (mut events, mut answered) = (0, 0);
    while let Some(answer) = answers.message().await? {
        if answer.outcome() != HistoryOutcome::New {
            return Err(format!("a case was not taken over: {answer:?}").into());
        }
        answered += 1;
        events += answer
            .events
            .values()
            .map(|count| u64::from(*count))
            .sum::<u64>();
    }
    let took = began.elapsed();
    reading.await?;
    if answered != known.cases {
        return Err(format!("{answered} of {} cases were answered", known.cases).into());
    }
    let head = log.head().await?;
    let mut payloads = Vec::new();
    let mut commits = log.follow(begin);
    while payloads.len() < usize::try_from(head.0 - begin.0)? {
        payloads.push(commits.next().await.ok_or("the log ended")??.payload);
    }
    drop(commits);
    stage.end().await;
    Ok(Import {
        took,
        events,
        payloads,
    })
}

/// Appends the same bytes, each for an entity of its own, with nothing around it; how many a second.
async fn appended(payloads: Vec<Bytes>) -> Outcome<f64> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("bare"), &tasks)?);
    let calls = payloads.len();
    let append = move |number: usize| {
        let entity = Uuid::new_v4();
        let proposal = Proposal {
            id: entity,
            context: "requests",
            entity: entity.to_string(),
            payload: payloads[number % payloads.len()].clone(),
        };
        let log = log.clone();
        async move {
            log.append(proposal, Position::START).await?;
            Ok(())
        }
    };
    let figures = drive(IN_FLIGHT, calls, append).await?;
    tasks.drain(Duration::from_secs(20)).await;
    Ok(figures.rate)
}

/// What the directory says of everybody whom the log names.
async fn make_known(log: &dyn EventLog, known: &Survey) -> Outcome {
    for (id, name) in &known.departments {
        let department = id.parse()?;
        let entity = department_entity(&department);
        let created = DepartmentCreated {
            department,
            name: name.clone(),
            parent: None,
        };
        append::<DepartmentEvent>(log, entity, vec![created.into()]).await;
    }
    for (id, person) in &known.people {
        let person_id = id.parse()?;
        let entity = person_entity(&person_id);
        let registered = PersonRegistered {
            person: person_id,
            display_name: person.display_name.clone(),
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department: person.department_id.parse()?,
            main: true,
        };
        append::<PersonEvent>(log, entity, vec![registered.into(), joined.into()]).await;
    }
    Ok(())
}
