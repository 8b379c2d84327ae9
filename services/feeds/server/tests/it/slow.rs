//! Subscribers who do not read: they lose nothing, and cost the others nothing.

use std::sync::Arc;

use khidma_eventlog::MemoryLog;
use khidma_testkit::Host;

use crate::stage::{Log, replied, request, submitted, subscribe, until};

/// The service with next to no room for recent events, so that whoever does not read at once has to go to the log.
async fn cramped(log: &Log) -> Host {
    Host::on(log.log.clone(), |mut deps| async move {
        let mut config = (*deps.config).clone();
        let section = khidma_feeds::FeedsConfig {
            recent_bytes: 4096,
            catch_ups: 1,
            ..Default::default()
        };
        config.set_service("feeds", &section).unwrap();
        deps.config = Arc::new(config);
        Ok(vec![khidma_feeds::start(&deps).await?])
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_falls_behind_hears_everything_once_and_nobody_waits_for_them() {
    let log = Log::new(Arc::new(MemoryLog::new()));
    log.departments(&["hr", "it"]).await;
    let host = cramped(&log).await;
    let mut slow = Vec::new();
    for _ in 0..10 {
        slow.push(subscribe(&host, "it", 0).await);
    }
    let mut quick = subscribe(&host, "it", 0).await;
    let mut others = subscribe(&host, "hr", 0).await;
    // Far more than a connection takes that nobody reads from.
    let long = "word ".repeat(400);
    for number in 0..1500 {
        log.say(
            &request(number),
            &["it"],
            vec![submitted(), replied(long.clone())],
        )
        .await;
    }
    let last = log
        .say(&request(9999), &["hr", "it"], vec![submitted()])
        .await
        .0;
    let feed = log.feed_after("it", 0).await;
    assert_eq!(
        until(&mut others, last).await,
        log.feed_after("hr", 0).await
    );
    assert!(until(&mut quick, last).await == feed);
    for slow in &mut slow {
        assert!(until(slow, last).await == feed);
    }
    let again = log.asked(7777).await.0;
    for live in slow.iter_mut().chain([&mut quick]) {
        let heard = until(live, again).await;
        assert_eq!(heard, log.feed_after("it", last).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribers_who_come_and_go_while_much_happens_miss_nothing() {
    let log = Log::new(Arc::new(MemoryLog::new()));
    log.departments(&["hr", "it"]).await;
    let host = cramped(&log).await;
    let writer = {
        let (log, tasks) = (log.clone(), khidma_runtime::Tasks::new());
        tasks.spawn(async move {
            for number in 0..2000 {
                log.asked(number).await;
                tokio::task::yield_now().await;
            }
        })
    };
    let (mut heard, mut at) = (Vec::new(), 0);
    let end = 2002;
    let mut rounds = 0;
    while at < end {
        let mut feed = subscribe(&host, "it", at).await;
        for _ in 0..rounds % 3 + 1 {
            if at < end {
                let response = crate::stage::next(&mut feed).await.unwrap();
                heard.extend(response.events.iter().map(crate::stage::line));
                at = response.position;
            }
        }
        rounds += 1;
    }
    writer.await.unwrap();
    assert!(
        heard == log.feed_after("it", 0).await,
        "after {rounds} rounds"
    );
}
