//! One build of a read model's rows.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use khidma_kernel::Position;
use tokio::sync::{Notify, mpsc};

use crate::RowError;
use crate::folder::{GenerationName, Lock};
use crate::store::{Store, StoreError};

/// One build of a read model's rows. It lives as long as somebody reads from it.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Its name, which is also its folder's.
    pub(crate) name: GenerationName,
    /// Its folder.
    pub(crate) folder: PathBuf,
    store: Option<Store>,
    position: AtomicU64,
    serving: AtomicBool,
    discarded: AtomicBool,
    damage: Notify,
    graveyard: mpsc::UnboundedSender<Remains>,
    lock: Arc<Lock>,
}

/// What is left of a generation nobody reads any more: closing it blocks, so that is done elsewhere.
#[derive(Debug)]
pub(crate) struct Remains {
    store: Option<Store>,
    folder: Option<PathBuf>,
    _lock: Arc<Lock>,
}

impl Generation {
    /// A generation over an open store, under construction until [`Generation::serve`].
    pub(crate) fn new(
        name: GenerationName,
        folder: PathBuf,
        store: Store,
        graveyard: mpsc::UnboundedSender<Remains>,
        lock: Arc<Lock>,
    ) -> Self {
        Self {
            name,
            folder,
            store: Some(store),
            position: AtomicU64::new(0),
            serving: AtomicBool::new(false),
            discarded: AtomicBool::new(false),
            damage: Notify::new(),
            graveyard,
            lock,
        }
    }

    /// The rows.
    pub(crate) fn store(&self) -> Result<&Store, StoreError> {
        // The store is there until the drop.
        self.store
            .as_ref()
            .ok_or_else(|| StoreError::Storage("the store is closed".into()))
    }

    /// The rows for readers.
    pub(crate) fn readable(&self) -> Result<&Store, RowError> {
        if !self.is_serving() {
            return Err(RowError::Unavailable);
        }
        Ok(self.store()?)
    }

    /// Whether its rows may be read.
    pub(crate) fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Acquire)
    }

    /// Opens it to readers; its rows are those up to `position`.
    pub(crate) fn serve(&self, position: Position) {
        self.advance(position);
        self.serving.store(true, Ordering::Release);
    }

    /// Says that the rows up to `position` are readable.
    pub(crate) fn advance(&self, position: Position) {
        self.position.store(position.0, Ordering::Release);
    }

    /// The last commit whose rows are readable.
    pub(crate) fn position(&self) -> Position {
        Position(self.position.load(Ordering::Acquire))
    }

    /// Makes its folder go with its last reader.
    pub(crate) fn discard(&self) {
        self.discarded.store(true, Ordering::Release);
    }

    /// Passes `result` on, and the word of damage to whoever keeps this generation.
    pub(crate) fn report<T>(&self, result: Result<T, StoreError>) -> Result<T, RowError> {
        result.map_err(|error| {
            if matches!(error, StoreError::Damaged(_)) {
                self.damage.notify_one();
            }
            error.into()
        })
    }

    /// Returns when a reader met damage.
    pub(crate) async fn damaged(&self) {
        self.damage.notified().await;
    }
}

impl Drop for Generation {
    fn drop(&mut self) {
        let folder = self
            .discarded
            .load(Ordering::Acquire)
            .then(|| self.folder.clone());
        let remains = Remains {
            store: self.store.take(),
            folder,
            _lock: self.lock.clone(),
        };
        // With the runner gone nobody takes it, and it is buried here and now.
        let _ = self.graveyard.send(remains);
    }
}

impl Drop for Remains {
    fn drop(&mut self) {
        drop(self.store.take());
        if let Some(folder) = &self.folder
            && let Err(error) = std::fs::remove_dir_all(folder)
        {
            tracing::warn!(%error, "an old generation of a read model could not be removed");
        }
    }
}
