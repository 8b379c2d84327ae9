//! Commits of other services, with who did what, and when.

use khidma_engine::undecodable;
use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_kernel::{Actor, Recorded};
use khidma_projection::ApplyError;

/// A commit, heard.
pub(super) struct Heard<E> {
    /// The W3C trace context of the command.
    pub(super) traceparent: Option<String>,
    /// The events of it that we know.
    pub(super) events: Vec<Recorded<E>>,
}

/// The events we know of a commit; what a newer version of its service says besides is not for us.
///
/// # Errors
/// An event that we know does not decode.
pub(super) fn hear<E: Event>(commit: &Stored) -> Result<Heard<E>, ApplyError> {
    let raw = khidma_events::raw_events(&commit.payload).map_err(|error| undecodable(&error))?;
    let traceparent = raw.first().and_then(|first| first.traceparent.as_deref());
    let traceparent = traceparent.map(str::to_owned);
    let mut events = Vec::with_capacity(raw.len());
    for event in &raw {
        let Some(decoded) = E::decode(&event.type_name, event.data) else {
            continue;
        };
        let by: Result<Actor, _> = event.actor.parse();
        events.push(Recorded {
            id: event.id,
            at: event.time,
            by: by.map_err(|error| undecodable(&error))?,
            event: decoded.map_err(|error| undecodable(&error))?,
        });
    }
    Ok(Heard {
        traceparent,
        events,
    })
}
