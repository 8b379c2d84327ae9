//! What falls due is fired: in order, once, again after a failure, on an injected clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Timestamp;
use khidma_projection::{AgendaConfig, AgendaError, AgendaItem, Lane, run_agenda, run_agenda_with};
use khidma_runtime::{Clock, ManualClock};
use tokio::sync::{Semaphore, mpsc};

use crate::lives::append;
use crate::support::{Life, Op, PATIENCE};

const SECOND: i64 = 1_000_000;

/// A life with an agenda: what is fired comes out of `fired`.
struct Agenda {
    life: Life,
    log: Arc<MemoryLog>,
    hand: ManualClock,
    fired: mpsc::UnboundedReceiver<(Timestamp, AgendaItem)>,
    failing: Arc<Mutex<Vec<String>>>,
}

impl Agenda {
    async fn begin(folder: &std::path::Path, log: Arc<MemoryLog>, now: i64) -> Self {
        let life = Life::begin(folder, log.clone()).await.live().await;
        let (clock, hand) = Clock::manual(Timestamp::from_micros(now));
        let (tell, fired) = mpsc::unbounded_channel();
        let failing = Arc::new(Mutex::new(Vec::new()));
        let (taking, refusing) = (log.clone(), failing.clone());
        run_agenda(life.tally.clone(), clock, &life.tasks, move |due, item| {
            let (tell, log, refusing) = (tell.clone(), taking.clone(), refusing.clone());
            async move {
                let _ = tell.send((due, item.clone()));
                if refusing.lock().unwrap().contains(&item.entity) {
                    return Err(AgendaError::new("told so"));
                }
                // The view takes it off.
                append(
                    &*log,
                    &item.entity,
                    &[Op::Unschedule(due.as_micros(), item.kind)],
                )
                .await;
                Ok(())
            }
        });
        Self {
            life,
            log,
            hand,
            fired,
            failing,
        }
    }

    async fn schedule(&self, entity: &str, due: i64) {
        let last = append(&*self.log, entity, &[Op::Schedule(due, "close".into())]).await;
        self.life.reached(last).await;
    }

    async fn next(&mut self) -> (i64, String) {
        let (due, item) = tokio::time::timeout(PATIENCE, self.fired.recv())
            .await
            .unwrap()
            .unwrap();
        (due.as_micros(), item.entity)
    }

    /// Waits until the agenda holds nothing that is due at `until`.
    async fn settled(&self, until: i64) {
        let deadline = std::time::Instant::now() + PATIENCE;
        while !self
            .life
            .tally
            .reader()
            .due(Timestamp::from_micros(until), 1)
            .unwrap()
            .is_empty()
        {
            assert!(std::time::Instant::now() < deadline, "still something due");
            tokio::task::yield_now().await;
        }
    }

    fn nothing_fired(&mut self) {
        assert_eq!(self.fired.try_recv().ok(), None);
    }
}

async fn agenda(now: i64) -> (tempfile::TempDir, Agenda) {
    let folder = tempfile::tempdir().unwrap();
    let agenda = Agenda::begin(folder.path(), Arc::new(MemoryLog::new()), now).await;
    (folder, agenda)
}

#[tokio::test]
async fn what_is_due_is_fired_once_in_the_order_of_time() {
    let (_folder, mut agenda) = agenda(0).await;
    for (entity, due) in [
        ("c", 30),
        ("a", 10),
        ("before-the-epoch", -5),
        ("b", 20),
        ("later", 99),
    ] {
        agenda.schedule(entity, due * SECOND).await;
    }
    assert_eq!(
        agenda.next().await,
        (-5 * SECOND, "before-the-epoch".into())
    );
    agenda.settled(0).await;
    agenda.nothing_fired();
    assert_eq!(
        agenda.life.tally.reader().next_due().unwrap(),
        Some(Timestamp::from_micros(10 * SECOND))
    );
    agenda.hand.advance_seconds(50);
    for (due, entity) in [(10, "a"), (20, "b"), (30, "c")] {
        assert_eq!(agenda.next().await, (due * SECOND, entity.into()));
    }
    agenda.settled(50 * SECOND).await;
    agenda.nothing_fired();
    agenda.hand.advance_seconds(50);
    assert_eq!(agenda.next().await, (99 * SECOND, "later".into()));
}

