//! From commits to rows: follows the log on behalf of one generation.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use khidma_eventlog::{Commits, LogError, Stored};
use khidma_kernel::Position;
use tokio::task::unconstrained;

use crate::agenda::News;
use crate::backoff::Backoff;
use crate::fold::{Mark, Portion};
use crate::generation::Generation;
use crate::rows::Overlay;
use crate::shared::{CHANGES_KEPT, Opened, Shared};
use crate::store::{Cursor, StoreError};
use crate::{Change, Progress, ProjectionState};

/// Commits folded in one go when catching up.
const PORTION: usize = 1024;
/// Bytes of payload folded in one go, about.
const PORTION_BYTES: usize = 4 << 20;
/// How long live commits are let gather: writing a batch costs as much as many rows, readers wait meanwhile, and
/// whoever appended is answered first.
const GATHERING: Duration = Duration::from_millis(4);
/// So many live commits in one batch say that more are coming: then they gather even if somebody waits for one.
const BUSY: usize = 8;
/// How many commits may be without effect on rows before the cursor is written just to pass them.
const CURSOR_LAG: u64 = 4096;

/// Why following stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FollowError {
    /// The log cannot be read on.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log is not the one the rows were made from.
    #[error("the log is not the one the rows were made from")]
    Foreign,
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A commit cannot be applied.
    #[error("the commit at position {position} cannot be applied: {reason}")]
    Commit {
        /// Which.
        position: Position,
        /// Why; never the contents.
        reason: String,
    },
}

/// How many commits there were in the last live batch, and so how many more to expect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pace {
    /// Few.
    #[default]
    Calm,
    /// Many.
    Busy,
    /// As many as a batch takes: the next ones wait already.
    Full,
}

/// Follows the log on behalf of one generation.
pub(crate) struct Follower {
    shared: Arc<Shared>,
    generation: Arc<Generation>,
    commits: Option<Commits>,
    broken: bool,
    /// Whether the rows are known to be made from this log.
    known: bool,
    batch: Vec<Stored>,
    batch_bytes: usize,
    overlay: Overlay,
    from: Position,
    folded: Mark,
    written: Mark,
    /// Where the cursor stands. Commits after it that left no rows are taken again after a restart.
    cursor: Position,
    target: Option<Position>,
    live: bool,
    pace: Pace,
    agenda: Vec<News>,
    held: VecDeque<Change>,
    backoff: Backoff,
}

impl Follower {
    /// Goes on from where the generation is.
    pub(crate) fn new(shared: Arc<Shared>, opened: Opened) -> Self {
        let mark = opened.cursor.map_or_else(Mark::default, |cursor| Mark {
            position: cursor.position,
            commit: cursor.commit,
        });
        Self {
            shared,
            generation: opened.generation,
            commits: None,
            broken: false,
            known: mark.position == Position::START,
            batch: Vec::new(),
            batch_bytes: 0,
            overlay: Overlay::default(),
            from: mark.position,
            folded: mark,
            written: mark,
            cursor: mark.position,
            target: None,
            live: false,
            pace: Pace::default(),
            agenda: Vec::new(),
            held: VecDeque::new(),
            backoff: Backoff::usual(),
        }
    }

    /// The generation it writes.
    pub(crate) fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// The last commit whose rows, if it left any, are written.
    pub(crate) fn position(&self) -> Position {
        self.written.position
    }

