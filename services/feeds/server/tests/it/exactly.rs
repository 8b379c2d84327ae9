//! For any log, and wherever its publisher dies or is not heard: the stream holds exactly what the log says, once and in
//! its order.

use std::sync::Arc;

use khidma_eventlog::FeedMessage;
use khidma_events::requests::{NoteAdded, RequestEvent};
use khidma_testkit::eventually;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::faulty::{Fault, Feeds, WithFeeds};
use crate::stage::{Line, Log, PATIENCE, host, replied, request, submitted};

/// A commit: to whom, how many events, and whether there is a note among them.
type Said = (Vec<&'static str>, usize, bool);

fn said() -> impl Strategy<Value = Said> {
    let departments = prop::sample::subsequence(vec!["facilities", "hr", "it"], 0..=3);
    (departments, 1..4_usize, any::<bool>())
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::None),
        1 => Just(Fault::Lost),
        1 => Just(Fault::Unheard),
    ]
}

/// A life of the process: what is said meanwhile, what fails, and how many publishers there are.
fn life() -> impl Strategy<Value = (Vec<Said>, Vec<Fault>, usize)> {
    (vec(said(), 0..40), vec(fault(), 0..6), 1..3_usize)
}

async fn say(log: &Log, commits: &[Said], number: &mut u128) {
    for (audience, count, note) in commits {
        let mut events: Vec<RequestEvent> = vec![submitted()];
        events.extend((1..*count).map(|part| replied(part.to_string())));
        if *note {
            let text = "between us".to_owned();
            events.insert(events.len() / 2, NoteAdded { text }.into());
        }
        log.say(&request(*number), audience, events).await;
        *number += 1;
    }
}

fn line(message: &FeedMessage) -> (String, Line) {
    let header = |name: &str| {
        let found = message.headers.iter().find(|(one, _)| *one == name);
        found.unwrap().1.clone()
    };
    let department = message.topic.split('.').next().unwrap().to_owned();
    let position = message.place.position.0;
    (department, (position, header("ce-id"), header("ce-type")))
}

/// All messages that the log makes, in the order of the stream.
async fn expected(log: &Log) -> Vec<(String, Line)> {
    let mut all: Vec<_> = Vec::new();
    for (department, lines) in log.feeds().await {
        let numbered = lines.into_iter().map(|line| (department.clone(), line));
        all.extend(numbered);
    }
    all
}

fn by_department(messages: &[(String, Line)]) -> Vec<(String, Line)> {
    let mut sorted = messages.to_vec();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    sorted
}

async fn complete(feeds: &Feeds, log: &Log) -> Vec<(String, Line)> {
    let expected = expected(log).await;
    let there = eventually(PATIENCE, || {
        std::future::ready(feeds.kept().len() >= expected.len())
    });
    let there = there.await;
    let kept: Vec<_> = feeds.kept().iter().map(line).collect();
    assert!(there, "{} of {}", kept.len(), expected.len());
    assert_eq!(by_department(&kept), expected);
    let places: Vec<_> = feeds
        .kept()
        .iter()
        .map(|one| (one.place, one.topic.clone()))
        .collect();
    let order = |one: &(khidma_eventlog::FeedPlace, String)| {
        (one.0, one.1.split('.').next().unwrap().to_owned())
    };
    assert!(places.is_sorted_by_key(order), "one order for all");
    kept
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_is_what_the_log_says_wherever_its_publishers_die() {
    let mut runner = TestRunner::deterministic();
    let lives = vec(life(), 1..4);
    for _ in 0..12 {
        let lives = lives.new_tree(&mut runner).unwrap().current();
        let with_feeds = Arc::new(WithFeeds::default());
        let feeds = with_feeds.feeds.clone();
        let log = Log::new(with_feeds);
        let mut number = 0;
        for (commits, faults, publishers) in lives {
            feeds.fail(faults);
            let (before, during) = commits.split_at(commits.len() / 2);
            say(&log, before, &mut number).await;
            let mut hosts = Vec::new();
            for _ in 0..publishers {
                hosts.push(host(&log).await);
            }
            say(&log, during, &mut number).await;
            // They die wherever they are.
            drop(hosts);
        }
        feeds.fail(Vec::new());
        let _last = host(&log).await;
        complete(&feeds, &log).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_that_stops_is_followed_by_one_that_stood_by() {
    let with_feeds = Arc::new(WithFeeds::default());
    let feeds = with_feeds.feeds.clone();
    let log = Log::new(with_feeds);
    let (one, _two) = (host(&log).await, host(&log).await);
    for number in 0..50 {
        log.asked(number).await;
    }
    complete(&feeds, &log).await;
    one.stop().await;
    for number in 50..60 {
        log.asked(number).await;
    }
    complete(&feeds, &log).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_expired_does_not_come_again() {
    let with_feeds = Arc::new(WithFeeds::default());
    let feeds = with_feeds.feeds.clone();
    let log = Log::new(with_feeds);
    let first = host(&log).await;
    log.asked_at(1, first.now()).await;
    complete(&feeds, &log).await;
    let later = first.now().plus_seconds(100 * 24 * 3600);
    first.stop().await;
    feeds.expire();

    // A hundred days later: the first is long gone, and what came since was never published.
    log.asked_at(2, later.plus_seconds(-24 * 3600)).await;
    let _second = crate::stage::host_at(&log, later).await;
    let there = eventually(PATIENCE, || std::future::ready(!feeds.kept().is_empty()));
    assert!(there.await);
    log.asked_at(3, later).await;
    let there = eventually(PATIENCE, || std::future::ready(feeds.kept().len() >= 4));
    assert!(there.await);
    let all = expected(&log).await;
    let kept: Vec<_> = feeds.kept().iter().map(line).collect();
    let news: Vec<_> = all.into_iter().filter(|(_, (at, ..))| *at > 1).collect();
    assert_eq!(by_department(&kept), news);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_expired_does_not_come_again_though_things_are_kept_longer_now() {
    let with_feeds = Arc::new(WithFeeds::default());
    let feeds = with_feeds.feeds.clone();
    let log = Log::new(with_feeds);
    let first = host(&log).await;
    let day = 24 * 3600;
    log.asked_at(1, first.now()).await;
    complete(&feeds, &log).await;
    let (stored, later) = (
        first.now().plus_seconds(60),
        first.now().plus_seconds(2 * day),
    );
    first.stop().await;
    // They were kept for a day.
    feeds.expire_stored_at(stored);

    let news = log.asked_at(2, stored.plus_seconds(1)).await.0;
    // Now it is ninety.
    let _second = crate::stage::host_at(&log, later).await;
    let there = eventually(PATIENCE, || std::future::ready(feeds.kept().len() >= 2));
    assert!(there.await);
    log.asked_at(3, later).await;
    let there = eventually(PATIENCE, || std::future::ready(feeds.kept().len() >= 4));
    assert!(there.await);
    let all = expected(&log).await;
    let kept: Vec<_> = feeds.kept().iter().map(line).collect();
    let news: Vec<_> = all
        .into_iter()
        .filter(|(_, (at, ..))| *at >= news)
        .collect();
    assert_eq!(by_department(&kept), news);
}
