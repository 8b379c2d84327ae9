//! What becomes of agenda items, told to whoever fires them by whoever writes them.

use std::collections::HashMap;
use std::sync::Arc;

use khidma_kernel::Timestamp;

use crate::rows::Unwritten;
use crate::{AgendaItem, keys};

/// Items told of one by one, at most. More are told as [`News::Many`]: they are read from the disk as well.
const TOLD: usize = 4096;

/// Batches whose news are kept for a loop that is slow to hear them. After that it reads the agenda anew.
pub(crate) const NEWS_KEPT: usize = 256;

/// A row of the agenda.
pub(crate) type Entry = (Timestamp, AgendaItem);

/// What became of an item with one batch of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stands on the agenda.
    On,
    /// It does not.
    Off,
    /// It was taken off and put on again: what was due is done, and due once more.
    Anew,
}

/// How one batch of rows changed the agenda.
#[derive(Debug, Clone)]
pub(crate) enum News {
    /// These items, and no others.
    These(Arc<[(Entry, Fate)]>),
    /// More than are worth telling.
    Many,
}

/// Items put on and taken off since the rows were last written.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// By key, whether the item was taken off at least once.
    items: HashMap<Vec<u8>, bool>,
    many: bool,
}

impl Notes {
    /// Notes that the item under `key` was put on, or taken `off`.
    pub(crate) fn note(&mut self, key: &[u8], off: bool) {
        if self.many {
            return;
        }
        if let Some(noted) = self.items.get_mut(key) {
            *noted |= off;
            return;
        }
        self.items.insert(key.to_vec(), off);
        if self.items.len() > TOLD {
            *self = Self {
                items: HashMap::new(),
                many: true,
            };
        }
    }

    /// Takes what was noted, `rows` being about to be written; `None` if there is nothing.
    pub(crate) fn take(&mut self, rows: &Unwritten) -> Option<News> {
        let Self { items, many } = std::mem::take(self);
        if many {
            return Some(News::Many);
        }
        let told = items.into_iter().filter_map(|(key, off)| {
            let fate = match (off, matches!(rows.get(&key), Some(Some(_)))) {
                (_, false) => Fate::Off,
                (false, true) => Fate::On,
                (true, true) => Fate::Anew,
            };
            Some((keys::read_agenda(&key)?, fate))
        });
        let told: Arc<[_]> = told.collect();
        (!told.is_empty()).then_some(News::These(told))
    }
}
