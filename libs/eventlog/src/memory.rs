//! A log that lives as long as its process: for tests.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use khidma_kernel::Position;
use tokio::sync::watch;
use uuid::Uuid;

use crate::admission::admit;
use crate::contexts::Contexts;
use crate::paging;
use crate::{AppendError, Appended, Commits, EventLog, LogError, Proposal, Stored};

/// A log in memory. Dropping it closes it: its followers end.
#[derive(Debug, Default)]
pub struct MemoryLog {
    records: Arc<Mutex<Records>>,
    head: watch::Sender<Position>,
}

#[derive(Debug, Default)]
struct Records {
    /// The commit at position p is at index p - 1.
    commits: Vec<Stored>,
    ids: HashMap<Uuid, Position>,
    heads: HashMap<(&'static str, String), Position>,
    contexts: Contexts,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        lock(&self.records)
    }
}

/// A panic elsewhere leaves no record half-written, so the lock is taken all the same.
fn lock(records: &Mutex<Records>) -> MutexGuard<'_, Records> {
    records.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Records {
    fn append(&mut self, proposal: Proposal, expected: Position) -> Result<Appended, AppendError> {
        if let Some(position) = self.ids.get(&proposal.id) {
            return Ok(Appended {
                position: *position,
                duplicate: true,
            });
        }
        let key = (proposal.context, proposal.entity.clone());
        let current = self.heads.get(&key).copied().unwrap_or_default();
        if current != expected {
            return Err(AppendError::Conflict {
                current: Some(current),
            });
        }
        let Proposal {
            id,
            context,
            entity,
            payload,
        } = proposal;
        let position = Position(self.commits.len() as u64 + 1);
        let context = self.contexts.share(context);
        self.commits.push(Stored {
            position,
            id,
            context,
            entity,
            payload,
        });
        self.ids.insert(id, position);
        self.heads.insert(key, position);
        Ok(Appended {
            position,
            duplicate: false,
        })
    }

    fn page_after(&self, after: Position) -> Vec<Stored> {
        let start = usize::try_from(after.0)
            .unwrap_or(usize::MAX)
            .min(self.commits.len());
        let Ok(page) = paging::page(
            self.commits
                .iter()
                .skip(start)
                .cloned()
                .map(Ok::<_, Infallible>),
        );
        page
    }
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        admit(&proposal)?;
        let mut records = self.records();
        let appended = records.append(proposal, expected)?;
        if !appended.duplicate {
            self.head.send_replace(appended.position);
        }
        Ok(appended)
    }

    fn follow(&self, after: Position) -> Commits {
        let records = self.records.clone();
        paging::follow(after, self.head.subscribe(), move |after, _| {
            std::future::ready(Ok(lock(&records).page_after(after)))
        })
    }

    async fn head(&self) -> Result<Position, LogError> {
        Ok(*self.head.borrow())
    }
}
