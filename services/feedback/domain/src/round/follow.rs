//! The round that follows another by itself.

use khidma_events::feedback::{Recurrence, RoundCancelled, RoundEvent, RoundLaunched, Sample};
use khidma_kernel::{Timestamp, digest};

use super::Follow;

/// Microseconds.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// It is launched as the one before it, later. Where the survey was retired meanwhile it is called off at once, so that all
/// can see where the row of rounds ended, and why.
pub(super) fn follow(follow: &Follow, now: Timestamp) -> Vec<RoundEvent> {
    let Some(launched) = next(follow, now) else {
        return vec![];
    };
    let mut events = vec![launched.into()];
    if follow.retired {
        let reason = "the survey was retired".to_owned();
        events.push(RoundCancelled { reason }.into());
    }
    events
}

/// The next of the rhythm that can still be answered: after a long night there is one, and not all that were missed.
fn next(follow: &Follow, now: Timestamp) -> Option<RoundLaunched> {
    let previous = &follow.previous;
    let Recurrence { every_days, times } = previous.recurrence?;
    let rhythm = i64::from(every_days.max(1)) * DAY;
    let missed = now.micros_since(previous.closes_at) / rhythm;
    let left = times.map_or(i64::MAX, i64::from);
    let steps = missed.max(0).saturating_add(1).min(left);
    let times = match times {
        None => None,
        Some(_) => u16::try_from(left - steps).ok(),
    };
    let later = |at: &Timestamp| {
        Timestamp::from_micros(at.as_micros().saturating_add(rhythm.saturating_mul(steps)))
    };
    let recurrence = Recurrence { every_days, times };
    let mut launched = RoundLaunched {
        round: follow.round,
        opens_at: later(&previous.opens_at),
        closes_at: later(&previous.closes_at),
        remind_at: previous.remind_at.iter().map(later).collect(),
        recurrence: (times != Some(0)).then_some(recurrence),
        previous: Some(previous.round),
        public_key: follow.public_key.clone(),
        ..previous.clone()
    };
    // Others are chosen than the last time: it is not always the same who are asked.
    launched.audience.sample = previous.audience.sample.map(|sample| Sample {
        seed: digest(&[&sample.seed.to_be_bytes()[..], follow.round.0.as_bytes()].concat()),
        ..sample
    });
    Some(launched)
}
