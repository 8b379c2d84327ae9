//! What the handles, the runner and a rebuild of one projection share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use khidma_eventlog::EventLog;
use khidma_kernel::Position;
use khidma_runtime::Tasks;
use tokio::sync::{Mutex, Notify, broadcast, mpsc, watch};

use crate::agenda::{NEWS_KEPT, News};
use crate::folder::{Folder, FolderError, GenerationName};
use crate::follower::Follower;
use crate::generation::{Generation, Remains};
use crate::rebuild::Takeover;
use crate::store::{Cursor, Store, StoreError};
use crate::{Hooks, ProjectionConfig, ProjectionState, ProjectionStatus, Views};

/// Changes kept for a slow receiver before it is told that it lags. A power of two, as the channel rounds up to one.
pub(crate) const CHANGES_KEPT: usize = 4096;

/// Something named by a topic changed with the commit at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit.
    pub position: Position,
    /// What changed: an entity's id.
    pub topic: Arc<str>,
}

/// What the handles, the runner and a rebuild of one projection share.
pub(crate) struct Shared {
    pub(crate) config: ProjectionConfig,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) tasks: Tasks,
    pub(crate) hooks: Hooks,
    pub(crate) builds: Builds,
    /// The generation that readers get.
    pub(crate) generation: ArcSwap<Generation>,
    pub(crate) status: watch::Sender<ProjectionStatus>,
    pub(crate) changes: broadcast::Sender<Change>,
    /// Rung by who waits for rows, so that commits are not let gather.
    pub(crate) wanted: Notify,
    /// How the agenda changes.
    pub(crate) agenda: broadcast::Sender<News>,
    pub(crate) takeovers: mpsc::Sender<Takeover>,
    /// Held while a rebuild is under way.
    pub(crate) rebuilding: Arc<Mutex<()>>,
    /// The last commit whose changes were told; those up to it are not told again.
    announced: AtomicU64,
}

impl Shared {
    /// Over the generation that was opened. `takeovers` leads to the runner.
    pub(crate) fn new(parts: Parts, opened: &Opened, takeovers: mpsc::Sender<Takeover>) -> Self {
        let Parts {
            config,
            views,
            log,
            tasks,
            hooks,
            builds,
        } = parts;
        let status = ProjectionStatus {
            name: views.name(),
            version: views.version(),
            position: opened.generation.position(),
            state: starting(opened.generation.position()),
            generation: opened.generation.name.number,
            rebuilding: None,
        };
        Self {
            config,
            views,
            log,
            tasks,
            hooks,
            builds,
            generation: ArcSwap::new(opened.generation.clone()),
            announced: AtomicU64::new(status.position.0),
            status: watch::Sender::new(status),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            wanted: Notify::new(),
            agenda: broadcast::Sender::new(NEWS_KEPT),
            takeovers,
            rebuilding: Arc::default(),
        }
    }

    /// The last commit whose changes were told.
    pub(crate) fn announced(&self) -> Position {
        Position(self.announced.load(Ordering::Acquire))
    }

    /// Makes `generation` the one that readers get from now on.
    pub(crate) fn install(&self, generation: Arc<Generation>) {
        let number = generation.name.number;
        let position = generation.position();
        self.generation.store(generation);
        self.status.send_modify(|status| {
            status.generation = number;
            status.position = position;
        });
    }

    /// Tells everybody how far the rows are that `follower` has written, rows first, then the position, then the
    /// changes. Of a generation under construction nobody but the status hears.
    pub(crate) fn publish(&self, follower: &mut Follower) {
        let (position, state) = (follower.position(), follower.state());
        let serving = follower.generation().is_serving();
        if serving {
            follower.generation().advance(position);
        }
        self.status.send_modify(|status| {
            status.state = state;
            if serving {
                status.position = position;
            }
        });
        if serving {
            self.announce(follower, position);
        }
    }

    /// Forgets what was told: the log is another one.
    pub(crate) fn forget_announced(&self) {
        self.announced.store(0, Ordering::Release);
    }

    fn announce(&self, follower: &mut Follower, position: Position) {
        for news in follower.take_agenda_news() {
            // Nobody may be firing.
            let _ = self.agenda.send(news);
        }
        for change in follower.take_changes(self.announced()) {
            // Nobody may be listening.
            let _ = self.changes.send(change);
        }
        self.announced.fetch_max(position.0, Ordering::AcqRel);
    }
}

/// What a projection that begins at `from` is doing.
pub(crate) fn starting(from: Position) -> ProjectionState {
    ProjectionState::CatchingUp {
        from,
        at: from,
        target: Position::START,
    }
}

