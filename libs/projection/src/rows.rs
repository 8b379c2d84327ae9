//! The rows a view sees while it folds: what is not written yet, over what is.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use khidma_kernel::{Position, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::agenda::{News, Notes};
use crate::shared::Change;
use crate::store::Store;
use crate::{AgendaItem, RowError, keys, row};

/// What an entry costs in memory beyond its bytes, about.
const ENTRY: usize = 96;

/// Rows folded and not yet written; `None`: deleted.
pub(crate) type Unwritten = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What has been folded since the last write.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    rows: Unwritten,
    bytes: usize,
    touched: Vec<Change>,
    agenda: Notes,
}

impl Overlay {
    /// About how much memory it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is anything to be written.
    pub(crate) fn has_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Takes what became of agenda items, before the rows are taken.
    pub(crate) fn take_agenda_news(&mut self) -> Option<News> {
        self.agenda.take(&self.rows)
    }

    /// Takes the rows to be written.
    pub(crate) fn take_rows(&mut self) -> Unwritten {
        self.bytes = 0;
        mem::take(&mut self.rows)
    }

    /// Takes what was touched.
    pub(crate) fn take_touched(&mut self) -> Vec<Change> {
        mem::take(&mut self.touched)
    }

    fn set(&mut self, key: Vec<u8>, sealed: Option<Vec<u8>>) {
        if key.first() == Some(&keys::AGENDA) {
            self.agenda.note(&key, sealed.is_none());
        }
        let size = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, Vec::len);
        let added = size(&sealed);
        let cost = key.len() + ENTRY;
        match self.rows.insert(key, sealed) {
            Some(before) => self.bytes -= size(&before),
            None => self.bytes += cost,
        }
        self.bytes += added;
    }
}

/// The rows of a read model as one commit finds and leaves them.
#[derive(Debug)]
pub struct Rows<'a> {
    store: &'a Store,
    overlay: &'a mut Overlay,
    position: Position,
}

impl<'a> Rows<'a> {
    /// The rows for the commit at `position`.
    pub(crate) fn new(store: &'a Store, overlay: &'a mut Overlay, position: Position) -> Self {
        Self {
            store,
            overlay,
            position,
        }
    }
}

impl Rows<'_> {
    /// The row under `key`, as the commits before and this one so far have left it.
    ///
    /// # Errors
    /// The row is damaged or is no `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        let key = keys::row(key);
        match self.overlay.rows.get(&key) {
            Some(Some(sealed)) => row::decode(row::body(sealed)).map(Some),
            Some(None) => Ok(None),
            None => self.store.get(&key)?.map(|row| row.decode()).transpose(),
        }
    }

    /// Writes the row under `key`.
    ///
    /// # Errors
    /// [`RowError::Unencodable`].
    pub fn put<T: Serialize>(&mut self, key: &[u8], value: &T) -> Result<(), RowError> {
        let key = keys::row(key);
        let sealed = row::seal(&key, value)?;
        self.overlay.set(key, Some(sealed));
        Ok(())
    }

    /// Removes the row under `key`, if there is one.
    pub fn delete(&mut self, key: &[u8]) {
        self.overlay.set(keys::row(key), None);
    }

    /// Moves an empty row, which only says by its key that something is there; from nowhere, or to nowhere. Where the key
    /// stays nothing is written.
    ///
    /// # Errors
    /// [`RowError::Unencodable`].
    pub fn move_mark(
        &mut self,
        from: Option<Vec<u8>>,
        to: Option<Vec<u8>>,
    ) -> Result<(), RowError> {
        if from == to {
            return Ok(());
        }
        if let Some(key) = from {
            self.delete(&key);
        }
        match to {
            Some(key) => self.put(&key, &()),
            None => Ok(()),
        }
    }

    /// Puts `item` on the agenda for `due`. The same item at another time is another row: take that one off first.
    ///
    /// # Errors
    /// [`RowError::Unencodable`]: the kind contains a NUL.
    pub fn schedule(&mut self, due: Timestamp, item: &AgendaItem) -> Result<(), RowError> {
        if item.kind.contains('\0') {
            return Err(RowError::Unencodable {
                reason: "the kind of an agenda item contains a NUL".into(),
            });
        }
        let key = keys::agenda(due, item);
        let sealed = row::seal(&key, &())?;
        self.overlay.set(key, Some(sealed));
        Ok(())
    }

    /// Takes `item` off the agenda at `due`, if it is there.
    pub fn unschedule(&mut self, due: Timestamp, item: &AgendaItem) {
        self.overlay.set(keys::agenda(due, item), None);
    }

    /// Tells watchers that what is named by `topic` (an entity's id) changed with this commit.
    pub fn touch(&mut self, topic: &str) {
        self.overlay.touched.push(Change {
            position: self.position,
            topic: Arc::from(topic),
        });
    }
}
