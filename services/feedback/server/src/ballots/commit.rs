//! What stands on the log when answers were let go: nothing that tells when or why, and ids that follow from what it holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use khidma_eventlog::Proposal;
use khidma_events::Event;
use khidma_events::feedback::{AnswersReleased, BoxEmptied, BoxEvent, box_entity};
use khidma_feedback_domain::ballot::Batch;
use khidma_kernel::{Actor, Commit, Meta, Position, Recorded, RoundId, Timestamp, derived_id};

use super::held::Held;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The beginning of the day of an instant, UTC.
pub(crate) fn day_of(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros().div_euclid(DAY) * DAY)
}

/// The beginning of the next day, UTC.
pub(crate) fn next_day(at: Timestamp) -> Timestamp {
    day_of(at).plus_seconds(DAY / 1_000_000)
}

/// Answers are let go.
pub(crate) fn released(round: RoundId, batch: Batch<Held>) -> BoxEvent {
    let answers = batch.answers.into_iter().map(|held| held.answer).collect();
    let segment = batch.segment;
    AnswersReleased {
        round,
        segment,
        answers,
    }
    .into()
}

/// No more come.
pub(crate) fn emptied(too_few: bool) -> BoxEvent {
    BoxEmptied { too_few }.into()
}

/// The commit of such an event, after the box's last one at `last`, on the day of `now`.
pub(crate) fn proposal(
    round: RoundId,
    last: Position,
    now: Timestamp,
    event: BoxEvent,
) -> Result<Proposal, serde_json::Error> {
    let content = serde_json::to_vec(&event).unwrap_or_default();
    // Neither the instant nor anything of the process gets into an id: whoever knows the answers can make them.
    let id = |what: &[u8]| derived_id(&[what, round.0.as_bytes(), &content]);
    let entity = box_entity(round);
    let commit = Commit {
        entity: entity.clone(),
        meta: Meta {
            correlation: derived_id(&[b"box", round.0.as_bytes()]),
            causation: None,
            traceparent: None,
            audience: Default::default(),
            once: None,
        },
        events: vec![Recorded {
            id: id(b"event"),
            at: day_of(now),
            by: Actor::Anonymous,
            event,
        }],
    };
    let payload = khidma_events::encode(&commit)?;
    Ok(Proposal {
        id: derived_id(&[id(b"commit").as_bytes(), &last.0.to_be_bytes()]),
        context: BoxEvent::CONTEXT,
        entity,
        payload: payload.into(),
    })
}

/// Bytes as they stand in events.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