/// What [`Shared`] is made of.
pub(crate) struct Parts {
    pub(crate) config: ProjectionConfig,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) tasks: Tasks,
    pub(crate) hooks: Hooks,
    pub(crate) builds: Builds,
}

/// A generation and how far its rows are.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) generation: Arc<Generation>,
    /// `None`: it is empty and under construction.
    pub(crate) cursor: Option<Cursor>,
}

/// Opens the generations of one read model. Every method blocks.
#[derive(Debug)]
pub(crate) struct Builds {
    name: &'static str,
    version: u32,
    cache_bytes: u64,
    folder: Folder,
    graveyard: mpsc::UnboundedSender<Remains>,
}

impl Builds {
    /// The generations of `views` in the folder of its name.
    pub(crate) fn open(
        config: &ProjectionConfig,
        views: &dyn Views,
        graveyard: mpsc::UnboundedSender<Remains>,
    ) -> Result<Self, FolderError> {
        let path: PathBuf = config.folder.join(views.name());
        let (name, version) = (views.name(), views.version());
        Ok(Self {
            name,
            version,
            cache_bytes: config.cache_bytes,
            folder: Folder::open(path)?,
            graveyard,
        })
    }

    /// The cursor to be written with rows up to `position`.
    pub(crate) fn cursor(&self, position: Position, commit: uuid::Uuid) -> Cursor {
        Cursor {
            name: self.name.to_owned(),
            version: self.version,
            position,
            commit,
        }
    }

    /// The generation that served last, if its rows are of today's version and sound; otherwise a new one.
    pub(crate) fn resume(&self) -> Result<Opened, FolderError> {
        let current = self.folder.current();
        // What else lies here are builds that never came to their end.
        self.folder.keep_only(current.as_slice())?;
        match current {
            Some(name) if name.version == self.version => match self.open_sound(name) {
                Ok(opened) => Ok(opened),
                Err(StoreError::Damaged(reason)) => {
                    self.quarantine(name, &reason)?;
                    Ok(self.fresh()?)
                }
                Err(error @ StoreError::Storage(_)) => Err(error.into()),
            },
            _ => Ok(self.fresh()?),
        }
    }

    /// A new, empty generation.
    pub(crate) fn fresh(&self) -> Result<Opened, StoreError> {
        let name = self.folder.next_name(self.version);
        let generation = self.generation(name).inspect_err(|_| {
            // What there is of it would lie here until the next start, and on a full disk there are many tries.
            let _ = std::fs::remove_dir_all(self.folder.path_of(name));
        });
        Ok(Opened {
            generation: Arc::new(generation?),
            cursor: None,
        })
    }

    /// Moves a damaged generation aside and says so.
    pub(crate) fn quarantine(&self, name: GenerationName, reason: &str) -> std::io::Result<()> {
        tracing::warn!(
            read_model = self.name,
            generation = name.number,
            reason,
            "moved aside; building it again"
        );
        self.folder.quarantine(name)
    }

    /// Remembers `name` as the generation to serve after a restart; answers the one before.
    pub(crate) fn promote(
        &self,
        name: GenerationName,
    ) -> Result<Option<GenerationName>, StoreError> {
        let before = self.folder.current().filter(|before| *before != name);
        let promoted = self.folder.set_current(name);
        promoted
            .map(|()| before)
            .map_err(|error| StoreError::Storage(error.to_string()))
    }

    /// Removes the folder of a generation that is not open.
    pub(crate) fn remove(&self, name: GenerationName) {
        if let Err(error) = std::fs::remove_dir_all(self.folder.path_of(name)) {
            tracing::warn!(read_model = self.name, %error, "an old generation could not be removed");
        }
    }

    fn open_sound(&self, name: GenerationName) -> Result<Opened, StoreError> {
        let generation = self.generation(name)?;
        let cursor = generation.store()?.cursor()?;
        let ours = |cursor: &Cursor| cursor.name == self.name && cursor.version == self.version;
        let Some(cursor) = cursor.filter(ours) else {
            return Err(StoreError::Damaged(
                "the cursor is missing or another read model's".into(),
            ));
        };
        generation.serve(cursor.position);
        Ok(Opened {
            generation: Arc::new(generation),
            cursor: Some(cursor),
        })
    }

    fn generation(&self, name: GenerationName) -> Result<Generation, StoreError> {
        let folder = self.folder.path_of(name);
        let store = Store::open(&folder, self.cache_bytes)?;
        Ok(Generation::new(
            name,
            folder,
            store,
            self.graveyard.clone(),
            self.folder.lock(),
        ))
    }
}
