//! A new generation beside the serving one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Position;
use khidma_projection::{Change, Progress, ProjectionError, ProjectionState, RowError, rows_equal};
use tokio::sync::broadcast::Receiver;

use crate::faulty::FaultyLog;
use crate::lives::{append, append_many};
use crate::support::{Life, Op, PATIENCE, assert_adds_up, total};

#[tokio::test]
async fn a_rebuild_gives_the_same_rows_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    for number in 0..500_i64 {
        let (due, key) = (number % 13, (number % 50).to_string());
        let ops = [
            Op::Grow(key),
            Op::Schedule(due, "a".into()),
            Op::Unschedule(due - 1, "a".into()),
        ];
        let last = append(&*log, &format!("e{}", number % 5), &ops).await;
        life.reached(last).await;
    }
    let before = life.tally.reader();
    let seen = Mutex::new(Vec::new());
    life.tally
        .rebuild(|progress: Progress| seen.lock().unwrap().push(progress))
        .await
        .unwrap();
    let after = life.tally.reader();
    assert!(rows_equal(&before, &after).unwrap());
    assert!(!rows_equal(&before, &empty().await.tally.reader()).unwrap());
    assert_eq!(seen.lock().unwrap().last().unwrap().position, Position(500));
    assert_eq!(life.tally.status().rebuilding, None);
    // It goes on from there, and after a restart too.
    append_many(&*log, 5).await;
    life.reached(Position(505)).await;
    let generation = life.tally.status().generation;
    drop((before, after));
    life.end().await;
    let life = Life::begin(folder.path(), log).await.live().await;
    assert_eq!(life.tally.status().generation, generation);
    assert_adds_up(&life.tally.reader(), 505);
}

async fn empty() -> Life {
    let folder = tempfile::tempdir().unwrap();
    Life::begin(folder.path(), Arc::new(MemoryLog::new()))
        .await
        .live()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_rebuilds_it_serves_and_never_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    append_many(&*log, 3000).await;
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let done = Arc::new(AtomicBool::new(false));
    let heard = Arc::new(AtomicU64::new(3000));
    let listener = every_change_once(life.tally.changes(), heard.clone());
    let listener = life.tasks.spawn(listener);
    let writer = {
        let (log, done) = (log.clone(), done.clone());
        life.tasks.spawn(async move {
            let mut last = Position::START;
            while !done.load(Ordering::Relaxed) {
                // Who listens is told that they missed something if they fall far behind: they are not driven to that here.
                if last.0 < heard.load(Ordering::Relaxed) + 500 {
                    last = append_many(&*log, 1).await;
                }
                tokio::task::yield_now().await;
            }
            last
        })
    };
    let reader = {
        let (tally, done) = (life.tally.clone(), done.clone());
        life.tasks.spawn(async move {
            let (mut position, mut reads) = (Position::START, 0);
            while !done.load(Ordering::Relaxed) {
                let promised = tally.position();
                let total = total(&tally.reader()).unwrap();
                assert!(
                    total.last >= promised && promised >= position,
                    "{total:?} {promised} {position}"
                );
                assert_eq!(total.commits, total.last.0);
                (position, reads) = (promised, reads + 1);
                tokio::task::yield_now().await;
            }
            reads
        })
    };
    for _ in 0..3 {
        life.tally.rebuild(|_| ()).await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let last = writer.await.unwrap();
    assert!(reader.await.unwrap() > 100);
    life.reached(last).await;
    assert_adds_up(&life.tally.reader(), last.0);
    assert_eq!(life.tally.status().generation, 4);
    append(&*log, "the-end", &[Op::Count]).await;
    assert_eq!(listener.await.unwrap(), Position(last.0 + 1));
}

/// Whatever is swapped, no change is left out or told twice. Says how far it has heard; answers the position of `the-end`.
async fn every_change_once(mut changes: Receiver<Change>, heard: Arc<AtomicU64>) -> Position {
    let mut last = Position(3000);
    loop {
        let change = tokio::time::timeout(PATIENCE, changes.recv())
            .await
            .unwrap()
            .unwrap();
        // The first ones may be told a moment after they were readable.
        if last > Position(3000) || change.position > last {
            assert_eq!(change.position, Position(last.0 + 1));
            last = change.position;
            heard.store(last.0, Ordering::Relaxed);
        }
        if &*change.topic == "the-end" {
            return last;
        }
    }
}

#[tokio::test]
async fn the_old_rows_go_with_their_last_reader() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    append_many(&*log, 100).await;
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let old = life.tally.reader();
    life.tally.rebuild(|_| ()).await.unwrap();
    assert!(folder.path().join("tally/g1-v1").is_dir());
    assert_adds_up(&old, 100);
    drop(old);
    let deadline = std::time::Instant::now() + PATIENCE;
    while folder.path().join("tally/g1-v1").exists() {
        assert!(
            std::time::Instant::now() < deadline,
            "the old generation is still there"
        );
        tokio::task::yield_now().await;
    }
    assert!(folder.path().join("tally/g2-v1").is_dir());
}

