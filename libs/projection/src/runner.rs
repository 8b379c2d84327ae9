//! Owns the serving generation: keeps it following, replaces it when it is damaged or when a better one is offered.

use std::sync::Arc;

use khidma_eventlog::LogError;
use khidma_kernel::Position;
use tokio::sync::mpsc;

use crate::ProjectionState;
use crate::backoff::Backoff;
use crate::folder::GenerationName;
use crate::follower::{FollowError, Follower};
use crate::generation::Remains;
use crate::rebuild::Takeover;
use crate::shared::{Opened, Shared, starting};
use crate::store::StoreError;

/// The one task that changes what readers see.
pub(crate) struct Runner {
    shared: Arc<Shared>,
    follower: Follower,
    takeovers: mpsc::Receiver<Takeover>,
    graveyard: mpsc::UnboundedReceiver<Remains>,
    failed: bool,
    replacing: Backoff,
}

enum Happened {
    Stopping,
    Gathered(Result<(), FollowError>),
    Offered(Box<Takeover>),
    Abandoned(Remains),
}

impl Runner {
    /// Goes on with the generation that was opened.
    pub(crate) fn new(
        shared: Arc<Shared>,
        opened: Opened,
        takeovers: mpsc::Receiver<Takeover>,
        graveyard: mpsc::UnboundedReceiver<Remains>,
    ) -> Self {
        let follower = Follower::new(shared.clone(), opened);
        Self {
            shared,
            follower,
            takeovers,
            graveyard,
            failed: false,
            replacing: Backoff::usual(),
        }
    }

    /// Runs until the process stops.
    pub(crate) async fn run(mut self) {
        loop {
            match self.next().await {
                Happened::Stopping => break,
                Happened::Gathered(gathered) => {
                    if let Err(error) = self.advance(gathered).await {
                        self.recover(error).await;
                    }
                }
                Happened::Offered(takeover) => self.consider(*takeover).await,
                Happened::Abandoned(remains) => {
                    self.shared.tasks.spawn_blocking(move || drop(remains));
                }
            }
        }
        // So that the next start has little to follow.
        if let Err(error) = self.follower.sync().await {
            tracing::warn!(read_model = self.shared.views.name(), %error, "the rows could not be flushed");
        }
    }

    async fn next(&mut self) -> Happened {
        let generation = self.follower.generation().clone();
        tokio::select! {
            biased;
            () = self.shared.tasks.stopping() => Happened::Stopping,
            () = generation.damaged() => {
                Happened::Gathered(Err(StoreError::Damaged("a reader met damage".into()).into()))
            }
            Some(takeover) = self.takeovers.recv() => Happened::Offered(Box::new(takeover)),
            Some(remains) = self.graveyard.recv() => Happened::Abandoned(remains),
            gathered = self.follower.gather(), if !self.failed => Happened::Gathered(gathered),
        }
    }

    async fn advance(&mut self, gathered: Result<(), FollowError>) -> Result<(), FollowError> {
        gathered?;
        self.follower.absorb().await?;
        if self.follower.is_live() && !self.follower.generation().is_serving() {
            self.follower.complete().await?;
            self.serve().await?;
        }
        if self.follower.is_live() {
            self.replacing.reset();
        }
        self.shared.publish(&mut self.follower);
        Ok(())
    }

    /// Opens the follower's generation, complete on disk, to readers.
    async fn serve(&mut self) -> Result<(), StoreError> {
        let name = self.follower.generation().name;
        let before = promote(&self.shared, name).await?;
        self.follower.generation().serve(self.follower.position());
        self.shared.install(self.follower.generation().clone());
        tracing::info!(
            read_model = self.shared.views.name(),
            generation = name.number,
            "built; serving"
        );
        if let Some(before) = before {
            let shared = self.shared.clone();
            self.shared
                .tasks
                .spawn_blocking(move || shared.builds.remove(before));
        }
        Ok(())
    }

