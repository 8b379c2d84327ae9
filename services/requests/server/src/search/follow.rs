//! Keeping the index up to date: built once from the rows, then by what the log says has changed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use khidma_eventlog::{Commits, EventLog, LogError, Stored};
use khidma_events::Event;
use khidma_events::requests::RequestEvent;
use khidma_kernel::Position;
use khidma_projection::{Projection, ProjectionError, ProjectionState, Reader, RowError};
use khidma_runtime::Tasks;
use tantivy::TantivyError;
use uuid::Uuid;

use super::Search;
use super::document;
use super::index::{Mark, OpenError, Opened, Writing};
use crate::keys;

/// How long commits gather before the index is written, unless somebody waits for them: writing costs the same for one
/// document as for a hundred.
const GATHERING: Duration = Duration::from_millis(250);
/// Commits and bytes of them taken at once.
const MOST_COMMITS: usize = 20_000;
const MOST_BYTES: usize = 8 << 20;
/// How many commits may pass without a word in them before it is written down that they have.
const MARK_LAG: u64 = 4096;
/// How often a build looks whether the process stops.
const LOOK: usize = 256;
/// How long to wait before going on after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait for another process to let the index go.
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Events that change nothing of what is searched.
const SILENT: &[&str] = &[
    "khidma.requests.receipt_issued.v1",
    "khidma.requests.assigned.v1",
    "khidma.requests.started.v1",
    "khidma.requests.auto_closed.v1",
    "khidma.requests.approval_step_passed.v1",
    "khidma.requests.tasks_planned.v1",
    "khidma.requests.tasks_begun.v1",
    "khidma.requests.linked.v1",
    "khidma.requests.unlinked.v1",
    "khidma.requests.detached.v1",
];

/// What keeps the index up to date.
pub(super) struct Follower {
    pub(super) search: Arc<Search>,
    pub(super) folder: PathBuf,
    pub(super) log: Arc<dyn EventLog>,
    pub(super) projection: Projection,
    pub(super) tasks: Tasks,
}

/// Why following ended.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// The index cannot be gone on with.
    #[error("{0}")]
    Unusable(String),
    /// Something else is away, perhaps not for long.
    #[error("{0}")]
    Away(String),
}

impl From<TantivyError> for Trouble {
    fn from(error: TantivyError) -> Self {
        match error {
            // A full disk is no damage.
            TantivyError::IoError(_) | TantivyError::OpenWriteError(_) => {
                Self::Away(error.to_string())
            }
            error => Self::Unusable(error.to_string()),
        }
    }
}

impl From<RowError> for Trouble {
    fn from(error: RowError) -> Self {
        Self::Away(error.to_string())
    }
}

impl From<LogError> for Trouble {
    fn from(error: LogError) -> Self {
        Self::Away(error.to_string())
    }
}

impl From<ProjectionError> for Trouble {
    fn from(error: ProjectionError) -> Self {
        Self::Away(error.to_string())
    }
}

/// Commits that are looked at together.
#[derive(Default)]
struct Batch {
    commits: Vec<Stored>,
    bytes: usize,
}

impl Follower {
    /// Goes on until the process stops, whatever happens.
    pub(super) async fn run(self) {
        let stopping = self.tasks.token();
        while let Some(trouble) = stopping.run_until_cancelled(self.follow()).await {
            match trouble {
                Trouble::Unusable(reason) => {
                    self.search.withdraw();
                    tracing::warn!(reason, "the search index is thrown away and built again");
                    let folder = self.folder.clone();
                    let removed = self.blocking(move || std::fs::remove_dir_all(folder)).await;
                    if let Ok(Err(error)) = removed {
                        tracing::warn!(%error, "the search index could not be removed");
                    }
                }
                Trouble::Away(reason) => {
                    tracing::warn!(reason, "the search index does not follow; trying again");
                }
            }
            stopping
                .run_until_cancelled(tokio::time::sleep(PAUSE))
                .await;
        }
    }

    async fn follow(&self) -> Trouble {
        let damaged = self.search.damaged.notified();
        tokio::select! {
            trouble = self.go_on() => trouble.err().unwrap_or_else(|| Trouble::Away("it ended".into())),
            () = damaged => Trouble::Unusable("a query met damage".into()),
        }
    }

    /// Opens or builds the index and follows the log; it returns with trouble only.
    async fn go_on(&self) -> Result<(), Trouble> {
        let Opened {
            reading,
            mut writing,
            mark,
        } = self.open().await?;
        let mut mark = match mark {
            Some(mark) => mark,
            None => {
                let built;
                (writing, built) = self.build(writing).await?;
                built
            }
        };
        let mut commits = self.attach(&mut mark).await?;
        let mut written = mark.position;
        self.search.publish(&reading, mark.position);
        loop {
            let batch = self.gather(&mut commits, mark.position).await?;
            let Some(last) = batch.commits.last() else {
                continue;
            };
            mark = Mark {
                position: last.position,
                commit: Some(last.id),
            };
            self.projection.wait_for(mark.position).await?;
            let (reader, overdue) = (
                self.projection.reader(),
                mark.position.0 - written.0 > MARK_LAG,
            );
            let wrote;
            (writing, wrote) = self
                .blocking(move || apply(writing, &reader, &batch, mark, overdue))
                .await??;
            if wrote {
                written = mark.position;
            }
            self.search.publish(&reading, mark.position);
        }
    }

    async fn open(&self) -> Result<Opened, Trouble> {
        loop {
            let folder = self.folder.clone();
            match self.blocking(move || Opened::open(&folder)).await? {
                Ok(opened) => return Ok(opened),
                Err(OpenError::InUse) => tokio::time::sleep(LOCK_PAUSE).await,
                Err(OpenError::Unusable(reason)) => return Err(Trouble::Unusable(reason)),
            }
        }
    }

