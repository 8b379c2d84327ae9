//! The gRPC surface: protobuf in, commands and reads inside, protobuf out. Generated types stop here.

mod clocks;
mod policies;
mod traces;
mod what_if;

pub(crate) use clocks::ClocksGrpc;
pub(crate) use policies::PoliciesGrpc;
pub(crate) use traces::TracesGrpc;
pub(crate) use what_if::WhatIfGrpc;

use std::time::Duration;

use khidma_edge::{query, status};
use khidma_eventlog::EventLog;
use khidma_projection::Projection;
use tonic::Status;

/// After how long to try again when the log is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Waits until the read model shows all that is on the log: facts about other entities then count what a caller was told
/// is done already.
async fn see_all(
    log: &dyn EventLog,
    projection: &Projection,
    patience: Duration,
) -> Result<(), Status> {
    let head = log.head().await.map_err(|_| {
        let message = "the event log is not available; try again with the same request_id";
        status::unavailable("UNAVAILABLE", RETRY_AFTER, message)
    })?;
    query::reader_at(projection, head.0, patience).await?;
    Ok(())
}
