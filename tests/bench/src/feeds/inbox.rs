//! From an event to the inbox of whom it concerns: from the answer to Submit until the receipt is seen by who watches.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::directory::{
    DepartmentJoined, PersonEvent, PersonKind, PersonRegistered, person_entity,
};
use khidma_proto::notifications::inbox_service_client::InboxServiceClient;
use khidma_proto::notifications::{InboxMessage, MessageKind, WatchInboxRequest};
use khidma_runtime::Tasks;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::Outcome;
use crate::load::drive;
use crate::stage::{Stage, laptop};
use crate::table::Table;

/// Calls under way at once when the full rate is measured.
const IN_FLIGHT: usize = 256;
/// How long between two handfuls of calls at a given rate.
const TICK: Duration = Duration::from_millis(5);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures how many receipts a second reach an inbox at the most, then how long one takes at half of that.
pub(crate) async fn measure(requests: usize) -> Outcome<String> {
    let (full, _) = at_rate(None, requests).await?;
    let (half, lags) = at_rate(Some(full / 2.0), requests).await?;
    let at = |share: f64| {
        let lag = lags.get(((lags.len().max(1) - 1) as f64 * share) as usize);
        format!(
            "{:.1}",
            lag.copied().unwrap_or_default().as_secs_f64() * 1e3
        )
    };
    let mut table = Table::new(["", "receipts a second", "p50 ms", "p99 ms", "most ms"]);
    let none = String::new;
    table.row([
        "as fast as it goes".into(),
        format!("{full:.0}"),
        none(),
        none(),
        none(),
    ]);
    table.row([
        "half of it".into(),
        format!("{half:.0}"),
        at(0.5),
        at(0.99),
        at(1.0),
    ]);
    Ok(format!(
        "From the answer to Submit until who watches the inbox has the receipt\n\n{table}"
    ))
}

/// Somebody of HR, whose inbox it is.
pub(super) async fn make_amina_known(log: &dyn EventLog) -> Outcome {
    let (person, department) = ("amina".parse()?, "hr".parse()?);
    let entity = person_entity(&person);
    let registered = PersonRegistered {
        person,
        display_name: "Amina".into(),
        kind: PersonKind::Employee,
    };
    let joined = DepartmentJoined {
        department,
        main: true,
    };
    let events = vec![registered.into(), joined.into()];
    khidma_testkit::append::<PersonEvent>(log, entity, events).await;
    Ok(())
}

/// Submits `requests` requests, at `rate` a second or as fast as it goes; how many receipts came a second, and how long after
/// the answer each came, ascending.
async fn at_rate(rate: Option<f64>, requests: usize) -> Outcome<(f64, Vec<Duration>)> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    crate::stage::make_known(&*log, "hr").await?;
    make_amina_known(&*log).await?;
    let stage = Stage::start_with_notifications(log, folder.path()).await?;
    let mut inbox = InboxServiceClient::new(stage.connect_as("amina", "hr", &[]).await?);
    let mut watch = inbox
        .watch_inbox(WatchInboxRequest::default())
        .await?
        .into_inner();
    let (told, came) = mpsc::unbounded_channel();
    let watching = tasks.spawn(async move {
        while let Some(response) = watch.message().await? {
            let Some(message) = response.message else {
                continue;
            };
            let receipt = message.kind() == MessageKind::Receipt;
            if receipt && told.send((message, Instant::now())).is_err() {
                break;
            }
        }
        Outcome::Ok(())
    });
    // A tenth comes before, unmeasured, where it goes as fast as it can.
    let expected = if rate.is_some() {
        requests
    } else {
        requests + requests / 10
    };
    let began = Instant::now();
    let arriving = tasks.spawn(arrive(came, expected));
    let answered = match rate {
        Some(rate) => submit_at(rate, requests, &stage, &tasks).await?,
        None => {
            let client = stage.client().await?;
            let submit = move |number| {
                let mut client = client.clone();
                async move { Ok(client.submit(laptop(number)).await.map(|_| ())?) }
            };
            drive(IN_FLIGHT, requests, submit).await?;
            HashMap::new()
        }
    };
    let arrived = tokio::time::timeout(PATIENCE, arriving).await???;
    let rate = expected as f64 / began.elapsed().as_secs_f64();
    let mut lags: Vec<_> = arrived
        .into_iter()
        .filter_map(|(message, at)| {
            let answered = answered.get(&message.service_request_id)?;
            Some(at.saturating_duration_since(*answered))
        })
        .collect();
    lags.sort_unstable();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;
    drop(watching);
    Ok((rate, lags))
}

type Came = (InboxMessage, Instant);

async fn arrive(mut came: mpsc::UnboundedReceiver<Came>, expected: usize) -> Outcome<Vec<Came>> {
    let mut arrived = Vec::with_capacity(expected);
    while arrived.len() < expected {
        arrived.push(
            came.recv()
                .await
                .ok_or("the inbox is not watched any more")?,
        );
    }
    Ok(arrived)
}

/// Submits at that rate; when each was answered.
async fn submit_at(
    rate: f64,
    requests: usize,
    stage: &Stage,
    tasks: &Tasks,
) -> Outcome<HashMap<String, Instant>> {
    let client = stage.client().await?;
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (began, mut sent, mut calls) = (Instant::now(), 0, Vec::with_capacity(requests));
    while sent < requests {
        ticks.tick().await;
        let due = ((began.elapsed().as_secs_f64() * rate) as usize).min(requests);
        for number in sent..due {
            let mut client = client.clone();
            calls.push(tasks.spawn(async move {
                let answer = client.submit(laptop(number)).await?.into_inner();
                Outcome::Ok((answer.id, Instant::now()))
            }));
        }
        sent = sent.max(due);
    }
    let mut answered = HashMap::new();
    for call in calls {
        let (id, at) = call.await??;
        answered.insert(id, at);
    }
    Ok(answered)
}
