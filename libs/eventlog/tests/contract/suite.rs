//! The clauses of the contract.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use khidma_eventlog::{AppendError, Appended, EventLog, MAX_PAYLOAD, Proposal, Stored};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use uuid::Uuid;

use crate::Rig;

/// How long anything may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

pub(crate) fn fresh_id() -> Uuid {
    Uuid::from_u128(NEXT_ID.fetch_add(1, Ordering::Relaxed).into())
}

pub(crate) fn proposal(entity: &str, payload: impl Into<Bytes>) -> Proposal {
    Proposal {
        id: fresh_id(),
        context: "requests",
        entity: entity.into(),
        payload: payload.into(),
    }
}

/// Appends the first commit of a new entity.
pub(crate) async fn append_new(log: &dyn EventLog, entity: &str) -> Position {
    log.append(proposal(entity, entity.to_owned()), Position::START)
        .await
        .unwrap()
        .position
}

/// The next `count` commits after `after`.
pub(crate) async fn take(log: &dyn EventLog, after: Position, count: usize) -> Vec<Stored> {
    let commits = log
        .follow(after)
        .take(count)
        .map(|commit| commit.unwrap())
        .collect::<Vec<_>>();
    tokio::time::timeout(PATIENCE, commits)
        .await
        .expect("the commits do not come")
}

pub(crate) async fn an_appended_commit_is_read_back_byte_for_byte(rig: &mut impl Rig) {
    let log = rig.log();
    let every_byte = (0..=255).collect::<Vec<u8>>();
    let proposals = [
        proposal("a", every_byte),
        proposal("b", ""),
        proposal("c", vec![0; MAX_PAYLOAD]),
    ];
    for wanted in &proposals {
        let appended = log.append(wanted.clone(), Position::START).await.unwrap();
        assert!(!appended.duplicate);
    }
    let stored = take(&*log, Position::START, proposals.len()).await;
    for (stored, wanted) in stored.into_iter().zip(proposals) {
        assert_eq!(
            (stored.id, &*stored.context, stored.entity),
            (wanted.id, wanted.context, wanted.entity)
        );
        assert!(
            stored.payload == wanted.payload,
            "the payload of {} is another",
            wanted.id
        );
    }
}

pub(crate) async fn an_empty_log_has_no_head_and_the_head_is_the_last_position(rig: &mut impl Rig) {
    let log = rig.log();
    assert_eq!(log.head().await, Ok(Position::START));
    for entity in ["a", "b", "c"] {
        let position = append_new(&*log, entity).await;
        assert_eq!(log.head().await, Ok(position));
    }
    assert_eq!(log.head().await, Ok(Position(3)));
}

pub(crate) async fn only_the_expected_position_is_accepted(rig: &mut impl Rig) {
    let log = rig.log();
    let first = append_new(&*log, "a").await;
    append_new(&*log, "b").await;
    for wrong in [Position::START, Position(first.0 + 1), Position(99)] {
        let refused = log.append(proposal("a", "x"), wrong).await;
        assert!(
            is_conflict_at(&refused, first),
            "expecting {wrong}: {refused:?}"
        );
    }
    let refused = log.append(proposal("new", "x"), first).await;
    assert!(is_conflict_at(&refused, Position::START), "{refused:?}");

    let second = log
        .append(proposal("a", "x"), first)
        .await
        .unwrap()
        .position;
    assert!(second > first);
    assert_eq!(
        log.head().await,
        Ok(second),
        "what was refused left nothing"
    );
}

/// A conflict; if the log says where the entity stands, it has to be right.
fn is_conflict_at(result: &Result<Appended, AppendError>, at: Position) -> bool {
    matches!(result, Err(AppendError::Conflict { current }) if current.is_none_or(|current| current == at))
}

