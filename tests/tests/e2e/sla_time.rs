//! Clocks whose machine's own clock jumps, that are down for a day, or whose read model is built anew: each threshold is
//! told once, with the instant at which it became true.

use std::collections::BTreeSet;
use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::sla::{ClockEvent, Metric};
use khidma_kernel::Timestamp;
use khidma_projection::rows_equal;
use khidma_testkit::Host;
use tempfile::TempDir;

use crate::sla_stage::{
    Asked, Crossed, Sayings, ask, crossed, expected, is_breach, promise, resolve, sayings,
    until_said,
};

const HOUR: i64 = 3600;
/// Within how many seconds: 4 hours and 10 hours.
const ACKNOWLEDGE: i64 = 4 * HOUR;
const RESOLVE: i64 = 10 * HOUR;

struct Stage {
    host: Host,
    log: Arc<dyn EventLog>,
}

impl Stage {
    async fn start() -> Self {
        Self::on(Arc::new(MemoryLog::new())).await
    }

    async fn on(log: Arc<dyn EventLog>) -> Self {
        if log.head().await.unwrap().0 == 0 {
            promise(&*log, 4 * 3600, 10 * 3600).await;
        }
        let host = sla(Arc::new(tempfile::tempdir().unwrap()), log.clone()).await;
        Self { host, log }
    }

    fn now(&self) -> Timestamp {
        self.host.now()
    }

    async fn ask(&self) -> Asked {
        ask(&*self.log, self.now(), None).await
    }
}

async fn sla(folder: Arc<TempDir>, log: Arc<dyn EventLog>) -> Host {
    let start = async |deps| Ok(vec![khidma_sla::start(&deps).await?]);
    Host::in_folder(folder, log, start).await
}

/// Every threshold of both promises up to `until`, in the order of time.
fn all_until(asked: &Asked, until: Timestamp) -> Vec<Crossed> {
    let mut all = expected(Metric::Acknowledge, asked.at, ACKNOWLEDGE, until);
    all.extend(expected(Metric::Resolve, asked.at, RESOLVE, until));
    all.sort_by_key(|(metric, percent, at)| (*at, *metric, percent.is_none(), *percent));
    all
}

