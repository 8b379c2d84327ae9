//! What is damaged is moved aside and built again, by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use khidma_eventlog::MemoryLog;
use khidma_projection::{ProjectionState, RowError, rows_equal};

use crate::lives::{append, append_many};
use crate::support::{Life, Op, assert_adds_up, config};

/// The serving generation's folder.
fn generation(folder: &Path) -> PathBuf {
    let current = fs::read_to_string(folder.join("tally/current")).unwrap();
    folder.join("tally").join(current.trim())
}

fn quarantined(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join("tally")).unwrap();
    entries
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with("damaged-")
        })
        .count()
}

async fn filled(folder: &Path, log: &Arc<MemoryLog>) {
    for number in 0..300 {
        append(
            &**log,
            &format!("e{}", number % 9),
            &[Op::Put(number.to_string(), 400)],
        )
        .await;
    }
    Life::begin(folder, log.clone())
        .await
        .live()
        .await
        .end()
        .await;
}

/// Does harm to a store's files and sees whether the rows are right again after the next start.
async fn survives(harm: impl Fn(&Path)) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    filled(folder.path(), &log).await;
    harm(&generation(folder.path()));
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    assert_adds_up(&life.tally.reader(), 300);
    let fresh = tempfile::tempdir().unwrap();
    let reference = Life::begin(fresh.path(), log.clone()).await.live().await;
    assert!(rows_equal(&life.tally.reader(), &reference.tally.reader()).unwrap());
    let last = append_many(&*log, 3).await;
    life.reached(last).await;
    quarantined(folder.path())
}

#[tokio::test]
async fn files_full_of_nonsense() {
    let nonsense = |folder: &Path| fs::write(folder.join("db"), vec![0xA5; 700_000]).unwrap();
    survives(nonsense).await;
    survives(|folder| fs::write(folder.join("conf"), b"nonsense").unwrap()).await;
}

