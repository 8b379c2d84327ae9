//! kill -9, again and again, while callers work: what was acknowledged is there, nothing is there twice, and the read
//! models are what a rebuild makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_directory::DirectoryViews;
use khidma_eventlog::EventLog;
use khidma_projection::{Hooks, Projection, ProjectionConfig, Views, dump, rows_equal};
use khidma_proto::requests::TimelineRequest;
use khidma_requests::RequestViews;
use khidma_runtime::Tasks;

use crate::ledger::{Ledger, key_of};
use crate::load::{Ack, Load, random};
use crate::site::{DANIEL, Site, quarantined};
use crate::{PATIENCE, seed};

const KILLS: usize = 50;
/// One kill in so many comes while the process starts.
const AT_START: usize = 5;
const CALLERS: usize = 24;
/// The longest life of a process, counted from its first answer, in milliseconds.
const LIFE: u64 = 800;
/// The latest moment at which a starting process is killed, in milliseconds.
const START: u64 = 400;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_nothing_and_repeat_nothing() {
    let (site, began) = (Site::new(), Instant::now());
    site.seed_embedded().await;
    let shared = seed::requests(&site.embedded_log(&Tasks::new()), 8).await;
    let load = Load::start(&site, CALLERS, shared);
    for kill in 1..=KILLS {
        live_and_die(&site, &load, kill % AT_START == 0).await;
    }
    let mut process = site.up("embedded");
    let address = process.address().await;
    load.point_at(Some(&address));
    load.goes_on(CALLERS as u64).await;
    let acks = load.finish().await;

    let ledger = Ledger::read(&site, &address).await;
    each_is_there_once(&acks, &ledger);
    timelines_tell_it(&site, &address, &acks).await;
    process.stop().await;
    let rows = equal_to_a_rebuild(&site, Arc::new(RequestViews)).await;
    equal_to_a_rebuild(&site, Arc::new(DirectoryViews)).await;
    println!(
        "{KILLS} kills in {:.0?}: {} commands acknowledged, {rows} rows, {} read models found damaged",
        began.elapsed(),
        acks.len(),
        quarantined(&site.data("up").join("views")),
    );
}

/// One life of the process, that ends at a random moment.
async fn live_and_die(site: &Site, load: &Load, at_start: bool) {
    let mut process = site.up("embedded");
    if at_start {
        process
            .lives_for(Duration::from_millis(random(START)))
            .await;
        return process.kill().await;
    }
    let address = process.address().await;
    load.point_at(Some(&address));
    load.goes_on(1).await;
    process.lives_for(Duration::from_millis(random(LIFE))).await;
    process.kill().await;
    load.point_at(None);
}

/// Every command has one commit, where it was acknowledged; and there is no other commit of a command.
fn each_is_there_once(acks: &[Ack], ledger: &Ledger) {
    let by_key = ledger.by_key();
    for ack in acks {
        let key = key_of(ack.wish.by, &ack.wish.key);
        assert_eq!(by_key.get(&key), Some(&vec![ack.position]), "{ack:?}");
        assert_eq!(ledger.entries[&ack.position].entity, ack.id, "{ack:?}");
    }
    assert_eq!(by_key.len(), acks.len());
}

/// The provider reads of every request what was acknowledged, no more and no less.
async fn timelines_tell_it(site: &Site, address: &str, acks: &[Ack]) {
    let mut told = BTreeMap::<&str, BTreeSet<u64>>::new();
    for ack in acks {
        told.entry(&ack.id).or_default().insert(ack.position);
    }
    let mut daniel = site.requests(address, DANIEL).await;
    let last = acks.iter().map(|ack| ack.position).max().unwrap();
    for (id, acknowledged) in told {
        let mut read = BTreeSet::new();
        let mut question = TimelineRequest {
            id: id.to_owned(),
            page_size: 1000,
            page_token: String::new(),
            min_position: last,
        };
        loop {
            let page = daniel.timeline(question.clone()).await.unwrap();
            let page = page.into_inner();
            // What was there before the callers came has no key of theirs.
            let entries = page.entries.iter();
            read.extend(
                entries
                    .filter(|one| one.time.is_some_and(|time| time.seconds > 0))
                    .map(|one| one.position),
            );
            if page.next_page_token.is_empty() {
                break;
            }
            question.page_token = page.next_page_token;
        }
        assert_eq!(read, acknowledged, "{id}");
    }
}

/// Compares the read model that was served with one that is built now from the first commit. The number of its rows.
pub(crate) async fn equal_to_a_rebuild(site: &Site, views: Arc<dyn Views>) -> usize {
    let tasks = Tasks::new();
    let log: Arc<dyn EventLog> = Arc::new(site.embedded_log(&tasks));
    let head = log.head().await.unwrap();
    let project = async |folder| {
        let config = ProjectionConfig::in_folder(folder);
        let (views, log) = (views.clone(), log.clone());
        let started = Projection::start(config, views, log, &tasks, Hooks::default());
        let projection = started.await.unwrap();
        projection.wait_for(head).await.unwrap();
        projection
    };
    let served = project(site.data("up").join("views")).await.reader();
    let rebuilt = project(site.data("rebuilt")).await.reader();
    let rows = dump(&rebuilt).unwrap().count();
    assert!(rows_equal(&served, &rebuilt).unwrap(), "rows differ");
    tasks.drain(PATIENCE).await;
    rows
}