#[tokio::test]
async fn what_comes_in_before_the_next_is_not_slept_over() {
    let (_folder, mut agenda) = agenda(0).await;
    agenda.schedule("far", 1000 * SECOND).await;
    agenda.schedule("near", 10 * SECOND).await;
    agenda.hand.advance_seconds(11);
    assert_eq!(agenda.next().await, (10 * SECOND, "near".into()));
}

#[tokio::test]
async fn a_clock_that_jumps_back_fires_nothing_early_and_nothing_twice() {
    let (_folder, mut agenda) = agenda(1000 * SECOND).await;
    agenda.schedule("a", 1005 * SECOND).await;
    agenda.hand.set(Timestamp::from_micros(500 * SECOND));
    agenda.schedule("b", 600 * SECOND).await;
    agenda.hand.set(Timestamp::from_micros(601 * SECOND));
    assert_eq!(agenda.next().await, (600 * SECOND, "b".into()));
    agenda.settled(601 * SECOND).await;
    agenda.nothing_fired();
    agenda.hand.set(Timestamp::from_micros(2000 * SECOND));
    assert_eq!(agenda.next().await, (1005 * SECOND, "a".into()));
}

#[tokio::test]
async fn one_that_fails_is_tried_again_and_keeps_none_waiting() {
    let (_folder, mut agenda) = agenda(0).await;
    agenda.failing.lock().unwrap().push("bad".into());
    agenda.schedule("bad", SECOND).await;
    agenda.schedule("good", 2 * SECOND).await;
    agenda.hand.advance_seconds(5);
    assert_eq!(agenda.next().await.1, "bad");
    assert_eq!(agenda.next().await.1, "good");
    for _ in 0..2 {
        assert_eq!(agenda.next().await, (SECOND, "bad".into()));
    }
    agenda.failing.lock().unwrap().clear();
    assert_eq!(agenda.next().await, (SECOND, "bad".into()));
    agenda.settled(5 * SECOND).await;
}

#[tokio::test]
async fn what_fell_due_while_nobody_ran_is_fired_after_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    let agenda = Agenda::begin(folder.path(), log.clone(), 0).await;
    agenda.schedule("a", 10 * SECOND).await;
    agenda.schedule("b", 5 * SECOND).await;
    let Agenda { life, .. } = agenda;
    life.end().await;
    let mut agenda = Agenda::begin(folder.path(), log, 60 * SECOND).await;
    assert_eq!(agenda.next().await, (5 * SECOND, "b".into()));
    assert_eq!(agenda.next().await, (10 * SECOND, "a".into()));
}

#[tokio::test(start_paused = true)]
async fn one_that_was_fired_and_stays_is_fired_again_after_some_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let last = append(&*log, "e", &[Op::Schedule(0, "close".into())]).await;
    life.reached(last).await;
    let (clock, _hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    run_agenda(life.tally.clone(), clock, &life.tasks, move |_, _| {
        let told = tell.send(tokio::time::Instant::now());
        async move { told.map_err(|error| AgendaError::new(error.to_string())) }
    });
    let first = fired.recv().await.unwrap();
    let second = fired.recv().await.unwrap();
    assert!(
        second - first >= Duration::from_secs(5),
        "{:?}",
        second - first
    );
}

#[tokio::test]
async fn of_many_overdue_none_is_forgotten() {
    let (_folder, mut agenda) = agenda(0).await;
    for number in 0..200_i64 {
        append(
            &*agenda.log,
            &format!("e{number:03}"),
            &[Op::Schedule(number, "close".into())],
        )
        .await;
    }
    agenda.hand.advance_seconds(1);
    let mut seen = Vec::new();
    for _ in 0..200 {
        seen.push(agenda.next().await.1);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 200);
    agenda.settled(SECOND).await;
}