#[tokio::test]
async fn files_cut_short() {
    for keep in [0, 1, 1000, 40_000, 100_000] {
        survives(|folder| {
            let file = fs::File::options()
                .write(true)
                .open(folder.join("db"))
                .unwrap();
            file.set_len(keep).unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn files_with_flipped_bits() {
    for place in [10, 1_000, 5_000, 20_000, 60_000, 110_000] {
        survives(|folder| {
            let mut bytes = fs::read(folder.join("db")).unwrap();
            let place = place % bytes.len();
            bytes[place] ^= 0x10;
            fs::write(folder.join("db"), bytes).unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn files_that_are_gone() {
    assert_eq!(
        survives(|folder| fs::remove_file(folder.join("db")).unwrap()).await,
        1
    );
    survives(|folder| fs::remove_dir_all(folder).unwrap()).await;
}

/// Changes a row behind the projection's back, its checksum left as it was.
fn spoil(folder: &Path, key: &[u8]) {
    let db = sled::open(generation(folder)).unwrap();
    let mut value = db.get(key).unwrap().unwrap().to_vec();
    value[0] ^= 1;
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

#[tokio::test]
async fn a_damaged_row_is_never_read_and_heals() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    filled(folder.path(), &log).await;
    spoil(folder.path(), b"rrow/17");
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let before = life.tally.status().generation;
    let damaged = life.tally.reader().get::<Vec<u8>>(b"row/17").unwrap_err();
    assert!(matches!(damaged, RowError::Damaged { .. }), "{damaged}");
    healed(&life, before).await;
    assert_eq!(
        life.tally.reader().get::<Vec<u8>>(b"row/17").unwrap(),
        Some(vec![7; 400])
    );
    assert_adds_up(&life.tally.reader(), 300);
    assert_eq!(quarantined(folder.path()), 1);
}

async fn healed(life: &Life, before: u64) {
    let mut status = life.tally.watch_status();
    let healed = status
        .wait_for(|status| status.generation > before && status.state == ProjectionState::Live);
    tokio::time::timeout(crate::support::PATIENCE, healed)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn while_no_other_can_be_made_it_says_that_it_is_not_live_and_reads_on() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    filled(folder.path(), &log).await;
    spoil(folder.path(), b"rrow/17");
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let before = life.tally.status().generation;
    // As on a disk that is full: a new folder cannot be made.
    let blocked = |number| folder.path().join(format!("tally/g{number}-v1"));
    let places = before + 1..before + 40;
    for number in places.clone() {
        fs::write(blocked(number), b"a file").unwrap();
    }
    life.tally.reader().get::<Vec<u8>>(b"row/17").unwrap_err();
    life.until(|state| matches!(state, ProjectionState::CatchingUp { .. }))
        .await;
    assert_eq!(life.tally.status().generation, before);
    let row = life.tally.reader().get::<Vec<u8>>(b"row/18").unwrap();
    assert_eq!(row, Some(vec![7; 400]), "what is sound can be read");
    for number in places {
        fs::remove_file(blocked(number)).unwrap();
    }
    healed(&life, before).await;
    assert_adds_up(&life.tally.reader(), 300);
}

#[tokio::test]
async fn a_damaged_row_met_by_a_scan_or_by_the_view_heals_too() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    filled(folder.path(), &log).await;
    spoil(folder.path(), b"rrow/17");
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let before = life.tally.status().generation;
    let rows: Vec<_> = life.tally.reader().prefix(b"row/").collect();
    assert!(rows.last().unwrap().is_err(), "a scan ends at the damage");
    healed(&life, before).await;
    life.end().await;

    spoil(folder.path(), b"r!total");
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    let before = life.tally.status().generation;
    let last = append_many(&*log, 1).await;
    healed(&life, before).await;
    life.reached(last).await;
    assert_adds_up(&life.tally.reader(), 301);
    // The first one moved aside made room for the second.
    assert_eq!(quarantined(folder.path()), 1);
}

#[tokio::test]
async fn a_damaged_cursor_heals() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(MemoryLog::new());
    filled(folder.path(), &log).await;
    spoil(folder.path(), b"mcursor");
    let life = Life::begin(folder.path(), log.clone()).await.live().await;
    assert_adds_up(&life.tally.reader(), 300);
    assert_eq!(quarantined(folder.path()), 1);
}

#[tokio::test]
async fn a_pointer_file_that_is_gone_or_nonsense_costs_only_a_build() {
    for harm in ["", "nonsense", "g7-v1", "../../etc"] {
        let folder = tempfile::tempdir().unwrap();
        let log = Arc::new(MemoryLog::new());
        filled(folder.path(), &log).await;
        fs::write(folder.path().join("tally/current"), harm).unwrap();
        let life = Life::begin(folder.path(), log.clone()).await.live().await;
        assert_adds_up(&life.tally.reader(), 300);
    }
}

#[tokio::test]
async fn another_log_makes_other_rows() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), &Arc::new(MemoryLog::new())).await;
    // Shorter, and longer than where the rows are.
    for length in [100, 500] {
        let other = Arc::new(MemoryLog::new());
        append_many(&*other, length).await;
        let life = Life::begin(folder.path(), other.clone()).await;
        let before = life.tally.status().generation;
        healed(&life, before).await;
        assert_adds_up(&life.tally.reader(), length);
        assert!(life.tally.reader().prefix(b"row/").next().is_none());
        life.end().await;
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tally"), b"a file").unwrap();
    let tasks = khidma_runtime::Tasks::new();
    let started = khidma_projection::Projection::start(
        config(folder.path()),
        Arc::new(crate::support::Tally { version: 1 }),
        Arc::new(MemoryLog::new()),
        &tasks,
        khidma_projection::Hooks::default(),
    );
    assert!(matches!(
        started.await,
        Err(khidma_projection::ProjectionError::Folder { .. })
    ));
}
