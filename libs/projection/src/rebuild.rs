//! Builds a new generation beside the serving one and offers it to the runner.

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::follower::{FollowError, Follower};
use crate::shared::Shared;
use crate::{Progress, ProjectionError};

/// A generation that has caught up, offered to the runner.
pub(crate) struct Takeover {
    /// What follows the log for it.
    pub(crate) candidate: Follower,
    /// Told what became of it.
    pub(crate) done: oneshot::Sender<Result<(), String>>,
}

/// Builds from position 0 until caught up, then hands over. Gives up when `abandoned`, up to the handing over.
pub(crate) async fn build(
    shared: Arc<Shared>,
    progress: watch::Sender<Option<Progress>>,
    abandoned: CancellationToken,
) -> Result<(), ProjectionError> {
    let name = shared.views.name();
    let failed = |reason: String| ProjectionError::RebuildFailed { name, reason };
    let opening = shared.clone();
    let opened = shared
        .tasks
        .spawn_blocking(move || opening.builds.fresh())
        .await;
    let opened = opened.map_err(|_| ProjectionError::Stopping { name })?;
    let opened = opened.map_err(|error| failed(error.to_string()))?;
    let generation = opened.generation.clone();
    let mut candidate = Follower::new(shared.clone(), opened);
    let caught_up = tokio::select! {
        () = shared.tasks.stopping() => Err(ProjectionError::Stopping { name }),
        () = abandoned.cancelled() => Err(failed("it was abandoned".into())),
        built = catch_up(&shared, &mut candidate, &progress) => built.map_err(|error| failed(error.to_string())),
    };
    if let Err(error) = caught_up {
        generation.discard();
        return Err(error);
    }
    drop(generation);
    let (done, outcome) = oneshot::channel();
    let offered = shared.takeovers.send(Takeover { candidate, done }).await;
    offered.map_err(|_| ProjectionError::Stopping { name })?;
    outcome
        .await
        .map_err(|_| ProjectionError::Stopping { name })?
        .map_err(failed)
}

/// To the end of the log twice: what came while the rows went to the disk is little, so the handing over is quick.
async fn catch_up(
    shared: &Shared,
    candidate: &mut Follower,
    progress: &watch::Sender<Option<Progress>>,
) -> Result<(), FollowError> {
    reach_the_end(shared, candidate, progress).await?;
    candidate.sync().await?;
    candidate.catch_up_again();
    reach_the_end(shared, candidate, progress).await
}

async fn reach_the_end(
    shared: &Shared,
    candidate: &mut Follower,
    progress: &watch::Sender<Option<Progress>>,
) -> Result<(), FollowError> {
    while !candidate.is_live() {
        candidate.gather().await?;
        candidate.absorb().await?;
        let now = candidate.progress();
        progress.send_replace(Some(now));
        shared
            .status
            .send_modify(|status| status.rebuilding = Some(now));
    }
    Ok(())
}