    /// Whether it has caught up.
    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            position: self.folded.position,
            target: self.target.unwrap_or_default(),
        }
    }

    /// What it is doing.
    pub(crate) fn state(&self) -> ProjectionState {
        if self.live {
            return ProjectionState::Live;
        }
        let Progress {
            position: at,
            target,
        } = self.progress();
        ProjectionState::CatchingUp {
            from: self.from,
            at,
            target,
        }
    }

    /// Asks the log anew where it ends, and catches up with that.
    pub(crate) fn catch_up_again(&mut self) {
        self.live = false;
        self.target = None;
    }

    /// What was touched by written commits after `announced`, oldest first.
    pub(crate) fn take_changes(&mut self, announced: Position) -> impl Iterator<Item = Change> {
        mem::take(&mut self.held)
            .into_iter()
            .filter(move |change| change.position > announced)
    }

    /// How written commits changed the agenda since this was last asked.
    pub(crate) fn take_agenda_news(&mut self) -> Vec<News> {
        mem::take(&mut self.agenda)
    }

    /// Waits for commits and takes those that are there. It may find that it has caught up, and take none. Dropping
    /// the future loses nothing.
    pub(crate) async fn gather(&mut self) -> Result<(), FollowError> {
        if !self.live
            && self
                .target
                .is_none_or(|target| self.written.position >= target)
        {
            return self.aim().await;
        }
        if self.batch.is_empty() {
            let Some(commits) = &mut self.commits else {
                return self.attach().await;
            };
            let next = commits.next().await;
            self.accept(next)?;
            self.linger().await;
        }
        let live_batch = self.shared.config.live_batch;
        let limit = if self.live { live_batch } else { PORTION };
        while self.batch.len() < limit && self.batch_bytes < PORTION_BYTES {
            let Some(commits) = &mut self.commits else {
                break;
            };
            // Tokio's channels pretend to be empty once a task has used up its budget; there is more to take.
            let Some(next) = unconstrained(commits.next()).now_or_never() else {
                break;
            };
            self.accept(next)?;
        }
        Ok(())
    }

    /// Lets live commits gather.
    async fn linger(&mut self) {
        if !self.live || self.batch.is_empty() {
            return;
        }
        let gathering = tokio::time::sleep(GATHERING);
        match mem::take(&mut self.pace) {
            Pace::Calm => tokio::select! {
                () = gathering => {}
                () = self.shared.wanted.notified() => {}
            },
            Pace::Busy => gathering.await,
            Pace::Full => {}
        }
    }

    /// Folds what was gathered; writes it when live, when there is enough of it or when the target is reached.
    /// Whether readers now see all that was gathered.
    pub(crate) async fn absorb(&mut self) -> Result<bool, FollowError> {
        if self.batch.is_empty() {
            return Ok(false);
        }
        self.pace = match self.batch.len() {
            count if count >= self.shared.config.live_batch => Pace::Full,
            count if count >= BUSY => Pace::Busy,
            _ => Pace::Calm,
        };
        let portion = Portion {
            shared: self.shared.clone(),
            generation: self.generation.clone(),
            batch: mem::take(&mut self.batch),
            overlay: mem::take(&mut self.overlay),
            folded: self.folded,
            seal_at: Position(self.cursor.0 + CURSOR_LAG),
            target: self.target.filter(|_| !self.live),
            spans: Vec::new(),
        };
        self.batch_bytes = 0;
        // Never on a thread that answers calls: what waits behind it there waits for the disk.
        let ended = self
            .shared
            .tasks
            .spawn_blocking(move || portion.run())
            .await;
        let done = ended.unwrap_or_else(|_| {
            Err(StoreError::Storage("the process is stopping".into()).into())
        })?;
        self.folded = done.portion.folded;
        self.overlay = done.portion.overlay;
        if done.sealed {
            self.cursor = self.folded.position;
        }
        if done.landed {
            self.landed(done.agenda);
        }
        Ok(done.landed)
    }

    /// Waits until everything written, and how far it goes, is on the disk.
    pub(crate) async fn sync(&mut self) -> Result<(), StoreError> {
        let generation = self.generation.clone();
        let behind = generation.is_serving() && self.cursor < self.written.position;
        let cursor = behind.then(|| self.cursor_here());
        self.blocking(move || {
            let store = generation.store()?;
            if let Some(cursor) = cursor {
                store.write(Default::default(), &cursor)?;
            }
            store.sync(&generation.folder)
        })
        .await
    }

    /// Ends the construction of the generation, so that it may serve.
    pub(crate) async fn complete(&mut self) -> Result<(), StoreError> {
        let generation = self.generation.clone();
        let cursor = self.cursor_here();
        self.cursor = cursor.position;
        self.blocking(move || generation.store()?.complete(&generation.folder, &cursor))
            .await
    }

    /// The cursor that says how far it is.
    fn cursor_here(&self) -> Cursor {
        let Mark { position, commit } = self.written;
        self.shared.builds.cursor(position, commit)
    }

    // `&mut` as a stream of commits must not be shared between threads.
    async fn blocking<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let ended = self.shared.tasks.spawn_blocking(work).await;
        ended.unwrap_or_else(|_| Err(StoreError::Storage("the process is stopping".into())))
    }

    /// Finds out where the log ends, and with it whether this is live.
    async fn aim(&mut self) -> Result<(), FollowError> {
        let head = match self.shared.log.head().await {
            Ok(head) => head,
            Err(LogError::Unavailable(_)) => {
                self.backoff.wait().await;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let left = match head.0.checked_sub(self.written.position.0) {
            Some(left) => left,
            // The log gave us more than it says it has: the answer is an old one.
            None if self.known => 0,
            None => return Err(FollowError::Foreign),
        };
        // The first target is reached to the last commit. After that a log that keeps growing is never quite reached.
        let near = if self.target.is_some() {
            self.shared.config.live_batch as u64
        } else {
            0
        };
        self.live = left <= near;
        self.target = Some(head);
        self.backoff.reset();
        Ok(())
    }

    /// Begins to follow where the folded commits end, once it is sure that the log still holds the last of them.
    async fn attach(&mut self) -> Result<(), FollowError> {
        if mem::take(&mut self.broken) {
            self.backoff.wait().await;
        }
        let Mark { position, commit } = self.folded;
        let Some(before) = position.0.checked_sub(1) else {
            self.commits = Some(self.shared.log.follow(Position::START));
            return Ok(());
        };
        let mut commits = self.shared.log.follow(Position(before));
        match commits.next().await {
            Some(Ok(last)) if last.position == position && last.id == commit => {
                self.commits = Some(commits);
                self.known = true;
                self.backoff.reset();
                Ok(())
            }
            Some(Ok(_)) => Err(FollowError::Foreign),
            other => self.accept(other),
        }
    }

    /// Takes what the stream gave; where it broke off, it is followed anew after a wait.
    fn accept(&mut self, next: Option<Result<Stored, LogError>>) -> Result<(), FollowError> {
        match next {
            Some(Ok(commit)) => {
                let last = self
                    .batch
                    .last()
                    .map_or(self.folded.position, |commit| commit.position);
                if commit.position <= last {
                    let reason = format!("position {} came after {last}", commit.position);
                    return Err(LogError::Failed(reason).into());
                }
                self.batch_bytes += commit.payload.len();
                self.batch.push(commit);
                Ok(())
            }
            Some(Err(LogError::Unavailable(_))) | None => {
                self.commits = None;
                self.broken = true;
                Ok(())
            }
            Some(Err(error)) => Err(error.into()),
        }
    }

    /// Keeps what is to be told of rows just written.
    fn landed(&mut self, agenda: Option<News>) {
        self.written = self.folded;
        self.backoff.reset();
        let announced = self.shared.announced();
        self.held.extend(self.overlay.take_touched());
        if self.generation.is_serving() {
            self.agenda.extend(agenda);
        } else {
            // Whoever fires reads the agenda anew when this generation begins to serve.
            self.held.retain(|change| change.position > announced);
            // One more than receivers can take: they are told that they lag.
            let spare = self.held.len().saturating_sub(CHANGES_KEPT + 1);
            self.held.drain(..spare);
        }
    }
}
