//! A log in a folder, for one process: no server to install.
//!
//! Invariants: an append is answered only after its commit is flushed to the disk; a reader sees only what is flushed;
//! positions are dense from 1; every commit read is checked against its checksum; after a failed write nothing is
//! acknowledged any more.

mod frame;
mod mark;
mod store;
mod writer;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use async_trait::async_trait;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::sync::{mpsc, oneshot, watch};

use self::mark::Mark;
use self::store::Store;
use self::writer::{Append, GROUP, Writer};
use crate::admission::admit;
use crate::contexts::Contexts;
use crate::paging;
use crate::recent_ids::{RecentIds, WINDOW};
use crate::tail::Tail;
use crate::{AppendError, Appended, Commits, EventLog, LogError, Proposal};

/// What is said once the writer's thread is gone.
const ENDED: &str = "the writer of the event log has ended";

/// A log in a folder. Dropping it closes it: appends under way are finished, followers end.
pub struct EmbeddedLog {
    /// `None` only while dropping.
    appends: Option<mpsc::Sender<Append>>,
    writer: Option<JoinHandle<()>>,
    /// Why nothing can be written any more, once it is so.
    broken: Arc<OnceLock<String>>,
    store: Store,
    tail: Arc<Tail>,
    head: watch::Receiver<Position>,
    tasks: Tasks,
}