fn sorted(mut all: Vec<Crossed>) -> Vec<Crossed> {
    all.sort_by_key(|(metric, percent, at)| (*at, *metric, percent.is_none(), *percent));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_an_hour_forth_and_back_tells_each_threshold_once() {
    let stage = Stage::start().await;
    let asked = [stage.ask().await, stage.ask().await];
    // An hour too far, back, and on again past the same instants, until both promises are broken.
    for seconds in [
        2 * HOUR + 1,
        HOUR,
        -HOUR,
        2 * HOUR,
        -HOUR,
        HOUR,
        6 * HOUR,
        -HOUR,
        2 * HOUR,
    ] {
        stage.host.hand.advance_seconds(seconds);
        let (log, now) = (&*stage.log, stage.now());
        let due: usize = asked.iter().map(|one| all_until(one, now).len()).sum();
        // What is due when the hand stands still is told; what was told before stays.
        let told = |event: &ClockEvent| {
            matches!(
                event,
                ClockEvent::ClockWarned(_) | ClockEvent::ClockBreached(_)
            )
        };
        until_said(log, due, told).await;
    }
    let all = sayings(&*stage.log).await;
    for one in &asked {
        let whole = all_until(one, stage.now());
        assert_eq!(whole.len(), 6);
        assert_eq!(sorted(crossed(&all[&one.id])), whole);
    }
}

/// A breach that a fast clock told before its time is taken back by what happened before the target had elapsed.
#[tokio::test(flavor = "multi_thread")]
async fn a_breach_told_by_a_fast_clock_is_taken_back() {
    let stage = Stage::start().await;
    let asked = stage.ask().await;
    stage.host.hand.advance_seconds(RESOLVE + HOUR);
    until_said(&*stage.log, 2, is_breach).await;
    stage.host.hand.advance_seconds(-2 * HOUR);
    resolve(&*stage.log, &asked, stage.now()).await;
    let stopped = |event: &ClockEvent| matches!(event, ClockEvent::ClockStopped(_));
    let all = until_said(&*stage.log, 2, stopped).await;
    let of_resolve = all[&asked.id].iter().filter_map(|one| match &one.event {
        ClockEvent::ClockBreached(event) if event.clock.metric == Metric::Resolve => Some("told"),
        ClockEvent::BreachRetracted(event) => {
            assert_eq!(event.clock.metric, Metric::Resolve);
            Some("retracted")
        }
        ClockEvent::ClockStopped(event) if event.clock.metric == Metric::Resolve => {
            Some(event.verdict.as_str())
        }
        _ => None,
    });
    assert_eq!(of_resolve.collect::<Vec<_>>(), ["told", "retracted", "met"]);
}

/// What another machine's fast clock stamps with an instant to come is followed now, and counted from that instant.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_fast_clock_stamped_waits_for_no_time() {
    let stage = Stage::start().await;
    let later = stage.now().plus_seconds(HOUR);
    let asked = ask(&*stage.log, later, None).await;
    // No hand moves the clock.
    let started = |event: &ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
    let all = until_said(&*stage.log, 2, started).await;
    for one in &all[&asked.id] {
        let ClockEvent::ClockStarted(event) = &one.event else {
            panic!("{:?} is not a start", one.event);
        };
        assert_eq!(event.from, later);
    }
    stage.host.hand.advance_seconds(12 * HOUR);
    let all = until_said(&*stage.log, 2, is_breach).await;
    assert_eq!(
        sorted(crossed(&all[&asked.id])),
        all_until(&asked, stage.now())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_of_downtime_all_is_told_in_order_with_its_true_instant() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    promise(&*log, 4 * 3600, 10 * 3600).await;
    let host = sla(folder.clone(), log.clone()).await;
    let begin = host.now();
    let mut asked = Vec::new();
    for _ in 0..60 {
        asked.push(ask(&*log, host.now(), None).await);
        host.hand.advance_seconds(60);
    }
    // They are known before the process ends, and one more is asked while it is down.
    let started = |event: &ClockEvent| matches!(event, ClockEvent::ClockStarted(_));
    until_said(&*log, 2 * asked.len(), started).await;
    host.stop().await;
    asked.push(ask(&*log, begin.plus_seconds(3601), None).await);

    let host = sla(folder, log.clone()).await;
    host.hand.set(begin.plus_seconds(24 * HOUR));
    let all = until_said(&*log, 2 * asked.len(), is_breach).await;
    for one in &asked {
        let whole = all_until(one, begin.plus_seconds(24 * HOUR));
        assert_eq!(whole.len(), 6);
        // Of one request's clocks in the order of time.
        let told = crossed(&all[&one.id]);
        assert_eq!(told, whole, "{}", one.id);
    }
    println!("{} requests of yesterday", asked.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_built_anew_has_the_same_rows_and_nothing_is_told_again() {
    let stage = Stage::start().await;
    let mut asked = Vec::new();
    for _ in 0..40 {
        asked.push(stage.ask().await);
    }
    stage.host.hand.advance_seconds(5 * HOUR);
    until_said(&*stage.log, asked.len(), is_breach).await;
    for one in &asked[..20] {
        resolve(&*stage.log, one, stage.now()).await;
    }
    let stopped = |event: &ClockEvent| matches!(event, ClockEvent::ClockStopped(_));
    until_said(&*stage.log, 40, stopped).await;
    stage.host.caught_up().await;
    let (before, head) = (sayings(&*stage.log).await, stage.log.head().await.unwrap());

    // One that reads the whole log into an empty folder, and one that builds its rows anew where it is.
    let other = sla(Arc::new(tempfile::tempdir().unwrap()), stage.log.clone()).await;
    other.hand.set(stage.now());
    let served = &stage.host.projections[0];
    served.rebuild(|_| {}).await.unwrap();
    other.caught_up().await;
    stage.host.caught_up().await;
    let (one, two) = (served.reader(), other.projections[0].reader());
    assert!(rows_equal(&one, &two).unwrap(), "rows differ");
    // Both had the same to tell again, and told nothing: what comes next is told once by the two of them.
    for host in [&stage.host, &other] {
        host.hand.advance_seconds(6 * HOUR);
    }
    until_said(&*stage.log, 60, is_breach).await;
    let Stage { host, log } = stage;
    for host in [host, other] {
        host.caught_up().await;
        host.stop().await;
    }
    let after = sayings(&*log).await;
    let commits = log.head().await.unwrap().0 - head.0;
    assert_eq!(commits, said_more(&before, &after), "a commit a request");
    for (request, said) in &after {
        let told = crossed(said);
        let once: BTreeSet<_> = told.iter().collect();
        assert_eq!(once.len(), told.len(), "{request}");
        let known = before[request].len();
        assert_eq!(said[..known], before[request]);
    }
}

/// How many requests' clocks said something more.
fn said_more(before: &Sayings, after: &Sayings) -> u64 {
    let more = after
        .iter()
        .filter(|(request, said)| said.len() > before[*request].len());
    more.count() as u64
}
