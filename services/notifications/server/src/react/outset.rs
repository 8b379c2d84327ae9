//! Beginning, once: what stands on the log before is told to nobody.

use std::time::Duration;

use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_events::notifications::OUTSET;
use khidma_kernel::derived_id;
use khidma_notifications_domain::outset::{Begin, OutsetDecider};
use khidma_projection::Projection;

use crate::views::is_begun;

/// How long to wait before it is tried again, while the log is away.
const PAUSE: Duration = Duration::from_millis(500);

/// Says that the service has begun, unless that was said before. Waits until it stands on the log: what happened after this
/// returns is told.
pub(super) async fn begin(deps: &Deps, projection: &Projection) {
    let engine: Engine<OutsetDecider> = deps.engine(projection);
    loop {
        match try_to_begin(deps, projection, &engine).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "notifications cannot begin yet"),
        }
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
    if is_begun(&projection.reader())? {
        return Ok(());
    }
    let key = derived_id(&[b"notifications", b"begin"]);
    let ask = Ask::by_itself("notifications", OUTSET.to_owned(), key);
    let begun = engine.execute(ask, |_| Ok(Begin)).await?;
    projection.wait_for(begun.position).await?;
    Ok(())
}