impl EmbeddedLog {
    /// Opens the log in `folder`, making it if it is not there. It blocks for as long as recovery takes (at most some
    /// 64 MB of journal are replayed). Reads run on `tasks`.
    ///
    /// # Errors
    /// [`LogError::Failed`]: another process has it open, or the disk refuses. [`LogError::Damaged`]: one of the newest
    /// commits is damaged, or acknowledged commits are gone.
    pub fn open(folder: &Path, tasks: &Tasks) -> Result<Self, LogError> {
        let failed =
            |error: std::io::Error| LogError::Failed(format!("{}: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let store = Store::open(&folder.join("commits"))?;
        // Only now: the store's lock keeps other processes out.
        let (mark, acknowledged) = Mark::open(folder).map_err(failed)?;
        let last = store.last()?;
        if last < acknowledged {
            let reason = format!(
                "the log ends before it, but commits up to {acknowledged} were acknowledged"
            );
            return Err(LogError::Damaged {
                position: Position(last.0 + 1),
                reason,
            });
        }
        let recent = recent_ids(&store, last)?;
        let (publish, head) = watch::channel(last);
        let (appends, incoming) = mpsc::channel(GROUP);
        let tail = Arc::new(Tail::after(last));
        let broken = Arc::new(OnceLock::new());
        let writer = Writer {
            store: store.clone(),
            mark,
            recent,
            tail: tail.clone(),
            head: publish,
            contexts: Contexts::default(),
            broken: broken.clone(),
        };
        let thread = thread::Builder::new().name("event-log-writer".into());
        let writer = thread.spawn(move || writer.run(incoming)).map_err(failed)?;
        Ok(Self {
            appends: Some(appends),
            writer: Some(writer),
            broken,
            store,
            tail,
            head,
            tasks: tasks.clone(),
        })
    }
}

/// Reads the newest commits for their ids; on the way their checksums are verified.
fn recent_ids(store: &Store, last: Position) -> Result<RecentIds, LogError> {
    let mut recent = RecentIds::default();
    let mut after = Position(last.0.saturating_sub(WINDOW as u64));
    while after < last {
        for commit in store.page(after, last)? {
            recent.push(commit.id, commit.position);
            after = commit.position;
        }
    }
    Ok(recent)
}

#[async_trait]
impl EventLog for EmbeddedLog {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        admit(&proposal)?;
        let closed = || AppendError::Failed(ENDED.into());
        let (answer, answered) = oneshot::channel();
        let appends = self.appends.as_ref().ok_or_else(closed)?;
        appends
            .send(Append {
                proposal,
                expected,
                answer,
            })
            .await
            .map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    fn follow(&self, after: Position) -> Commits {
        let (store, tail, tasks) = (self.store.clone(), self.tail.clone(), self.tasks.clone());
        paging::follow(after, self.head.clone(), move |after, end| {
            let (store, page, tasks) = (store.clone(), tail.page(after, end), tasks.clone());
            async move {
                match page {
                    Some(page) => Ok(page),
                    None => read(&tasks, store, after, end).await,
                }
            }
        })
    }

    /// A log that can no longer be written says so here too, so that nobody takes the process for ready.
    async fn head(&self) -> Result<Position, LogError> {
        if let Some(reason) = self.broken.get() {
            return Err(LogError::Failed(reason.clone()));
        }
        if self.writer.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(LogError::Failed(ENDED.into()));
        }
        Ok(*self.head.borrow())
    }
}

async fn read(
    tasks: &Tasks,
    store: Store,
    after: Position,
    end: Position,
) -> Result<Vec<crate::Stored>, LogError> {
    let reading = tasks.spawn_blocking(move || store.page(after, end));
    reading
        .await
        .map_err(|error| LogError::Failed(format!("reading was cut short: {error}")))?
}

impl Drop for EmbeddedLog {
    fn drop(&mut self) {
        drop(self.appends.take());
        if let Some(writer) = self.writer.take() {
            // It ends as soon as it has answered what waits. Its panic, if any, was reported where it happened.
            let _ = writer.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::TryStreamExt;
    use uuid::Uuid;

    use super::store::Group;
    use super::*;

    /// A log of five commits, closed.
    async fn five_commits(folder: &Path) {
        let log = EmbeddedLog::open(folder, &Tasks::new()).unwrap();
        for n in 1..=5_u8 {
            let (id, entity) = (Uuid::from_u128(n.into()), format!("e-{n}"));
            let proposal = Proposal {
                id,
                context: "requests",
                entity,
                payload: Bytes::from(vec![n; 100]),
            };
            log.append(proposal, Position::START).await.unwrap();
        }
    }

    /// What opening and reading the whole log gives.
    async fn read_all(folder: &Path) -> Result<usize, LogError> {
        let log = EmbeddedLog::open(folder, &Tasks::new())?;
        let commits = log.follow(Position::START);
        drop(log);
        commits
            .try_fold(0, |count, _| std::future::ready(Ok(count + 1)))
            .await
    }

    fn overwrite(folder: &Path, position: Position, frame: Vec<u8>) {
        let store = Store::open(&folder.join("commits")).unwrap();
        store
            .write(Group {
                frames: vec![(position, frame)],
                heads: Vec::new(),
            })
            .unwrap();
    }

    #[tokio::test]
    async fn a_flipped_bit_in_a_stored_commit_is_damage_at_its_position() {
        let folder = tempfile::tempdir().unwrap();
        five_commits(folder.path()).await;
        assert_eq!(read_all(folder.path()).await, Ok(5));
        let proposal = Proposal {
            id: Uuid::nil(),
            context: "requests",
            entity: "e-3".into(),
            payload: Bytes::from_static(b"3"),
        };
        let mut frame = frame::encode(Position(3), &proposal).unwrap();
        *frame.last_mut().unwrap() ^= 1;
        overwrite(folder.path(), Position(3), frame);
        let damage = read_all(folder.path()).await;
        assert!(
            matches!(
                damage,
                Err(LogError::Damaged {
                    position: Position(3),
                    ..
                })
            ),
            "{damage:?}"
        );
    }

    #[tokio::test]
    async fn a_hole_is_damage_at_the_missing_position() {
        let folder = tempfile::tempdir().unwrap();
        five_commits(folder.path()).await;
        overwrite(folder.path(), Position(7), Vec::new());
        let damage = read_all(folder.path()).await;
        assert!(
            matches!(
                damage,
                Err(LogError::Damaged {
                    position: Position(6),
                    ..
                })
            ),
            "{damage:?}"
        );
    }

    #[tokio::test]
    async fn a_log_that_ends_before_what_was_acknowledged_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        five_commits(folder.path()).await;
        std::fs::remove_dir_all(folder.path().join("commits")).unwrap();
        let damage = read_all(folder.path()).await;
        assert!(
            matches!(
                damage,
                Err(LogError::Damaged {
                    position: Position(1),
                    ..
                })
            ),
            "{damage:?}"
        );
    }

    /// An older commit is not among those read at open: it is found when it is read.
    #[tokio::test]
    async fn damage_beyond_the_newest_commits_is_found_by_who_follows() {
        let folder = tempfile::tempdir().unwrap();
        let count = WINDOW as u64 + 10;
        let store = Store::open(&folder.path().join("commits")).unwrap();
        let frames = (1..=count).map(|n| {
            let (id, entity) = (Uuid::from_u128(n.into()), format!("e-{n}"));
            let proposal = Proposal {
                id,
                context: "requests",
                entity,
                payload: Bytes::from_static(b"{}"),
            };
            let mut frame = frame::encode(Position(n), &proposal).unwrap();
            frame[5] ^= u8::from(n == 3);
            (Position(n), frame)
        });
        store
            .write(Group {
                frames: frames.collect(),
                heads: Vec::new(),
            })
            .unwrap();
        drop(store);
        let log = EmbeddedLog::open(folder.path(), &Tasks::new()).unwrap();
        let read = log.follow(Position::START).try_collect::<Vec<_>>().await;
        assert!(matches!(
            read,
            Err(LogError::Damaged {
                position: Position(3),
                ..
            })
        ));
    }
}
