//! How far clocks are behind the requests service: from the commit of a request to the commit of its clocks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_eventlog::{EmbeddedLog, EventLog};
use khidma_events::Event;
use khidma_events::requests::RequestEvent;
use khidma_events::sla::ClockEvent;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::time::MissedTickBehavior;

use super::fill::{Promise, ask, promise};
use super::{PROMISED, clock_events, millis};
use crate::Outcome;
use crate::load::drive;
use crate::stage::{Requests, Stage, laptop};
use crate::table::Table;

/// Calls under way at once when the full rate is measured.
const IN_FLIGHT: usize = 256;
/// How long between two handfuls of calls at a given rate.
const TICK: Duration = Duration::from_millis(5);

/// Measures the full rate of Submit without clocks, then the lag of the clocks at a quarter, at half and at nearly all of it.
pub(crate) async fn measure(calls: usize) -> Outcome<String> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let stage = Stage::start(log.clone(), folder.path()).await?;
    let client = stage.client().await?;
    let submit = move |number: usize| {
        let mut client = client.clone();
        async move {
            client.submit(laptop(number)).await?;
            Ok(())
        }
    };
    let full = drive(IN_FLIGHT, calls, submit).await?.rate;
    let began = Instant::now();
    ask(&log, "nobody", calls, |_| khidma_kernel::Timestamp::EPOCH).await?;
    let bare = calls as f64 / began.elapsed().as_secs_f64();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;

    let mut table = Table::new(["", "a second", "lag p50 ms", "lag p99 ms", "most ms"]);
    let rate = |rate: f64| format!("{rate:.0}");
    let none = String::new;
    table.row(["bare appends".into(), rate(bare), none(), none(), none()]);
    table.row([
        "Submit alone, 256 in flight".into(),
        rate(full),
        none(),
        none(),
        none(),
    ]);
    for (name, share) in [
        ("a quarter of it", 0.25),
        ("half of it", 0.5),
        ("nine tenths of it", 0.9),
    ] {
        let (got, lags) = at_rate(full * share, calls).await?;
        let row = [0.5, 0.99, 1.0].map(|share| millis(&lags, share));
        let [p50, p99, most] = row;
        table.row([
            format!("Submit with clocks, {name}"),
            rate(got),
            p50,
            p99,
            most,
        ]);
    }
    Ok(format!(
        "Four clocks a request, following the requests service\n\n{table}"
    ))
}

/// Submits `calls` requests at `rate` a second; at how many it came to, and the lags of the clocks, ascending, in
/// microseconds.
async fn at_rate(rate: f64, calls: usize) -> Outcome<(f64, Vec<i64>)> {
    let (folder, tasks) = (tempfile::tempdir()?, Tasks::new());
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(&folder.path().join("log"), &tasks)?);
    let lasting = Promise {
        policy: "lasting",
        provider: "it",
        metrics: &PROMISED,
        within: 30 * 24 * 3600,
    };
    promise(&*log, lasting).await?;
    let stage = Stage::start_with_sla(log.clone(), folder.path()).await?;
    let watching = tasks.spawn(lags(log.clone(), log.head().await?, calls));
    let client = stage.client().await?;
    let began = Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut sent = 0;
    let mut answers = Vec::with_capacity(calls);
    while sent < calls {
        ticks.tick().await;
        let now = ((began.elapsed().as_secs_f64() * rate) as usize).min(calls);
        for number in sent..now {
            answers.push(tasks.spawn(submit(client.clone(), number)));
        }
        sent = now;
    }
    for answer in answers {
        answer.await??;
    }
    let took = began.elapsed();
    let mut lags = tokio::time::timeout(super::PATIENCE, watching).await???;
    lags.sort_unstable();
    stage.end().await;
    tasks.drain(Duration::from_secs(20)).await;
    Ok((calls as f64 / took.as_secs_f64(), lags))
}

async fn submit(mut client: Requests, number: usize) -> Outcome {
    client.submit(laptop(number)).await?;
    Ok(())
}

/// From each request's commit to that of the clocks it starts, as they come on the log after `from`; of `count` requests.
async fn lags(log: Arc<dyn EventLog>, from: Position, count: usize) -> Outcome<Vec<i64>> {
    let (mut commits, mut asked) = (log.follow(from), HashMap::new());
    let mut lags = Vec::with_capacity(count);
    while lags.len() < count {
        let commit = commits.next().await.ok_or("the log ended")??;
        let now = Instant::now();
        if &*commit.context == RequestEvent::CONTEXT {
            asked.insert(commit.position, now);
        }
        for event in clock_events(&commit)? {
            if let ClockEvent::ClockStarted(event) = event
                && let Some(then) = asked.remove(&event.cause.position)
            {
                lags.push(i64::try_from(now.duration_since(then).as_micros())?);
            }
        }
    }
    Ok(lags)
}
