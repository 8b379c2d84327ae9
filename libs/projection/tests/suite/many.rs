//! All rows read on several threads: each once, and no longer than somebody wants them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use khidma_eventlog::MemoryLog;
use khidma_projection::{Row, RowError, fold_rows};

use crate::lives::append;
use crate::support::{Life, Op, PATIENCE};

/// Why reading was ended.
#[derive(Debug, PartialEq)]
enum Ended {
    Enough,
    Rows(RowError),
}

impl From<RowError> for Ended {
    fn from(error: RowError) -> Self {
        Self::Rows(error)
    }
}

type Keys = Vec<Vec<u8>>;

fn collect(keys: &mut Keys, key: &[u8], row: &Row) -> Result<(), Ended> {
    assert_eq!(row.decode::<Vec<u8>>()?.len(), key.len());
    keys.push(key.to_vec());
    Ok(())
}

/// Rows named unevenly: most of them close together, as ids are that were made in one minute, and some far away.
async fn life_with_rows(folder: &std::path::Path, count: usize) -> (Life, BTreeSet<Vec<u8>>) {
    let log = Arc::new(MemoryLog::new());
    let life = Life::begin(folder, log.clone()).await.live().await;
    let names = (0..count).map(|number| match number % 50 {
        0 => format!("{:08x}", number * 7919),
        _ => format!("0190d7b2-7000-8000-{number:012x}"),
    });
    let names: Vec<_> = names.collect();
    let put = |name: &String| Op::Put(name.clone(), name.len() + 4);
    let mut last = append(&*log, "e", &[Op::Put("\u{ff}after".into(), 1)]).await;
    for some in names.chunks(500) {
        let ops: Vec<_> = some.iter().map(put).collect();
        last = append(&*log, "e", &ops).await;
    }
    life.reached(last).await;
    let keys = names.into_iter().map(|name| format!("row/{name}").into());
    (life, keys.collect())
}

#[tokio::test]
async fn every_row_is_met_once_on_however_many_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (life, keys) = life_with_rows(folder.path(), 6000).await;
    let reader = life.tally.reader();
    for threads in [1, 2, 3, 8] {
        let parts = fold_rows(reader.clone(), &life.tasks, b"row/0", threads, collect).await;
        let met: Keys = parts.unwrap().into_iter().flatten().collect();
        let expected = keys.range(b"row/0".to_vec()..b"row/1".to_vec());
        assert_eq!(met.iter().collect::<BTreeSet<_>>(), expected.collect());
        assert_eq!(met.iter().collect::<BTreeSet<_>>().len(), met.len());
    }
    let nothing = fold_rows(reader.clone(), &life.tasks, b"nothing", 2, collect).await;
    assert_eq!(nothing, Ok(vec![Keys::new(), Keys::new()]));
}

#[tokio::test]
async fn an_error_ends_it_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let (life, keys) = life_with_rows(folder.path(), 6000).await;
    let count = Arc::new(AtomicUsize::new(0));
    let counting = count.clone();
    let enough = move |_: &mut (), _: &[u8], _: &Row| match counting.fetch_add(1, Ordering::Relaxed)
    {
        0..100 => Ok(()),
        _ => Err(Ended::Enough),
    };
    let ended = fold_rows(life.tally.reader(), &life.tasks, b"row/", 2, enough).await;
    assert_eq!(ended, Err(Ended::Enough));
    assert!(count.load(Ordering::Relaxed) < keys.len() / 2);
}

#[tokio::test]
async fn what_panics_is_told_and_keeps_no_thread() {
    let folder = tempfile::tempdir().unwrap();
    let (life, _) = life_with_rows(folder.path(), 2000).await;
    let panics = |count: &mut usize, _: &[u8], _: &Row| {
        *count += 1;
        assert!(*count < 300, "as told");
        Ok::<_, Ended>(())
    };
    let reading = fold_rows(life.tally.reader(), &life.tasks, b"row/", 3, panics);
    let ended = tokio::time::timeout(PATIENCE, reading).await.unwrap();
    assert!(
        matches!(ended, Err(Ended::Rows(RowError::Storage { .. }))),
        "{ended:?}"
    );
    life.end().await;
}

#[tokio::test]
async fn nobody_reads_on_for_somebody_who_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (life, keys) = life_with_rows(folder.path(), 6000).await;
    let count = Arc::new(AtomicUsize::new(0));
    let (counting, (begun, mut began)) = (count.clone(), tokio::sync::mpsc::channel(1));
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let wait_once = move |_: &mut (), _: &[u8], _: &Row| {
        if counting.fetch_add(1, Ordering::Relaxed) == 0 {
            begun.blocking_send(()).unwrap();
            let _ = gate.lock().unwrap().recv();
        }
        Ok::<_, Ended>(())
    };
    let reading = fold_rows(life.tally.reader(), &life.tasks, b"row/", 1, wait_once);
    tokio::select! {
        ended = reading => panic!("ended by itself: {ended:?}"),
        _ = began.recv() => {}
    }
    drop(go);
    life.end().await;
    assert!(count.load(Ordering::Relaxed) < keys.len() / 2, "{count:?}");
}
