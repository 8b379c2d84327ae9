//! The contract, kept by the log on nats-server; and a server that dies, stays away, or was never there.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use khidma_eventlog::{
    AppendError, Appended, EventLog, JetStreamConfig, JetStreamLog, LogError, Stored,
};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use khidma_testkit::{NatsServer, eventually};
use uuid::Uuid;

use crate::{Rig, contract, suite};

const PATIENCE: Duration = Duration::from_secs(60);

struct OnServer {
    log: Arc<JetStreamLog>,
    server: NatsServer,
}

impl OnServer {
    async fn new() -> Self {
        let server = NatsServer::start().await;
        let log = JetStreamLog::connect(JetStreamConfig::new(server.url()), &Tasks::new())
            .await
            .unwrap();
        Self {
            log: Arc::new(log),
            server,
        }
    }
}

impl Rig for OnServer {
    fn log(&self) -> Arc<dyn EventLog> {
        self.log.clone()
    }
}

contract!(OnServer::new().await);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_has_everything_and_goes_on() {
    let mut rig = OnServer::new().await;
    for entity in 0..300 {
        suite::append_new(&*rig.log, &format!("e-{entity}")).await;
    }
    let before = suite::take(&*rig.log, Position::START, 300).await;
    rig.server.restart().await;
    assert_eq!(rig.log.head().await, Ok(Position(300)));
    assert_eq!(suite::take(&*rig.log, Position::START, 300).await, before);
    assert_eq!(suite::append_new(&*rig.log, "another").await, Position(301));
}

