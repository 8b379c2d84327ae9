//! What every query does before it reads: wait for the position its caller has seen.

use std::time::Duration;

use khidma_kernel::Position;
use khidma_projection::{Projection, ProjectionError, Reader, RowError};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::status;

/// After how long to ask again when a read model is not there.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A reader that can see `min_position`, waiting for it at most `patience`.
///
/// # Errors
/// DEADLINE_EXCEEDED, `MIN_POSITION_NOT_REACHED`, if the position is not seen in time; UNAVAILABLE if the read model is
/// away.
pub async fn reader_at(
    projection: &Projection,
    min_position: u64,
    patience: Duration,
) -> Result<Reader, Status> {
    let wait = projection.wait_for(Position(min_position));
    // A little sooner than the deadline, so that the caller still hears why.
    match tokio::time::timeout(patience.mul_f32(0.9), wait).await {
        Ok(Ok(())) => Ok(projection.reader()),
        Ok(Err(error)) => Err(away(&error)),
        Err(_) => Err(status::refusal(
            Code::DeadlineExceeded,
            "MIN_POSITION_NOT_REACHED",
            Some("min_position"),
            format!(
                "the read model is at position {}, not at {min_position} yet",
                projection.position()
            ),
        )),
    }
}

fn away(error: &ProjectionError) -> Status {
    tracing::warn!(%error, "a query could not be answered");
    status::unavailable(
        "READ_MODEL_AWAY",
        RETRY_AFTER,
        "the read model is not available; try again",
    )
}

/// The status of a row that could not be read: what is damaged or being built comes back by itself.
pub fn unreadable(error: RowError) -> Status {
    match error {
        RowError::Unavailable | RowError::Damaged { .. } => {
            tracing::warn!(%error, "a query could not be answered");
            status::unavailable(
                "READ_MODEL_AWAY",
                RETRY_AFTER,
                "the read model is being rebuilt; try again",
            )
        }
        error => status::internal(Uuid::new_v4(), error),
    }
}
