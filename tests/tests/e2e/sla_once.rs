//! Hundreds of clocks that fall due while their processes race and are killed, on a real nats-server: each warning and
//! each breach is on the log once, with the instant at which it became true.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use khidma_eventlog::{JetStreamConfig, JetStreamLog};
use khidma_events::sla::{ClockEvent, Metric};
use khidma_runtime::Tasks;
use khidma_testkit::NatsServer;

use crate::load::random;
use crate::site::Site;
use crate::sla_stage::{
    Asked, Sayings, ask, crossed, expected, is_breach, promise, resolve, sayings, until_said,
};

/// Within how many seconds.
const ACKNOWLEDGE: u64 = 2;
const RESOLVE: u64 = 4;
/// One request in so many is resolved before its target has elapsed.
const RESOLVED: usize = 3;
/// Appends under way at once.
const AT_ONCE: usize = 16;
/// The longest life of a process, in milliseconds.
const LIFE: u64 = 1_500;

/// A log on a server of its own, on which a policy holds.
async fn log() -> (NatsServer, JetStreamLog) {
    let nats = NatsServer::start().await;
    let config = JetStreamConfig::new(nats.url());
    let log = JetStreamLog::connect(config, &Tasks::new()).await.unwrap();
    promise(&log, ACKNOWLEDGE, RESOLVE).await;
    (nats, log)
}

/// Asks for `count` things, one after the other over some seconds; what is to be resolved is, a second after it was asked.
async fn live(log: &JetStreamLog, site: &Site, count: usize) -> Vec<Asked> {
    let one = |number: usize| async move {
        let asked = ask(log, site.clock.now(), None).await;
        if number.is_multiple_of(RESOLVED) {
            let second = asked.at.plus_seconds(1);
            site.clock.sleep_until(second).await;
            resolve(log, &asked, second).await;
        }
        asked
    };
    let lives = stream::iter(0..count).map(one);
    lives.buffered(AT_ONCE).collect().await
}

/// Every threshold of every clock, no other one, none twice; and no verdict but the true one.
fn each_once(asked: &[Asked], all: &Sayings) {
    let far = |asked: &Asked| asked.at.plus_seconds(3600);
    for (number, one) in asked.iter().enumerate() {
        let said = all
            .get(&one.id)
            .unwrap_or_else(|| panic!("{} said nothing", one.id));
        let mut wanted = Vec::new();
        if !number.is_multiple_of(RESOLVED) {
            wanted.extend(expected(Metric::Acknowledge, one.at, 2, far(one)));
            wanted.extend(expected(Metric::Resolve, one.at, 4, far(one)));
        } else {
            // Resolved after a second: half of the time for the acknowledgement had elapsed just then.
            wanted.extend(expected(
                Metric::Acknowledge,
                one.at,
                2,
                one.at.plus_seconds(1),
            ));
        }
        let mut told = crossed(said);
        wanted.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, wanted, "{}: {said:#?}", one.id);
        let count =
            |wanted: fn(&ClockEvent) -> bool| said.iter().filter(|one| wanted(&one.event)).count();
        let ends = if number.is_multiple_of(RESOLVED) {
            2
        } else {
            0
        };
        assert_eq!(
            count(|event| matches!(event, ClockEvent::ClockStarted(_))),
            2
        );
        assert_eq!(
            count(|event| matches!(event, ClockEvent::ClockStopped(_))),
            ends
        );
        assert_eq!(
            count(|event| matches!(event, ClockEvent::BreachRetracted(_))),
            0
        );
    }
}

/// Breaches that are to come of so many requests.
fn breaches(count: usize) -> usize {
    2 * (count - count.div_ceil(RESOLVED))
}

/// The longest that a breach was written down after it had become true.
fn latest(all: &Sayings) -> Duration {
    let late = all.values().flatten().filter_map(|one| match &one.event {
        ClockEvent::ClockBreached(event) => Some(one.at.micros_since(event.at)),
        _ => None,
    });
    Duration::from_micros(late.max().unwrap_or_default().unsigned_abs())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_tell_each_threshold_once() {
    let (site, (nats, log)) = (Site::new(), log().await);
    let mut processes = ["one", "two"].map(|name| site.serve(name, "sla", &nats.url()));
    for process in &mut processes {
        process.address().await;
    }
    let asked = live(&log, &site, 300).await;
    until_said(&log, breaches(asked.len()), is_breach).await;
    let [one, two] = processes;
    one.stop().await;
    two.stop().await;
    let all = sayings(&log).await;
    each_once(&asked, &all);
    println!(
        "{} clocks by two processes, the latest breach after {:?}",
        2 * asked.len(),
        latest(&all)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_clocks_fall_due_lose_nothing_and_repeat_nothing() {
    let (site, (nats, log)) = (Site::new(), log().await);
    let mut kills = 0;
    let lived = {
        let (log, site) = (&log, &site);
        async move { live(log, site, 400).await }
    };
    tokio::pin!(lived);
    let (asked, mut began) = loop {
        let mut process = site.serve("sla", "sla", &nats.url());
        let killed = async {
            process.lives_for(Duration::from_millis(random(LIFE))).await;
            process.kill().await;
        };
        tokio::select! {
            asked = &mut lived => break (asked, Instant::now()),
            () = killed => kills += 1,
        }
    };
    // The last ones fall due while it goes on being killed.
    let until = site.clock.now().plus_seconds(5);
    while site.clock.now() < until {
        let mut process = site.serve("sla", "sla", &nats.url());
        process.lives_for(Duration::from_millis(random(LIFE))).await;
        process.kill().await;
        kills += 1;
        began = Instant::now();
    }
    let mut process = site.serve("sla", "sla", &nats.url());
    process.address().await;
    until_said(&log, breaches(asked.len()), is_breach).await;
    let took = began.elapsed();
    process.stop().await;
    each_once(&asked, &sayings(&log).await);
    assert!(kills > 3, "only {kills} kills");
    println!(
        "{} clocks, {kills} kills; all told {took:.1?} after the last",
        2 * asked.len()
    );
}
