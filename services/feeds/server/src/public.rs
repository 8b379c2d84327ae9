//! What of the log is public, as far as the read model remembers it.

use std::time::Duration;

use khidma_events::DecodeError;
use khidma_events::feed::{FeedError, Memory};
use khidma_events::sla::ClockRef;
use khidma_kernel::{Position, ServiceRequestId, Timestamp};
use khidma_projection::{Projection, ProjectionError, Reader, RowError};

use crate::keys;
use crate::views::Silent;

/// How long to wait before rows are asked for again that are being built.
const PAUSE: Duration = Duration::from_millis(200);

/// Why it cannot be said what is public.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsaid {
    /// The read model has failed, or the process stops.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// A commit cannot be read.
    #[error(transparent)]
    Commit(#[from] DecodeError),
}

/// What the read model remembers.
pub(crate) struct Remembered(Reader);

impl Memory for Remembered {
    type Error = RowError;

    fn is_anonymous(&self, request: ServiceRequestId) -> Result<bool, RowError> {
        let mark: Option<()> = self.0.get(&keys::anonymous(request))?;
        Ok(mark.is_some())
    }

    fn is_import(&self, position: Position) -> Result<bool, RowError> {
        let mark: Option<()> = self.0.get(&keys::import(position))?;
        Ok(mark.is_some())
    }

    fn silent_until(
        &self,
        request: ServiceRequestId,
        clock: ClockRef,
    ) -> Result<Option<Timestamp>, RowError> {
        let silent: Option<Silent> = self.0.get(&keys::silent(request))?;
        let silent = silent.unwrap_or_default().into_iter();
        let mut of_clock = silent.filter(|(one, _)| *one == clock);
        Ok(of_clock.next().map(|(_, until)| until))
    }
}

/// Lets `look` see what is remembered of the log up to `position` at the least. While the rows are being built, it waits:
/// nothing goes out before it is known to be public.
///
/// # Errors
/// See [`Unsaid`].
pub(crate) async fn with_memory<T>(
    projection: &Projection,
    position: Position,
    mut look: impl FnMut(&Remembered) -> Result<T, FeedError<RowError>>,
) -> Result<T, Unsaid> {
    loop {
        projection.wait_for(position).await?;
        match look(&Remembered(projection.reader())) {
            Ok(found) => return Ok(found),
            Err(FeedError::Commit(error)) => return Err(error.into()),
            Err(FeedError::Memory(error)) => {
                tracing::warn!(%error, "what is public cannot be said yet");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
