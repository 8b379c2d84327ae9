//! Reading rows.

use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use khidma_kernel::{Position, Timestamp};
use serde::de::DeserializeOwned;

use crate::agenda::Entry;
use crate::generation::Generation;
use crate::store::{StoreError, StoreScan};
use crate::{AgendaItem, Row, RowError, keys};

/// Reads the rows of one generation, the one that served when it was made, also while a rebuild puts another in its
/// place. Each read sees whole commits; two reads may have a commit between them. Cheap to make and to clone.
#[derive(Debug, Clone)]
pub struct Reader {
    generation: Arc<Generation>,
}

impl Reader {
    /// Reads `generation`.
    pub(crate) fn new(generation: Arc<Generation>) -> Self {
        Self { generation }
    }

    /// The last commit whose rows it surely sees; [`Position::START`] while they are built for the first time.
    pub fn position(&self) -> Position {
        self.generation.position()
    }

    /// The row under `key`.
    ///
    /// # Errors
    /// The row is damaged or is no `T`, or the rows are being built.
    pub fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.row(key)?.map(|row| row.decode()).transpose()
    }

    /// The first part of the row under `key`, which was written as a struct beginning with a `T`.
    ///
    /// # Errors
    /// The row is damaged or does not begin with a `T`, or the rows are being built.
    pub fn get_head<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.row(key)?.map(|row| row.decode_head()).transpose()
    }

    /// Rows whose keys lie in `range`, ascending; descending with `.rev()`.
    pub fn scan(&self, range: impl RangeBounds<Vec<u8>>) -> Scan {
        self.full(keys::rows_in((range.start_bound(), range.end_bound())))
    }

    /// Rows whose keys begin with `prefix`, ascending; descending with `.rev()`.
    pub fn prefix(&self, prefix: &[u8]) -> Scan {
        self.full(keys::rows_beginning(prefix))
    }

    /// What is due at `until` or before, earliest first, at most `limit` items.
    ///
    /// # Errors
    /// The agenda is damaged, or the rows are being built.
    pub fn due(
        &self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, AgendaItem)>, RowError> {
        self.agenda(keys::agenda_until(until))?
            .take(limit)
            .collect()
    }

    /// When the next item falls due, or fell; `None` while the agenda is empty.
    ///
    /// # Errors
    /// The agenda is damaged, or the rows are being built.
    pub fn next_due(&self) -> Result<Option<Timestamp>, RowError> {
        let first = self.agenda(keys::agenda_after(None))?.next().transpose()?;
        Ok(first.map(|(due, _)| due))
    }

    /// Whether `item` is on the agenda for `due`.
    pub(crate) fn is_scheduled(&self, due: Timestamp, item: &AgendaItem) -> Result<bool, RowError> {
        let store = self.generation.readable()?;
        Ok(self
            .generation
            .report(store.get(&keys::agenda(due, item)))?
            .is_some())
    }

    /// The first `limit` items on the agenda in `range`, earliest first.
    pub(crate) fn agenda_in(
        &self,
        range: keys::Range,
        limit: usize,
    ) -> Result<Vec<Entry>, RowError> {
        self.agenda(range)?.take(limit).collect()
    }

    /// What is on the agenda in `range`, earliest first.
    fn agenda(
        &self,
        range: keys::Range,
    ) -> Result<impl Iterator<Item = Result<Entry, RowError>>, RowError> {
        let generation = self.generation.clone();
        let found = self.generation.readable()?.scan(range);
        Ok(found.map(move |found| {
            let unreadable = || StoreError::Damaged("an agenda item's key is unreadable".into());
            let entry = found.and_then(|(key, _)| keys::read_agenda(&key).ok_or_else(unreadable));
            generation.report(entry)
        }))
    }

    fn row(&self, key: &[u8]) -> Result<Option<Row>, RowError> {
        let store = self.generation.readable()?;
        self.generation.report(store.get(&keys::row(key)))
    }

    /// Rows whose full keys lie in `range`.
    pub(crate) fn full(&self, range: keys::Range) -> Scan {
        let rows = self.generation.readable().map(|store| store.scan(range));
        Scan {
            rows: rows.map_err(Some),
            generation: self.generation.clone(),
        }
    }
}

/// Rows in the order of their keys.
pub struct Scan {
    /// The rows, or why there are none, to be said once.
    rows: Result<StoreScan, Option<RowError>>,
    generation: Arc<Generation>,
}

impl Scan {
    fn step(
        &mut self,
        step: impl FnOnce(&mut StoreScan) -> Option<Result<(Vec<u8>, Row), StoreError>>,
    ) -> Option<Result<(Vec<u8>, Row), RowError>> {
        match &mut self.rows {
            Ok(rows) => {
                let found = self.generation.report(step(rows)?);
                if found.is_err() {
                    // What comes after damage is not to be trusted.
                    self.rows = Err(None);
                }
                Some(found.map(|(mut key, row)| {
                    key.remove(0);
                    (key, row)
                }))
            }
            Err(why) => why.take().map(Err),
        }
    }
}

impl Iterator for Scan {
    type Item = Result<(Vec<u8>, Row), RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step(StoreScan::next)
    }
}

impl DoubleEndedIterator for Scan {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(StoreScan::next_back)
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").finish_non_exhaustive()
    }
}

/// A key and a value as they lie on disk.
pub type Dumped = Result<(Vec<u8>, Vec<u8>), RowError>;

/// Every key and value a reader's generation holds, rows and agenda, as they lie on disk: to compare read models.
///
/// # Errors
/// The rows are being built; each item: the store is damaged.
pub fn dump(reader: &Reader) -> Result<impl Iterator<Item = Dumped>, RowError> {
    let generation = reader.generation.clone();
    let all = reader.generation.readable()?.scan(keys::everything());
    let told = all.filter(|found| !matches!(found, Ok((key, _)) if key == keys::CURSOR));
    Ok(told.map(move |found| {
        generation
            .report(found)
            .map(|(key, row)| (key, row.bytes().to_vec()))
    }))
}

/// Whether two read models hold the same rows and the same agenda, byte for byte.
///
/// # Errors
/// One of them is damaged or being built.
pub fn rows_equal(a: &Reader, b: &Reader) -> Result<bool, RowError> {
    let (mut left, mut right) = (dump(a)?, dump(b)?);
    loop {
        match (left.next().transpose()?, right.next().transpose()?) {
            (None, None) => return Ok(true),
            (one, other) if one != other => return Ok(false),
            _ => {}
        }
    }
}
