//! Beginning, once: what ended before is asked after by nobody.

use std::time::Duration;

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_events::feedback::OUTSET;
use khidma_feedback_domain::outset::{Begin, OutsetDecider};
use khidma_kernel::derived_id;
use khidma_projection::{Projection, ProjectionState, ProjectionStatus};

use crate::views::people_are_asked;

/// How long to wait before it is tried again, while the log is away.
const PAUSE: Duration = Duration::from_millis(500);

/// How long the start of the service waits for it. On a young log it is done at once; where a long log is read for the first
/// time, callers of the other services shall not wait for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says that the service has begun, unless that was said before: what ends after this returns is asked after, if the log is
/// not so long that reading it takes longer than [`PATIENCE`].
pub(crate) async fn begin(deps: &Deps, projection: &Projection) {
    let (own, projection) = (deps.clone(), projection.clone());
    let begun = deps
        .tasks
        .spawn(async move { until_begun(&own, &projection).await });
    if tokio::time::timeout(PATIENCE, begun).await.is_err() {
        tracing::info!("asking begins when the log is read");
    }
}

async fn until_begun(deps: &Deps, projection: &Projection) {
    let engine: Engine<OutsetDecider> = deps.engine(projection);
    while let Err(error) = try_to_begin(deps, projection, &engine).await {
        tracing::warn!(%error, "asking cannot begin yet");
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
    if people_are_asked(&projection.reader())? {
        return Ok(());
    }
    let key = derived_id(&[b"feedback", b"begin"]);
    let ask = Ask::by_itself("feedback", OUTSET.to_owned(), key);
    let begun = engine.execute(ask, |_| Ok(Begin)).await?;
    projection.wait_for(begun.position).await?;
    Ok(())
}
