//! A commit as subscribers hear it.

use bytes::Bytes;
use khidma_edge::instant::time_out;
use khidma_events::feed::PublicEvent;
use khidma_kernel::Position;
use khidma_proto::feeds as pb;

/// What an event takes besides its data, about, in bytes.
const ATTRIBUTES: usize = 400;

/// The public events of a commit, read once for all who hear them.
#[derive(Debug)]
pub(super) struct Heard {
    /// Where the commit stands.
    pub(super) position: Position,
    /// Its public events.
    pub(super) events: Vec<pb::FeedEvent>,
    /// About how many bytes they take.
    pub(super) bytes: usize,
}

impl Heard {
    /// `events`, which are read from `payload`.
    pub(super) fn of(position: Position, payload: &Bytes, events: &[PublicEvent<'_>]) -> Self {
        let events: Vec<_> = events
            .iter()
            .map(|event| event_out(payload, event))
            .collect();
        let bytes = events.iter().map(size).sum();
        Self {
            position,
            events,
            bytes,
        }
    }
}

/// About how many bytes an event takes.
pub(super) fn size(event: &pb::FeedEvent) -> usize {
    ATTRIBUTES + event.data.len()
}

fn event_out(payload: &Bytes, event: &PublicEvent<'_>) -> pb::FeedEvent {
    pb::FeedEvent {
        id: event.id.to_string(),
        source: event.source.to_string(),
        r#type: event.type_name.to_string(),
        subject: event.subject.to_string(),
        time: Some(time_out(event.time)),
        position: event.position.0,
        actor: event.actor.to_string(),
        correlation_id: event.correlation.to_string(),
        causation_id: event.causation.map(|id| id.to_string()).unwrap_or_default(),
        traceparent: event.traceparent.as_deref().unwrap_or_default().to_owned(),
        data: payload.slice_ref(event.data.get().as_bytes()),
    }
}
