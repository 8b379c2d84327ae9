//! Following the log: nothing skipped, nothing counted twice, told in the right order.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Position;
use khidma_projection::{Hooks, Projection, ProjectionError, ProjectionState};
use khidma_runtime::Tasks;
use tokio::sync::broadcast::error::RecvError;

use crate::faulty::FaultyLog;
use crate::lives::{append, append_elsewhere, append_many};
use crate::support::{Life, Op, PATIENCE, Tally, assert_adds_up, config, named, total};

#[tokio::test]
async fn every_commit_counts_once_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    for life in 1..=5_u64 {
        // Some before it starts, some while it runs.
        append_many(&*log, 150).await;
        let running = Life::begin(folder.path(), log.clone()).await.live().await;
        assert_adds_up(&running.tally.reader(), life * 200 - 50);
        let last = append_many(&*log, 50).await;
        running.reached(last).await;
        assert_adds_up(&running.tally.reader(), life * 200);
        running.end().await;
    }
}

#[tokio::test]
async fn a_log_that_breaks_off_again_and_again_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(FaultyLog::default());
    log.break_after.store(40, Ordering::Relaxed);
    append_many(&*log, 200).await;
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    assert_adds_up(&life.tally.reader(), 200);
    assert!(log.follows.load(Ordering::Relaxed) >= 5);
}

#[tokio::test]
async fn a_log_nobody_reaches_at_the_start_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(FaultyLog::default());
    append_many(&*log, 20).await;
    log.unreachable.store(true, Ordering::Relaxed);
    let life = Life::begin(folder.path(), log.clone()).await;
    let starting = ProjectionState::CatchingUp {
        from: Position(0),
        at: Position(0),
        target: Position(0),
    };
    assert_eq!(life.tally.status().state, starting);
    log.unreachable.store(false, Ordering::Relaxed);
    assert_adds_up(&life.live().await.tally.reader(), 20);
}

#[tokio::test]
async fn the_rows_of_a_commit_are_readable_once_it_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    for number in 0..50 {
        let position = append(&*log, "e", &[Op::Put(number.to_string(), 10)]).await;
        life.reached(position).await;
        assert!(
            life.tally
                .reader()
                .get::<Vec<u8>>(&named(&number.to_string()))
                .unwrap()
                .is_some()
        );
        assert!(life.tally.reader().position() >= position);
    }
}

#[tokio::test]
async fn commits_that_leave_no_rows_are_passed_and_stay_passed() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    append_many(&*log, 10).await;
    let mut last = Position::START;
    for number in 0..20 {
        last = append_elsewhere(&*log, number).await;
        life.reached(last).await;
    }
    life.end().await;
    let again = Life::begin(folder.path(), log.clone()).await;
    assert_eq!(again.tally.position(), last, "known without the log");
    let counted = append(&*log, "e", &[Op::Count]).await;
    again.reached(counted).await;
    assert_adds_up(&again.tally.reader(), 11);
}

#[tokio::test]
async fn changes_are_told_once_in_order_after_their_rows() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    append_many(&*log, 10).await;
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let mut changes = life.tally.changes();
    for number in 1..=100_u64 {
        append(&*log, &format!("entity-{number}"), &[Op::Count]).await;
    }
    for number in 1..=100_u64 {
        let change = tokio::time::timeout(PATIENCE, changes.recv())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (change.position, &*change.topic),
            (Position(10 + number), &*format!("entity-{number}"))
        );
        assert!(total(&life.tally.reader()).unwrap().last >= change.position);
    }
}

#[tokio::test]
async fn a_commit_that_cannot_be_applied_stops_the_read_model_before_it() {
    for bad in [Op::Bad, Op::Panic] {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(MemoryLog::new());
        let life = Life::begin(folder.path(), log.clone()).await.live().await;
        let good = append_many(&*log, 5).await;
        life.reached(good).await;
        let last = append(&*log, "e", &[Op::Put("half".into(), 1), bad]).await;
        life.until(|state| matches!(state, ProjectionState::Failed { .. }))
            .await;
        let refused = life.tally.wait_for(last).await.unwrap_err();
        assert!(
            matches!(&refused, ProjectionError::Failed { reason, .. } if reason.contains("position 6")),
            "{refused}"
        );
        // What was there stays readable, and nothing of the bad commit is there.
        assert_adds_up(&life.tally.reader(), 5);
        assert_eq!(
            life.tally.reader().get::<Vec<u8>>(&named("half")).unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn a_damaged_commit_stops_the_read_model() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(FaultyLog::default());
    append_many(&*log, 20).await;
    log.damaged.store(13, Ordering::Relaxed);
    let life = Life::begin(folder.path(), log.clone()).await;
    life.until(
        |state| matches!(state, ProjectionState::Failed { reason } if reason.contains("13")),
    )
    .await;
}

#[tokio::test]
async fn a_slow_listener_is_told_that_it_lags() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let mut changes = life.tally.changes();
    let last = append_many(&*log, 5000).await;
    life.reached(last).await;
    // The changes follow the position closely; the first is overwritten at the latest with the last.
    let first = tokio::time::timeout(PATIENCE, async {
        loop {
            match changes.recv().await {
                Err(RecvError::Lagged(missed)) => return missed,
                other => assert!(other.is_ok_and(|change| change.position < last)),
            }
        }
    });
    assert!(first.await.unwrap() > 0);
}

#[tokio::test]
async fn one_folder_serves_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let first = Life::begin(folder.path(), log.clone()).await.live().await;
    let tasks = Tasks::new();
    let second = Projection::start(
        config(folder.path()),
        Arc::new(Tally { version: 1 }),
        log.clone(),
        &tasks,
        Hooks::default(),
    );
    assert_eq!(
        second.await.unwrap_err(),
        ProjectionError::InUse { name: "tally" }
    );
    first.end().await;
    Life::begin(folder.path(), log).await.live().await;
}

#[tokio::test]
async fn a_live_commit_is_applied_under_its_span() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    append_many(&*log, 3).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::new(AtomicU64::new(0));
    let span_of = {
        let (seen, asked) = (seen.clone(), asked.clone());
        Arc::new(move |commit: &khidma_eventlog::Stored| {
            seen.lock().unwrap().push(commit.position);
            asked.fetch_add(1, Ordering::Relaxed);
            tracing::info_span!("apply")
        })
    };
    let hooks = Hooks {
        span: Some(span_of),
    };
    let life = Life::with(config(folder.path()), 1, log.clone(), hooks)
        .await
        .live()
        .await;
    // What was there before is no part of anybody's trace any more.
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let last = append_many(&*log, 2).await;
    life.reached(last).await;
    assert_eq!(*seen.lock().unwrap(), [Position(4), Position(5)]);
}