/// More than followers at the end of the log have in common.
const MANY: u64 = 6000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_that_share_a_feed_and_fall_behind_it_miss_nothing() {
    let rig = OnServer::new().await;
    suite::append_new(&*rig.log, "first").await;
    let mut followers = [0, 1, 2].map(|_| rig.log.follow(Position::START));
    for follower in &mut followers {
        assert_eq!(follower.next().await.unwrap().unwrap().entity, "first");
    }
    let [mut quick, mut slow, gone] = followers;
    drop(gone);
    let tasks = Tasks::new();
    for writer in 0..20 {
        let log = rig.log.clone();
        tasks.spawn(async move {
            for number in 0..MANY / 20 {
                suite::append_new(&*log, &format!("e-{writer}-{number}")).await;
            }
        });
    }
    for follower in [&mut quick, &mut slow] {
        for position in 2..=MANY + 1 {
            let commit = tokio::time::timeout(PATIENCE, follower.next()).await;
            let commit = commit.expect("the follower hangs").unwrap().unwrap();
            assert_eq!(commit.position, Position(position));
        }
    }
    let another = suite::append_new(&*rig.log, "another").await;
    for follower in [&mut quick, &mut slow] {
        assert_eq!(follower.next().await.unwrap().unwrap().position, another);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_stored_by_another_process_is_not_stored_again() {
    let rig = OnServer::new().await;
    let other = JetStreamLog::connect(JetStreamConfig::new(rig.server.url()), &Tasks::new())
        .await
        .unwrap();
    let again = suite::proposal("a", "x");
    let first = rig
        .log
        .append(again.clone(), Position::START)
        .await
        .unwrap();
    let mut last = first.position;
    for _ in 0..3 {
        last = rig
            .log
            .append(suite::proposal("a", "y"), last)
            .await
            .unwrap()
            .position;
    }
    let duplicate = Ok(Appended {
        position: first.position,
        duplicate: true,
    });
    assert_eq!(
        other.append(again.clone(), Position::START).await,
        duplicate,
        "decided on the same state"
    );
    let third = JetStreamLog::connect(JetStreamConfig::new(rig.server.url()), &Tasks::new())
        .await
        .unwrap();
    assert_eq!(
        third.append(again, last).await,
        duplicate,
        "decided on the newest state"
    );
    assert_eq!(rig.log.head().await, Ok(last));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let mut config = JetStreamConfig::new("nats://log:s3cret@127.0.0.1:1");
    config.connect_attempts = 2;
    let refused = JetStreamLog::connect(config, &Tasks::new())
        .await
        .unwrap_err();
    assert!(matches!(refused, LogError::Unavailable(_)), "{refused}");
    let text = refused.to_string();
    assert!(
        text.contains("nats://127.0.0.1:1") && !text.contains("s3cret"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_is_away_appends_are_unavailable_and_readiness_says_so() {
    let mut server = NatsServer::start().await;
    let mut config = JetStreamConfig::new(server.url());
    config.append_patience = Duration::from_millis(300);
    config.answer_patience = Duration::from_millis(300);
    let log = JetStreamLog::connect(config, &Tasks::new()).await.unwrap();
    assert!(log.is_connected());
    let mut commits = log.follow(Position::START);
    server.kill();
    assert!(eventually(PATIENCE, || std::future::ready(!log.is_connected())).await);
    let proposal = suite::proposal("a", "x");
    let refused = log.append(proposal.clone(), Position::START).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(matches!(log.head().await, Err(LogError::Unavailable(_))));

    server.restart().await;
    assert!(eventually(PATIENCE, || std::future::ready(log.is_connected())).await);
    assert!(
        eventually(PATIENCE, || async {
            log.append(proposal.clone(), Position::START).await.is_ok()
        })
        .await,
        "the same commit is taken when the server is back"
    );
    assert_eq!(log.head().await, Ok(Position(1)), "once");
    let seen = tokio::time::timeout(PATIENCE, commits.next()).await;
    let seen = seen
        .expect("the follower does not come back")
        .unwrap()
        .unwrap();
    assert_eq!(
        seen.id, proposal.id,
        "who followed from before the outage sees what came after it"
    );
}

#[tokio::test]
async fn a_stream_that_would_forget_commits_is_refused() {
    let server = NatsServer::start().await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let forgetful = async_nats::jetstream::stream::Config {
        name: "khidma-log".into(),
        subjects: vec!["khidma.log.>".into()],
        max_age: Duration::from_secs(3600),
        ..Default::default()
    };
    async_nats::jetstream::new(client)
        .create_stream(forgetful)
        .await
        .unwrap();
    let refused = JetStreamLog::connect(JetStreamConfig::new(server.url()), &Tasks::new())
        .await
        .unwrap_err();
    let text = refused.to_string();
    assert!(
        text.contains("max_age") && text.contains("deny_purge"),
        "{text}"
    );
}

/// Writers that go on through every outage, each commit under its own id until it is acknowledged.
fn start_writers(log: &Arc<JetStreamLog>, tasks: &Tasks, stop: &Arc<AtomicBool>) -> Vec<Writer> {
    let writer = |number| {
        tasks.spawn(write_until(
            log.clone(),
            stop.clone(),
            format!("w-{number}"),
        ))
    };
    (0..8).map(writer).collect()
}

type Writer = khidma_runtime::Spawned<Vec<(Position, Uuid)>>;

async fn write_until(
    log: Arc<JetStreamLog>,
    stop: Arc<AtomicBool>,
    entity: String,
) -> Vec<(Position, Uuid)> {
    let mut acknowledged = Vec::new();
    let mut expected = Position::START;
    while !stop.load(Ordering::Relaxed) {
        let proposal = suite::proposal(&entity, entity.clone());
        // Only this task writes to this entity: whatever the outage, a conflict would be a lie.
        expected = loop {
            match log.append(proposal.clone(), expected).await {
                Ok(appended) => break appended.position,
                Err(AppendError::Unavailable(_)) => {}
                Err(error) => panic!("{entity} after {expected}: {error}"),
            }
        };
        acknowledged.push((expected, proposal.id));
    }
    acknowledged
}

/// What a follower sees up to the last position, once that is said.
async fn collect(
    log: Arc<JetStreamLog>,
    after: Position,
    last: tokio::sync::watch::Receiver<Option<Position>>,
) -> Vec<Stored> {
    let mut seen = Vec::<Stored>::new();
    let mut commits = log.follow(after);
    let is_done = |seen: &Vec<Stored>| {
        let last = *last.borrow();
        last.is_some_and(|last| seen.last().is_some_and(|commit| commit.position >= last))
    };
    let mut last_changed = last.clone();
    while !is_done(&seen) {
        tokio::select! {
            commit = commits.next() => seen.push(commit.unwrap().unwrap()),
            changed = last_changed.changed() => changed.unwrap(),
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_load_loses_nothing_and_followers_see_each_commit_once() {
    let mut rig = OnServer::new().await;
    let tasks = Tasks::new();
    let stop = Arc::new(AtomicBool::new(false));
    let (say_last, last) = tokio::sync::watch::channel(None);
    let writers = start_writers(&rig.log, &tasks, &stop);
    let followers =
        [0, 50].map(|after| tasks.spawn(collect(rig.log.clone(), Position(after), last.clone())));

    for round in 1..=4 {
        let goal = Position(round * 1500);
        let reached = eventually(PATIENCE, || async {
            rig.log.head().await.is_ok_and(|head| head >= goal)
        });
        assert!(reached.await, "round {round}");
        rig.server.restart().await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(
            tokio::time::timeout(PATIENCE, writer)
                .await
                .expect("a writer hangs")
                .unwrap(),
        );
    }
    acknowledged.sort();
    say_last.send_replace(Some(rig.log.head().await.unwrap()));

    let [all, rest] = followers;
    let all = tokio::time::timeout(PATIENCE, all)
        .await
        .expect("a follower hangs")
        .unwrap();
    let rest = tokio::time::timeout(PATIENCE, rest)
        .await
        .expect("a follower hangs")
        .unwrap();
    let seen = all
        .iter()
        .map(|commit| (commit.position, commit.id))
        .collect::<Vec<_>>();
    assert_eq!(
        seen.iter().map(|(_, id)| id).collect::<HashSet<_>>().len(),
        seen.len(),
        "none twice"
    );
    assert_eq!(
        seen, acknowledged,
        "exactly what was acknowledged, in order"
    );
    assert_eq!(rest, all[50..]);
}
