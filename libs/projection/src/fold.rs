//! The work of one step, away from the log: fold commits into the overlay, write it when it is time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use khidma_eventlog::Stored;
use khidma_kernel::Position;
use tracing::Span;
use uuid::Uuid;

use crate::agenda::News;
use crate::follower::FollowError;
use crate::generation::Generation;
use crate::rows::Overlay;
use crate::shared::Shared;
use crate::store::{Store, StoreError};
use crate::{ApplyError, RowError, Rows};

/// A commit on the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) position: Position,
    pub(crate) commit: Uuid,
}

/// Commits to be folded, and all that is needed for it.
pub(crate) struct Portion {
    pub(crate) shared: Arc<Shared>,
    pub(crate) generation: Arc<Generation>,
    pub(crate) batch: Vec<Stored>,
    pub(crate) overlay: Overlay,
    /// The last commit in the overlay.
    pub(crate) folded: Mark,
    /// From here on the cursor is written even if there are no rows to write.
    pub(crate) seal_at: Position,
    /// `None`: live, so write at once. Otherwise at this position, or when the overlay is full.
    pub(crate) target: Option<Position>,
    /// Of live commits; they end with the portion, when its rows are readable.
    pub(crate) spans: Vec<Span>,
}

/// A portion folded.
pub(crate) struct Folded {
    pub(crate) portion: Portion,
    /// Whether readers see all that was folded: it was written, or left no rows.
    pub(crate) landed: bool,
    /// Whether the cursor was written.
    pub(crate) sealed: bool,
    /// How what landed changes the agenda.
    pub(crate) agenda: Option<News>,
}

impl Portion {
    /// Folds, and writes if it is time. May block.
    pub(crate) fn run(mut self) -> Result<Folded, FollowError> {
        let generation = self.generation.clone();
        let store = generation.store()?;
        for commit in std::mem::take(&mut self.batch) {
            self.fold(&commit, store)?;
        }
        let full = self.overlay.bytes() >= self.shared.config.overlay_bytes;
        let landed = full
            || self
                .target
                .is_none_or(|target| self.folded.position >= target);
        let agenda = match landed {
            true => self.overlay.take_agenda_news(),
            false => None,
        };
        // A batch for the cursor alone would cost as much as one with rows, and nothing is lost without it.
        let sealed = landed && (self.overlay.has_rows() || self.folded.position >= self.seal_at);
        if sealed {
            self.write(store)?;
        }
        Ok(Folded {
            portion: self,
            landed,
            sealed,
            agenda,
        })
    }

    fn fold(&mut self, commit: &Stored, store: &Store) -> Result<(), FollowError> {
        let position = commit.position;
        let span = self.span(commit);
        let mut rows = Rows::new(store, &mut self.overlay, position);
        // A panic must not take the runner with it: the read model says that it failed, and why.
        let applied = catch_unwind(AssertUnwindSafe(|| {
            span.in_scope(|| self.shared.views.apply(commit, &mut rows))
        }));
        let applied = applied.unwrap_or_else(|_| {
            Err(ApplyError::Undecodable {
                reason: "the view panicked".into(),
            })
        });
        applied.map_err(|error| refused(position, error))?;
        self.folded = Mark {
            position,
            commit: commit.id,
        };
        if !span.is_none() {
            self.spans.push(span);
        }
        Ok(())
    }

    fn span(&self, commit: &Stored) -> Span {
        match &self.shared.hooks.span {
            Some(span_of) if self.target.is_none() => span_of(commit),
            _ => Span::none(),
        }
    }

    fn write(&mut self, store: &Store) -> Result<(), StoreError> {
        let rows = self.overlay.take_rows();
        if self.generation.is_serving() {
            store.write(
                rows,
                &self
                    .shared
                    .builds
                    .cursor(self.folded.position, self.folded.commit),
            )
        } else {
            store.write_unsealed(rows)
        }
    }
}

/// What a view's error means for the follower.
fn refused(position: Position, error: ApplyError) -> FollowError {
    match error {
        ApplyError::Row(RowError::Damaged { reason }) => StoreError::Damaged(reason).into(),
        ApplyError::Row(RowError::Storage { reason }) => StoreError::Storage(reason).into(),
        other => FollowError::Commit {
            position,
            reason: other.to_string(),
        },
    }
}
