//! Folding many commits in memory gives the rows that one commit at a time gives.

use std::sync::Arc;

use khidma_eventlog::{EventLog, MemoryLog};
use khidma_projection::{Hooks, ProjectionConfig, dump, rows_equal};
use proptest::prelude::*;

use crate::lives::append;
use crate::support::{Life, Op, config};

fn op() -> impl Strategy<Value = Op> {
    let key = "[a-f]{1,2}";
    prop_oneof![
        Just(Op::Count),
        (key, 0..3000_usize).prop_map(|(key, size)| Op::Put(key, size)),
        key.prop_map(Op::Grow),
        key.prop_map(Op::Delete),
        (-5..5_i64, "[ab]").prop_map(|(due, kind)| Op::Schedule(due, kind)),
        (-5..5_i64, "[ab]").prop_map(|(due, kind)| Op::Unschedule(due, kind)),
    ]
}

type History = Vec<(u8, Vec<Op>)>;

fn history() -> impl Strategy<Value = History> {
    prop::collection::vec((0..4_u8, prop::collection::vec(op(), 0..5)), 1..60)
}

async fn check(history: History, overlay_bytes: usize, live_batch: usize, split: usize) {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let [one_by_one, at_once, in_two] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let sized = |folder: &tempfile::TempDir| ProjectionConfig {
        overlay_bytes,
        live_batch,
        ..config(folder.path())
    };
    let reference = Life::begin(one_by_one.path(), log.clone())
        .await
        .live()
        .await;
    for (number, (entity, ops)) in history.iter().enumerate() {
        let last = append(&*log, &format!("e{entity}"), ops).await;
        reference.reached(last).await;
        if number == split {
            // A restart in between: the second part is caught up with on top of rows on disk.
            Life::with(sized(&in_two), 1, log.clone(), Hooks::default())
                .await
                .live()
                .await
                .end()
                .await;
        }
    }
    for folder in [&at_once, &in_two] {
        let life = Life::with(sized(folder), 1, log.clone(), Hooks::default())
            .await
            .live()
            .await;
        assert_eq!(life.tally.position(), reference.tally.position());
        let (ours, theirs) = (life.tally.reader(), reference.tally.reader());
        let rows = |reader| {
            dump(reader)
                .unwrap()
                .collect::<Result<Vec<_>, _>>()
                .unwrap()
        };
        assert_eq!(rows(&ours), rows(&theirs));
        assert!(rows_equal(&ours, &theirs).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_overlay_gives_the_same_rows(
        history in history(),
        overlay_bytes in 0..8000_usize,
        live_batch in 1..20_usize,
        split in 0..60_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(history, overlay_bytes, live_batch, split));
    }
}