    /// Repairs what can be repaired and stops before what cannot.
    async fn recover(&mut self, error: FollowError) {
        match error {
            FollowError::Store(StoreError::Damaged(reason)) => self.replace(Some(reason)).await,
            FollowError::Store(StoreError::Storage(reason)) => {
                tracing::warn!(
                    read_model = self.shared.views.name(),
                    reason,
                    "the storage failed; building anew"
                );
                self.replace(None).await;
            }
            FollowError::Foreign => {
                self.shared.forget_announced();
                self.replace(Some(error.to_string())).await;
            }
            FollowError::Commit { .. }
            | FollowError::Log(LogError::Damaged { .. } | LogError::Failed(_)) => {
                self.fail(error.to_string());
            }
            // The follower rides this out by itself.
            FollowError::Log(LogError::Unavailable(_)) => {}
        }
    }

    fn fail(&mut self, reason: String) {
        tracing::error!(
            read_model = self.shared.views.name(),
            reason,
            "the read model has failed"
        );
        self.failed = true;
        self.shared
            .status
            .send_modify(|status| status.state = ProjectionState::Failed { reason });
    }

    /// Puts an empty generation in the place of the serving one, which is kept aside if it is `damaged`.
    async fn replace(&mut self, damaged: Option<String>) {
        let old = self.follower.generation().clone();
        let mut aside = damaged.map(|reason| (old.name, reason));
        if aside.is_none() {
            old.discard();
        }
        // Readers see the old rows until there are new ones, and those may be long in coming: the disk may be full.
        self.shared
            .status
            .send_modify(|status| status.state = starting(old.position()));
        loop {
            let shared = self.shared.clone();
            let moving = aside.take();
            let opened = self.shared.tasks.spawn_blocking(move || {
                if let Some((name, reason)) = moving
                    && let Err(error) = shared.builds.quarantine(name, &reason)
                {
                    tracing::warn!(read_model = shared.views.name(), %error, "it could not be moved aside");
                }
                shared.builds.fresh()
            });
            match opened.await {
                Ok(Ok(opened)) => return self.begin(opened).await,
                Ok(Err(error)) => {
                    tracing::warn!(read_model = self.shared.views.name(), %error, "no new generation")
                }
                Err(_) => return,
            }
            if self.pause().await {
                return;
            }
        }
    }

    /// Begins to build `opened`, after a while if the one before did not last.
    async fn begin(&mut self, opened: Opened) {
        self.shared.install(opened.generation.clone());
        self.follower = Follower::new(self.shared.clone(), opened);
        self.failed = false;
        self.shared
            .status
            .send_modify(|status| status.state = starting(self.follower.position()));
        self.pause().await;
    }

    /// Waits before trying again; whether the process began to stop meanwhile.
    async fn pause(&mut self) -> bool {
        tokio::select! {
            () = self.shared.tasks.stopping() => true,
            () = self.replacing.wait() => false,
        }
    }

    /// Puts a rebuilt generation in the place of the serving one, once its rows are as far; if that does not succeed,
    /// all stays as it was.
    async fn consider(&mut self, takeover: Takeover) {
        let Takeover {
            mut candidate,
            done,
        } = takeover;
        let reached = self.follower.position();
        let overtaken = tokio::select! {
            () = self.shared.tasks.stopping() => Err("the process is stopping".to_owned()),
            overtaken = overtake(&self.shared, &mut candidate, reached) => overtaken.map_err(|error| error.to_string()),
        };
        match &overtaken {
            Ok(()) => {
                candidate.generation().serve(candidate.position());
                self.follower.generation().discard();
                self.shared.install(candidate.generation().clone());
                self.follower = candidate;
                self.failed = false;
                self.shared.publish(&mut self.follower);
            }
            Err(_) => candidate.generation().discard(),
        }
        // Who asked may be gone.
        let _ = done.send(overtaken);
    }
}

/// Brings `candidate` to where readers are, and its rows to the disk.
async fn overtake(
    shared: &Arc<Shared>,
    candidate: &mut Follower,
    reached: Position,
) -> Result<(), FollowError> {
    while candidate.position() < reached {
        candidate.gather().await?;
        candidate.absorb().await?;
    }
    candidate.complete().await?;
    promote(shared, candidate.generation().name).await?;
    Ok(())
}

/// Makes `name` the generation to serve after a restart; answers the one before.
async fn promote(
    shared: &Arc<Shared>,
    name: GenerationName,
) -> Result<Option<GenerationName>, StoreError> {
    let promoting = shared.clone();
    let promoted = shared
        .tasks
        .spawn_blocking(move || promoting.builds.promote(name))
        .await;
    promoted.unwrap_or_else(|_| Err(StoreError::Storage("the process is stopping".into())))
}
