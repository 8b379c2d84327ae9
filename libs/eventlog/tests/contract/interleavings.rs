//! Random histories: the embedded log, closed and opened at any moment, answers as the log in memory does.

use khidma_eventlog::{AppendError, Appended, EmbeddedLog, EventLog, MemoryLog, Proposal};
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use proptest::prelude::*;
use uuid::Uuid;

use crate::suite;

#[derive(Debug, Clone)]
enum Step {
    /// Entity, id, expected position: few of each, so that conflicts and duplicates are frequent.
    Append(u8, u8, u8),
    /// Many at once, so that they share a flush.
    Together(Vec<(u8, u8, u8)>),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let append = || (0..4_u8, 0..40_u8, 0..12_u8);
    prop_oneof![
        6 => append().prop_map(|(entity, id, expected)| Step::Append(entity, id, expected)),
        3 => prop::collection::vec(append(), 2..12).prop_map(Step::Together),
        1 => Just(Step::Reopen),
    ]
}

fn proposal(entity: u8, id: u8) -> Proposal {
    Proposal {
        id: Uuid::from_u128(id.into()),
        context: "requests",
        entity: format!("e-{entity}"),
        payload: format!("{id} of {entity}").into(),
    }
}

/// Joined futures are polled in order, so every log takes them in the same order.
async fn answers(
    log: &dyn EventLog,
    appends: &[(u8, u8, u8)],
) -> Vec<Result<Appended, AppendError>> {
    let appends = appends.iter().map(|(entity, id, expected)| {
        let expected = Position(u64::from(*expected));
        log.append(proposal(*entity, *id), expected)
    });
    futures::future::join_all(appends).await
}

async fn play(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir()?;
    let open = || {
        EmbeddedLog::open(folder.path(), &Tasks::new())
            .map_err(|error| TestCaseError::fail(error.to_string()))
    };
    let model = MemoryLog::new();
    let mut log = Some(open()?);
    for step in steps {
        let appends = match step {
            Step::Append(entity, id, expected) => vec![(entity, id, expected)],
            Step::Together(appends) => appends,
            Step::Reopen => {
                drop(log.take());
                Vec::new()
            }
        };
        let log = match &mut log {
            Some(log) => log,
            closed => closed.insert(open()?),
        };
        prop_assert_eq!(
            answers(log, &appends).await,
            answers(&model, &appends).await
        );
        prop_assert_eq!(log.head().await, model.head().await);
    }
    let log = match log {
        Some(log) => log,
        None => open()?,
    };
    let count = usize::try_from(model.head().await.unwrap_or_default().0).unwrap_or_default();
    prop_assert_eq!(
        suite::take(&log, Position::START, count).await,
        suite::take(&model, Position::START, count).await
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_embedded_log_answers_as_the_one_in_memory(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(play(steps))?;
    }
}
