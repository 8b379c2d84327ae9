//! The handle on a running read model.

use std::sync::Arc;
use std::time::Duration;

use khidma_eventlog::EventLog;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::agenda::News;
use crate::folder::FolderError;
use crate::generation::Remains;
use crate::rebuild;
use crate::runner::Runner;
use crate::shared::{Builds, Opened, Parts, Shared};
use crate::store::StoreError;
use crate::{
    Change, Hooks, Progress, ProjectionConfig, ProjectionError, ProjectionState, ProjectionStatus,
    Reader, Views,
};

/// How often a locked folder is tried again at the start, with [`LOCK_PAUSE`] between: who held it may be ending.
const LOCK_TRIES: usize = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// The running read model of one service. Clones share it.
#[derive(Clone)]
pub struct Projection {
    shared: Arc<Shared>,
}

impl Projection {
    /// Opens the read model and starts following the log. Returns at once: [`Projection::status`] says when it has
    /// caught up. A damaged read model is moved aside and built anew, one of another version is built anew and
    /// replaced when the new one has caught up; meanwhile reads answer [`crate::RowError::Unavailable`].
    ///
    /// # Errors
    /// The folder cannot be used, or another process uses it.
    pub async fn start(
        config: ProjectionConfig,
        views: Arc<dyn Views>,
        log: Arc<dyn EventLog>,
        tasks: &Tasks,
        hooks: Hooks,
    ) -> Result<Self, ProjectionError> {
        let (bury, graveyard) = mpsc::unbounded_channel();
        let (builds, opened) = open(&config, &views, tasks, bury).await?;
        let (offer, takeovers) = mpsc::channel(1);
        let parts = Parts {
            config,
            views,
            log,
            tasks: tasks.clone(),
            hooks,
            builds,
        };
        let shared = Arc::new(Shared::new(parts, &opened, offer));
        tasks.spawn(Runner::new(shared.clone(), opened, takeovers, graveyard).run());
        Ok(Self { shared })
    }

    /// [`Views::name`].
    pub fn name(&self) -> &'static str {
        self.shared.views.name()
    }

    /// Reads the generation serving now.
    pub fn reader(&self) -> Reader {
        Reader::new(self.shared.generation.load_full())
    }

    /// The last commit whose rows are readable. It goes back only where a damaged read model is built anew.
    pub fn position(&self) -> Position {
        self.shared.status.borrow().position
    }

    /// Waits until the rows of the commit at `position`, and of all before, are readable. The caller bounds the wait.
    ///
    /// # Errors
    /// The projection has failed for good before `position`, or the process is stopping.
    pub async fn wait_for(&self, position: Position) -> Result<(), ProjectionError> {
        let name = self.name();
        let mut status = self.shared.status.subscribe();
        if status.borrow().position < position {
            self.shared.wanted.notify_one();
        }
        let failed =
            |status: &ProjectionStatus| matches!(status.state, ProjectionState::Failed { .. });
        tokio::select! {
            biased;
            Ok(status) = status.wait_for(|status| status.position >= position || failed(status)) => {
                match &status.state {
                    ProjectionState::Failed { reason } if status.position < position => {
                        Err(ProjectionError::Failed { name, reason: reason.clone() })
                    }
                    _ => Ok(()),
                }
            }
            () = self.shared.tasks.stopping() => Err(ProjectionError::Stopping { name }),
        }
    }

    /// What was touched by applied commits, from now on, each after its rows are readable (so the first ones may be of
    /// rows that were readable already). Nothing is told twice; a receiver that falls far behind is told that it lags.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.shared.changes.subscribe()
    }

    /// How it is doing.
    pub fn status(&self) -> ProjectionStatus {
        self.shared.status.borrow().clone()
    }

    /// How it is doing, and each change of that.
    pub fn watch_status(&self) -> watch::Receiver<ProjectionStatus> {
        self.shared.status.subscribe()
    }

    /// Builds the rows anew beside the serving ones, from the first commit, and puts them in their place when they
    /// are as far: queries answer all the time and the position never goes back. Dropping the future abandons the
    /// rebuild, unless the new rows are being put in place already.
    ///
    /// # Errors
    /// Another build is under way, or this one failed; the serving rows are as they were.
    pub async fn rebuild(&self, progress: impl Fn(Progress) + Send) -> Result<(), ProjectionError> {
        let name = self.name();
        let building = || ProjectionError::AlreadyBuilding { name };
        let only = self
            .shared
            .rebuilding
            .clone()
            .try_lock_owned()
            .map_err(|_| building())?;
        if matches!(self.status().state, ProjectionState::CatchingUp { .. }) {
            return Err(building());
        }
        let abandoned = CancellationToken::new();
        let _abandon = abandoned.clone().drop_guard();
        let (report, mut reports) = watch::channel(None);
        let shared = self.shared.clone();
        let built = self.shared.tasks.spawn(async move {
            let built = rebuild::build(shared.clone(), report, abandoned).await;
            shared.status.send_modify(|status| status.rebuilding = None);
            drop(only);
            built
        });
        while reports.changed().await.is_ok() {
            let now = *reports.borrow_and_update();
            now.into_iter().for_each(&progress);
        }
        built
            .await
            .unwrap_or(Err(ProjectionError::Stopping { name }))
    }

    /// How the agenda changes, from now on, each time after its rows are readable.
    pub(crate) fn agenda_news(&self) -> broadcast::Receiver<News> {
        self.shared.agenda.subscribe()
    }
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Projection")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Locks the folder and opens the generation to go on with.
async fn open(
    config: &ProjectionConfig,
    views: &Arc<dyn Views>,
    tasks: &Tasks,
    bury: mpsc::UnboundedSender<Remains>,
) -> Result<(Builds, Opened), ProjectionError> {
    let name = views.name();
    let mut tries = 1..=LOCK_TRIES;
    loop {
        let (config, views, bury) = (config.clone(), views.clone(), bury.clone());
        let opened = tasks.spawn_blocking(move || {
            let builds = Builds::open(&config, &*views, bury)?;
            let opened = builds.resume()?;
            Ok((builds, opened))
        });
        match opened.await {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(FolderError::InUse)) if tries.next().is_some() => {
                tokio::time::sleep(LOCK_PAUSE).await
            }
            Ok(Err(FolderError::InUse)) => return Err(ProjectionError::InUse { name }),
            Ok(Err(FolderError::Io(error))) => {
                return Err(ProjectionError::Folder {
                    name,
                    reason: error.to_string(),
                });
            }
            Err(_) => return Err(ProjectionError::Stopping { name }),
        }
    }
}

impl From<StoreError> for FolderError {
    fn from(error: StoreError) -> Self {
        Self::Io(std::io::Error::other(error.to_string()))
    }
}
