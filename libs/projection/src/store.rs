//! One generation's rows in sled. The only module that talks to it.

use std::fs::File;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use khidma_kernel::Position;
use serde::{Deserialize, Serialize};
use sled::{Batch, Mode};
use uuid::Uuid;

use crate::rows::Unwritten;
use crate::{Row, RowError, keys, row};

/// How far the rows are, written with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The read model the rows are of.
    pub(crate) name: String,
    /// Version of the rows.
    pub(crate) version: u32,
    /// The last commit folded into them.
    pub(crate) position: Position,
    /// That commit's id: whether the log is still the one the rows were made from.
    pub(crate) commit: Uuid,
}

/// Why the store could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    /// What is on disk is not what was written.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The system refused.
    #[error("{0}")]
    Storage(String),
}

impl From<StoreError> for RowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(reason) => Self::Damaged { reason },
            StoreError::Storage(reason) => Self::Storage { reason },
        }
    }
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        use ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
        match error {
            sled::Error::Io(io) => match io.kind() {
                // A file that is cut, gone or full of nonsense shows like this.
                UnexpectedEof | InvalidData | InvalidInput | NotFound => {
                    Self::Damaged(io.to_string())
                }
                _ => Self::Storage(io.to_string()),
            },
            other => Self::Damaged(kind_of(&other).into()),
        }
    }
}

/// sled's own texts may quote keys.
fn kind_of(error: &sled::Error) -> &'static str {
    match error {
        sled::Error::Corruption { .. } => "sled found corruption",
        sled::Error::ReportableBug(_) => "sled ran into a bug of its own",
        sled::Error::Unsupported(_) => "sled does not know the format",
        sled::Error::CollectionNotFound(_) => "sled misses a tree",
        _ => "sled failed",
    }
}

/// sled panics on some damaged files; that is damage like any other.
fn guarded<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(StoreError::Damaged("sled panicked".into())))
}

/// The rows of one generation.
#[derive(Debug)]
pub(crate) struct Store {
    db: sled::Db,
}

impl Store {
    /// Opens or makes the store in `folder`. Blocks.
    pub(crate) fn open(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        // sled's periodic flusher stays on (500 ms): it is what fsyncs and what reclaims space.
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(cache_bytes)
            .mode(Mode::HighThroughput);
        guarded(|| Ok(Self { db: config.open()? }))
    }

    /// The row under the full `key`, verified.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Row>, StoreError> {
        match guarded(|| Ok(self.db.get(key)?))? {
            Some(sealed) => Row::verify(key, sealed)
                .map(Some)
                .ok_or_else(wrong_checksum),
            None => Ok(None),
        }
    }

    /// The rows whose full keys lie in the range.
    pub(crate) fn scan(&self, range: keys::Range) -> StoreScan {
        StoreScan(self.db.range(range))
    }

    /// How far the rows are; `None` for a store whose building never came to its end.
    pub(crate) fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        let row = self.get(keys::CURSOR)?;
        row.map(|row| {
            row.decode()
                .map_err(|_| StoreError::Damaged("the cursor does not decode".into()))
        })
        .transpose()
    }

    /// Writes rows and cursor: after a crash both are there or neither is. Blocks, and keeps readers of every store
    /// in the process waiting meanwhile (sled has one lock for all).
    pub(crate) fn write(&self, rows: Unwritten, cursor: &Cursor) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (key, value) in rows {
            match value {
                Some(sealed) => batch.insert(key, sealed),
                // sled itself writes nothing where there is nothing to remove.
                None => batch.remove(key),
            }
        }
        batch.insert(keys::CURSOR, seal_cursor(cursor)?);
        guarded(|| Ok(self.db.apply_batch(batch)?))
    }

    /// Writes rows of a generation under construction: one by one in the order of their keys, which keeps no reader
    /// waiting. Nothing may rely on them before [`Store::complete`]. Blocks.
    pub(crate) fn write_unsealed(&self, rows: Unwritten) -> Result<(), StoreError> {
        guarded(|| {
            for (key, value) in rows {
                match value {
                    Some(sealed) => self.db.insert(key, sealed)?,
                    None => self.db.remove(key)?,
                };
            }
            Ok(())
        })
    }

    /// Ends the construction: the cursor goes in after all rows are on the disk. Blocks.
    pub(crate) fn complete(&self, folder: &Path, cursor: &Cursor) -> Result<(), StoreError> {
        self.sync(folder)?;
        self.write(Unwritten::new(), cursor)?;
        self.sync(folder)
    }

    /// Returns when all that was written is on the disk, in a store lying in `folder`. Blocks.
    pub(crate) fn sync(&self, folder: &Path) -> Result<(), StoreError> {
        guarded(|| Ok(self.db.flush()?))?;
        // sled's flush leaves the data to the system's cache.
        let synced = File::open(folder.join("db")).and_then(|file| file.sync_all());
        synced.map_err(|error| StoreError::Storage(error.to_string()))
    }
}

fn seal_cursor(cursor: &Cursor) -> Result<Vec<u8>, StoreError> {
    row::seal(keys::CURSOR, cursor).map_err(|error| StoreError::Storage(error.to_string()))
}

fn wrong_checksum() -> StoreError {
    StoreError::Damaged("a row's checksum is wrong".into())
}

/// Full keys and rows, verified, in the order of the keys.
pub(crate) struct StoreScan(sled::Iter);

impl Iterator for StoreScan {
    type Item = Result<(Vec<u8>, Row), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = guarded(|| self.0.next().transpose().map_err(StoreError::from));
        next.and_then(verified).transpose()
    }
}

impl DoubleEndedIterator for StoreScan {
    fn next_back(&mut self) -> Option<Self::Item> {
        let next = guarded(|| self.0.next_back().transpose().map_err(StoreError::from));
        next.and_then(verified).transpose()
    }
}

fn verified(pair: Option<(sled::IVec, sled::IVec)>) -> Result<Option<(Vec<u8>, Row)>, StoreError> {
    let Some((key, sealed)) = pair else {
        return Ok(None);
    };
    let row = Row::verify(&key, sealed).ok_or_else(wrong_checksum)?;
    Ok(Some((key.to_vec(), row)))
}