#[tokio::test]
async fn ten_thousand_due_at_once_are_fired_once_each_in_the_order_of_time() {
    const MANY: i64 = 10_000;
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(MemoryLog::new()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let (clock, hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    let (config, taking) = (at_once(256), log.clone());
    run_agenda_with(
        config,
        life.tally.clone(),
        clock,
        &life.tasks,
        move |due, item| {
            // In the order of starting, not of running.
            tell.send(due.as_micros()).unwrap();
            let log = taking.clone();
            async move {
                let off = [Op::Unschedule(due.as_micros(), item.kind)];
                append(&*log, &item.entity, &off).await;
                Ok(())
            }
        },
    );
    let mut last = append(&*log, "later", &[Op::Schedule(60 * SECOND, "close".into())]).await;
    for number in 0..MANY {
        // Neither the order of the log nor that of the names is that of time.
        let due = SECOND + number * 7919 % MANY;
        last = append(
            &*log,
            &format!("e{number}"),
            &[Op::Schedule(due, "close".into())],
        )
        .await;
    }
    life.reached(last).await;
    hand.advance_seconds(5);
    for number in 0..MANY {
        let due = tokio::time::timeout(PATIENCE, fired.recv()).await.unwrap();
        assert_eq!(due, Some(SECOND + number));
    }
    let left = || life.tally.reader().next_due().unwrap();
    let later = Some(Timestamp::from_micros(60 * SECOND));
    until(|| left() == later).await;
    assert_eq!(fired.try_recv().ok(), None);
    hand.advance_seconds(60);
    assert_eq!(fired.recv().await, Some(60 * SECOND));
}

#[tokio::test]
async fn a_flood_in_one_lane_keeps_the_other_waiting_for_nothing() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(MemoryLog::new()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let (clock, hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    // More than a chunk: the lane's own items are not among the first that could be read.
    let mut last = append(&*log, "timer", &[Op::Schedule(60 * SECOND, "close".into())]).await;
    for number in 0..600_i64 {
        let flood = [Op::Schedule(number, "close".into())];
        last = append(&*log, &format!("flood-{number}"), &flood).await;
    }
    life.reached(last).await;
    let border = Timestamp::from_micros(SECOND);
    for lane in [Lane::Before(border), Lane::From(border)] {
        let (tell, clock) = (tell.clone(), clock.clone());
        let config = AgendaConfig { at_once: 4, lane };
        run_agenda_with(
            config,
            life.tally.clone(),
            clock,
            &life.tasks,
            move |_, item| {
                tell.send(item.entity).unwrap();
                // None of the flood ever comes to its end.
                std::future::pending()
            },
        );
    }
    hand.advance_seconds(1);
    let mut next = async || tokio::time::timeout(PATIENCE, fired.recv()).await.unwrap();
    for _ in 0..4 {
        let one = next().await.unwrap();
        assert!(one.starts_with("flood"), "{one} is not due");
    }
    hand.advance_seconds(60);
    assert_eq!(next().await.as_deref(), Some("timer"));
    let news = [Op::Schedule(61 * SECOND, "close".into())];
    life.reached(append(&*log, "told-later", &news).await).await;
    assert_eq!(next().await.as_deref(), Some("told-later"));
}

/// So many at once, of the whole agenda.
fn at_once(at_once: usize) -> AgendaConfig {
    AgendaConfig {
        at_once,
        ..AgendaConfig::default()
    }
}

/// Waits until it `holds`.
async fn until(holds: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < deadline, "it never held");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn of_one_entity_one_after_the_other_while_others_go_ahead() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(MemoryLog::new()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let (clock, hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    run_agenda(life.tally.clone(), clock, &life.tasks, move |due, item| {
        tell.send((due.as_micros(), item.entity.clone())).unwrap();
        let gate = held.clone();
        async move {
            if item.entity == "slow" {
                gate.acquire().await.unwrap().forget();
            }
            Ok(())
        }
    });
    let slow = [3, 1, 2].map(|due| Op::Schedule(due * SECOND, "close".into()));
    append(&*log, "slow", &slow).await;
    let last = append(&*log, "quick", &[Op::Schedule(4 * SECOND, "close".into())]).await;
    life.reached(last).await;
    hand.advance_seconds(5);
    for expected in [(1, "slow"), (4, "quick"), (2, "slow"), (3, "slow")] {
        let next = tokio::time::timeout(PATIENCE, fired.recv()).await.unwrap();
        assert_eq!(next, Some((expected.0 * SECOND, expected.1.into())));
        // The next of it only when this one has come to its end.
        gate.add_permits(usize::from(expected != (1, "slow")));
    }
}

#[tokio::test(start_paused = true)]
async fn those_that_hang_keep_none_waiting_for_ever() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(MemoryLog::new()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let (clock, hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    let config = at_once(4);
    run_agenda_with(
        config,
        life.tally.clone(),
        clock,
        &life.tasks,
        move |_, item| {
            let tell = tell.clone();
            async move {
                if item.entity.starts_with("hangs") {
                    std::future::pending::<()>().await;
                }
                tell.send(item.entity).unwrap();
                Ok(())
            }
        },
    );
    let schedule = |due: i64| [Op::Schedule(due * SECOND, "close".into())];
    for number in 0..8 {
        append(&*log, &format!("hangs{number}"), &schedule(1)).await;
    }
    let last = append(&*log, "good", &schedule(2)).await;
    life.reached(last).await;
    hand.advance_seconds(5);
    let began = tokio::time::Instant::now();
    assert_eq!(fired.recv().await, Some("good".into()));
    // Two rounds of those that hang and are due earlier; later ones come before their next.
    assert!(
        began.elapsed() < Duration::from_secs(4 * 120),
        "{:?}",
        began.elapsed()
    );
    let last = append(&*log, "fresh", &schedule(3)).await;
    life.reached(last).await;
    let next = fired.recv().await;
    assert_eq!(next, Some("fresh".into()));
    assert!(
        began.elapsed() < Duration::from_secs(5 * 120),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_is_put_on_again_after_it_was_fired_is_fired_again_at_once() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(MemoryLog::new()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let (clock, _hand) = Clock::manual(Timestamp::EPOCH);
    let (tell, mut fired) = mpsc::unbounded_channel();
    run_agenda(life.tally.clone(), clock, &life.tasks, move |_, _| {
        tell.send(tokio::time::Instant::now()).unwrap();
        async { Ok(()) }
    });
    let on = || Op::Schedule(0, "close".into());
    append(&*log, "e", &[on()]).await;
    let first = fired.recv().await.unwrap();
    append(&*log, "e", &[Op::Unschedule(0, "close".into()), on()]).await;
    let second = fired.recv().await.unwrap();
    assert!(
        second - first < Duration::from_secs(5),
        "{:?}",
        second - first
    );
    append(&*log, "e", &[Op::Unschedule(0, "close".into())]).await;
    append(&*log, "e", &[on()]).await;
    let third = fired.recv().await.unwrap();
    assert!(
        third - second < Duration::from_secs(5),
        "{:?}",
        third - second
    );
}

#[tokio::test]
async fn rows_built_anew_have_the_same_agenda() {
    let (_folder, mut agenda) = agenda(0).await;
    agenda.schedule("a", 10 * SECOND).await;
    agenda.schedule("b", 20 * SECOND).await;
    agenda.hand.advance_seconds(11);
    assert_eq!(agenda.next().await.1, "a");
    agenda.settled(11 * SECOND).await;
    agenda.life.tally.rebuild(|_| ()).await.unwrap();
    agenda.schedule("c", 15 * SECOND).await;
    agenda.hand.advance_seconds(11);
    assert_eq!(agenda.next().await.1, "c");
    assert_eq!(agenda.next().await.1, "b");
    agenda.settled(30 * SECOND).await;
    agenda.nothing_fired();
}
