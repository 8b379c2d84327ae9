//! Beginning, once, and once with each version of the rules: what stands on the log before is not told by them.

use std::time::Duration;

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_events::notifications::OUTSET;
use khidma_kernel::derived_id;
use khidma_notifications_domain::outset::{Begin, OutsetDecider, RULES};
use khidma_projection::{Projection, ProjectionState, ProjectionStatus};

use crate::views::rules_in_force;

/// How long to wait before it is tried again, while the log is away.
const PAUSE: Duration = Duration::from_millis(500);

/// How long the start of the service waits for it. On a young log it is done at once; where a long log is read for the first
/// time, callers of the other services shall not wait for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says that the service has begun, by these rules, unless that was said before: what happened after this returns is told, if the log is
/// not so long that reading it takes longer than [`PATIENCE`].
pub(super) async fn begin(deps: &Deps, projection: &Projection) {
    let (own, projection) = (deps.clone(), projection.clone());
    let begun = deps
        .tasks
        .spawn(async move { until_begun(&own, &projection).await });
    if tokio::time::timeout(PATIENCE, begun).await.is_err() {
        tracing::info!("notifications begin when the log is read");
    }
}

async fn until_begun(deps: &Deps, projection: &Projection) {
    let engine: Engine<OutsetDecider> = deps.engine(projection);
    while let Err(error) = try_to_begin(deps, projection, &engine).await {
        tracing::warn!(%error, "notifications cannot begin yet");
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = deps.tasks.stopping() => return,
        }
    }
}

async fn try_to_begin(
    deps: &Deps,
    projection: &Projection,
    engine: &Engine<OutsetDecider>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let head = deps.log.head().await?;
    projection.wait_for(head).await?;
    // While it is built for the first time it cannot be read.
    let catching_up =
        |status: &ProjectionStatus| matches!(status.state, ProjectionState::CatchingUp { .. });
    let mut status = projection.watch_status();
    status.wait_for(|status| !catching_up(status)).await?;
    if rules_in_force(&projection.reader())? >= RULES {
        return Ok(());
    }
    let key = derived_id(&[b"notifications", b"begin", &RULES.to_be_bytes()]);
    let ask = Ask::by_itself("notifications", OUTSET.to_owned(), key);
    let begun = engine.execute(ask, |_| Ok(Begin { rules: RULES })).await?;
    projection.wait_for(begun.position).await?;
    Ok(())
}