    /// Puts all there is into the index, from the rows.
    async fn build(&self, writing: Writing) -> Result<(Writing, Mark), Trouble> {
        let mut status = self.projection.watch_status();
        let live = status.wait_for(|status| status.state == ProjectionState::Live);
        live.await
            .map_err(|_| Trouble::Away("the read model has ended".into()))?;
        let began = Instant::now();
        let reader = self.projection.reader();
        // What is written meanwhile is looked at again, as it stands on the log after this.
        let mark = Mark {
            position: reader.position(),
            commit: None,
        };
        let tasks = self.tasks.clone();
        let built = self.blocking(move || put_all(writing, &reader, mark, &tasks));
        let (writing, requests) = built.await??;
        let seconds = began.elapsed().as_secs_f64();
        tracing::info!(requests, seconds, "the search index is built");
        Ok((writing, mark))
    }

    /// The commits after `mark`, once it is sure that it stands on this log.
    async fn attach(&self, mark: &mut Mark) -> Result<Commits, Trouble> {
        let foreign = || Trouble::Unusable("it was made from another log".into());
        let Some(before) = mark.position.0.checked_sub(1) else {
            return Ok(self.log.follow(Position::START));
        };
        if self.log.head().await? < mark.position {
            return Err(foreign());
        }
        let mut commits = self.log.follow(Position(before));
        let last = next(&mut commits).await?;
        let known = mark.commit.is_none_or(|commit| commit == last.id);
        if last.position != mark.position || !known {
            return Err(foreign());
        }
        mark.commit = Some(last.id);
        Ok(commits)
    }

    /// Waits for commits and lets more of them gather, until somebody waits for those that are there.
    async fn gather(&self, commits: &mut Commits, shown: Position) -> Result<Batch, Trouble> {
        let mut batch = Batch::default();
        batch.push(next(commits).await?);
        let gathered = tokio::time::sleep(GATHERING);
        tokio::pin!(gathered);
        while batch.has_room() && !self.search.is_waited_for(shown, batch.end()) {
            tokio::select! {
                biased;
                commit = next(commits) => batch.push(commit?),
                () = &mut gathered => break,
                () = self.search.somebody_waits() => {}
            }
        }
        Ok(batch)
    }

    /// Does what blocks where it may.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let done = self.tasks.spawn_blocking(work).await;
        done.map_err(|error| match error.is_panic() {
            true => Trouble::Unusable("it made us panic".into()),
            false => Trouble::Away("the process is stopping".into()),
        })
    }
}

async fn next(commits: &mut Commits) -> Result<Stored, Trouble> {
    let ended = || Trouble::Away("the log was closed".into());
    Ok(commits.next().await.ok_or_else(ended)??)
}

impl Batch {
    fn push(&mut self, commit: Stored) {
        self.bytes += commit.payload.len();
        self.commits.push(commit);
    }

    fn has_room(&self) -> bool {
        self.commits.len() < MOST_COMMITS && self.bytes < MOST_BYTES
    }

    /// Where its last commit stands.
    fn end(&self) -> Position {
        let last = self.commits.last();
        last.map_or(Position::START, |last| last.position)
    }

    /// The requests whose documents are others now, each once.
    fn touched(&self) -> BTreeSet<&str> {
        self.commits
            .iter()
            .filter(|commit| touches(commit))
            .map(|commit| commit.entity.as_str())
            .collect()
    }
}

/// Whether the commit says anything that is searched. What cannot be read is no matter of ours: then its row was not
/// written either.
fn touches(commit: &Stored) -> bool {
    *commit.context == *RequestEvent::CONTEXT
        && commit.entity.parse::<Uuid>().is_ok()
        && khidma_events::raw_events(&commit.payload).is_ok_and(|events| {
            events.iter().any(|event| {
                event.data.get() != "{}" && !SILENT.contains(&event.type_name.as_ref())
            })
        })
}

/// Puts what the batch touched into the index; whether anything was written.
fn apply(
    mut writing: Writing,
    reader: &Reader,
    batch: &Batch,
    mark: Mark,
    overdue: bool,
) -> Result<(Writing, bool), Trouble> {
    let touched = batch.touched();
    for request in &touched {
        if let Some(document) = document::of(reader, request)? {
            writing.put(&document)?;
        }
    }
    let writes = overdue || !touched.is_empty();
    if writes {
        writing.commit(Some(mark))?;
    }
    Ok((writing, writes))
}

/// Puts every request into the index; how many there are.
fn put_all(
    mut writing: Writing,
    reader: &Reader,
    mark: Mark,
    tasks: &Tasks,
) -> Result<(Writing, usize), Trouble> {
    let mut requests = 0;
    writing.begin_whole();
    for (number, row) in reader.prefix(keys::ALL).enumerate() {
        let (key, _) = row?;
        let request = std::str::from_utf8(&key[keys::ALL.len()..]).unwrap_or_default();
        if let Some(document) = document::of(reader, request)? {
            writing.put(&document)?;
            requests += 1;
        }
        if number % LOOK == 0 && tasks.is_stopping() {
            return Err(Trouble::Away("the process is stopping".into()));
        }
    }
    writing.commit(Some(mark))?;
    writing.make_whole()?;
    Ok((writing, requests))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_silent_are_events() {
        for silent in SILENT {
            let known = RequestEvent::KINDS
                .iter()
                .any(|kind| kind.type_name == *silent);
            assert!(known, "{silent}");
        }
    }
}