pub(crate) async fn of_racing_writers_exactly_one_wins(rig: &mut impl Rig) {
    let log = rig.log();
    let tasks = Tasks::new();
    let mut expected = Position::START;
    for _ in 0..20 {
        let race = (0..16).map(|_| {
            let log = log.clone();
            tasks.spawn(async move { log.append(proposal("raced", "x"), expected).await })
        });
        let results = futures::future::join_all(race.collect::<Vec<_>>()).await;
        let results = results.into_iter().map(Result::unwrap).collect::<Vec<_>>();
        let winners = results
            .iter()
            .filter_map(|result| result.as_ref().ok())
            .collect::<Vec<_>>();
        assert_eq!(winners.len(), 1, "{results:?}");
        assert!(
            results
                .iter()
                .all(|result| result.is_ok() || is_conflict_at(result, winners[0].position))
        );
        expected = winners[0].position;
    }
    assert_eq!(log.head().await, Ok(Position(20)));
}

pub(crate) async fn an_id_is_stored_once_whatever_is_expected(rig: &mut impl Rig) {
    let log = rig.log();
    let again = proposal("a", "x");
    let first = log.append(again.clone(), Position::START).await.unwrap();
    let moved = log
        .append(proposal("a", "y"), first.position)
        .await
        .unwrap();
    for expected in [
        Position::START,
        first.position,
        moved.position,
        Position(99),
    ] {
        let answer = log.append(again.clone(), expected).await;
        assert_eq!(
            answer,
            Ok(Appended {
                position: first.position,
                duplicate: true
            }),
            "expecting {expected}"
        );
    }
    assert_eq!(log.head().await, Ok(moved.position));
}

pub(crate) async fn racing_duplicates_are_stored_once(rig: &mut impl Rig) {
    let log = rig.log();
    let tasks = Tasks::new();
    let again = proposal("a", "x");
    let race = (0..16).map(|_| {
        let (log, again) = (log.clone(), again.clone());
        tasks.spawn(async move { log.append(again, Position::START).await.unwrap() })
    });
    let answers = futures::future::join_all(race.collect::<Vec<_>>()).await;
    let answers = answers.into_iter().map(Result::unwrap).collect::<Vec<_>>();
    assert!(answers.iter().all(|answer| answer.position == Position(1)));
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
    assert_eq!(log.head().await, Ok(Position(1)));
}

pub(crate) async fn the_largest_payload_is_taken_and_a_larger_one_refused(rig: &mut impl Rig) {
    let log = rig.log();
    let size = MAX_PAYLOAD + 1;
    let refused = log
        .append(proposal("a", vec![b'x'; size]), Position::START)
        .await;
    assert_eq!(
        refused,
        Err(AppendError::TooLarge {
            size,
            limit: MAX_PAYLOAD
        })
    );
    assert_eq!(log.head().await, Ok(Position::START));
    assert!(
        log.append(proposal("a", vec![b'x'; MAX_PAYLOAD]), Position::START)
            .await
            .is_ok()
    );
}

pub(crate) async fn a_follower_sees_every_commit_once_in_order_from_any_position_while_writers_write(
    rig: &mut impl Rig,
) {
    const WRITERS: usize = 8;
    const EACH: usize = 150;
    let log = rig.log();
    let tasks = Tasks::new();
    let writers = (0..WRITERS)
        .map(|writer| tasks.spawn(write_chain(log.clone(), format!("w-{writer}"), EACH)));
    let writers = writers.collect::<Vec<_>>();
    let from_start = take(&*log, Position::START, WRITERS * EACH);
    let from_the_middle = take(&*log, Position(100), WRITERS * EACH - 100);
    let (all, rest) = tokio::join!(from_start, from_the_middle);

    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    acknowledged.sort();
    let seen = all
        .iter()
        .map(|commit| (commit.position, commit.id))
        .collect::<Vec<_>>();
    assert_eq!(
        seen, acknowledged,
        "exactly what was acknowledged, in order"
    );
    assert_eq!(rest, all[100..]);
    assert_eq!(
        take(&*log, Position(all.len() as u64 - 1), 1).await,
        all[all.len() - 1..]
    );
}

/// Appends `count` commits to one entity, each expecting the one before.
async fn write_chain(
    log: Arc<dyn EventLog>,
    entity: String,
    count: usize,
) -> Vec<(Position, Uuid)> {
    let mut chain = Vec::new();
    let mut expected = Position::START;
    for number in 0..count {
        let proposal = proposal(&entity, format!("{entity} {number}"));
        let id = proposal.id;
        expected = log.append(proposal, expected).await.unwrap().position;
        chain.push((expected, id));
    }
    chain
}