#[tokio::test]
async fn a_rebuild_that_fails_or_is_abandoned_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(FaultyLog::default());
    append_many(&*log, 100).await;
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    log.damaged.store(50, Ordering::Relaxed);
    let failed = life.tally.rebuild(|_| ()).await.unwrap_err();
    assert!(
        matches!(&failed, ProjectionError::RebuildFailed { reason, .. } if reason.contains("50")),
        "{failed}"
    );
    log.damaged.store(0, Ordering::Relaxed);

    log.held_after.store(60, Ordering::Relaxed);
    let mut first = Box::pin(life.tally.rebuild(|_| ()));
    assert!(futures::poll!(&mut first).is_pending());
    assert_eq!(
        life.tally.rebuild(|_| ()).await,
        Err(ProjectionError::AlreadyBuilding { name: "tally" })
    );
    drop(first);
    log.held_after.store(0, Ordering::Relaxed);
    let deadline = std::time::Instant::now() + PATIENCE;
    while life.tally.rebuild(|_| ()).await.is_err() {
        assert!(
            std::time::Instant::now() < deadline,
            "the abandoned rebuild is still under way"
        );
        tokio::task::yield_now().await;
    }
    append_many(&*log, 1).await;
    life.reached(Position(101)).await;
    assert_eq!(life.tally.status().state, ProjectionState::Live);
    assert_adds_up(&life.tally.reader(), 101);
}

#[tokio::test]
async fn a_new_version_is_built_anew_and_the_old_one_serves_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(FaultyLog::default());
    append_many(&*log, 100).await;
    Life::begin(folder.path(), log.clone())
        .await
        .live()
        .await
        .end()
        .await;

    // Stuck half-way: nothing is readable, the old version is still there for the old program.
    log.held_after.store(60, Ordering::Relaxed);
    let life = Life::of_version(2, folder.path(), log.clone()).await;
    life.until(|state| matches!(state, ProjectionState::CatchingUp { target, .. } if *target == Position(100))).await;
    assert_eq!(total(&life.tally.reader()), Err(RowError::Unavailable));
    assert_eq!(life.tally.position(), Position::START);
    life.end().await;
    let old = Life::begin(folder.path(), log.clone()).await;
    assert_adds_up(&old.tally.reader(), 100);
    old.end().await;

    log.held_after.store(0, Ordering::Relaxed);
    let life = Life::of_version(2, folder.path(), log.clone())
        .await
        .live()
        .await;
    assert_adds_up(&life.tally.reader(), 100);
    assert_eq!(life.tally.status().version, 2);
    life.end().await;
    assert!(!folder.path().join("tally/g1-v1").exists());
    let head = log.head().await.unwrap();
    assert_adds_up(
        &Life::of_version(2, folder.path(), log)
            .await
            .live()
            .await
            .tally
            .reader(),
        head.0,
    );
}
