//! What the views of all services need to fold commits into rows.

use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_kernel::{Position, Timestamp};
use khidma_projection::ApplyError;

/// When something that is to be done at once, because of the commit at `position`, stands on the agenda: long past, whatever
/// the clocks of others say, in the order of the log, and never twice at the same instant.
pub fn at_once(position: Position) -> Timestamp {
    Timestamp::from_micros(i64::try_from(position.0).unwrap_or(i64::MAX))
}

/// Before this stands on the agenda what is to be done [`at_once`], as no log has so many commits; behind it stands what
/// falls due.
pub fn timers_begin() -> Timestamp {
    Timestamp::from_micros(1 << 45)
}

/// The read model stops before a commit of which something does not decode, for that reason.
pub fn undecodable(error: &dyn std::error::Error) -> ApplyError {
    ApplyError::Undecodable {
        reason: error.to_string(),
    }
}

/// The events we know of another service's commit; what a newer version of it says besides is not for us.
///
/// # Errors
/// An event that we know does not decode.
pub fn known_events<E: Event>(commit: &Stored) -> Result<Vec<E>, ApplyError> {
    khidma_events::known_events(&commit.payload).map_err(|error| undecodable(&error))
}
