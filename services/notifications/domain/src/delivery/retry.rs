//! When an attempt that failed is repeated.

use std::time::Duration;

use khidma_kernel::{DeliveryId, Timestamp, digest};

/// How long to wait after each attempt, in seconds: after the first 5 s, and so on over about a day and a half.
const WAITS: [u64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];

/// How often it is tried before it is given up.
pub const ATTEMPTS: u32 = WAITS.len() as u32 + 1;

/// How long a receiver can make us wait. One that wants more is asked sooner.
pub const LONGEST_WAIT: Duration = Duration::from_secs(12 * 3600);

/// Of how much of a wait chance decides: 1 in so many.
const SPREAD: u64 = 10;

/// When it is tried again after the `round`-th attempt, from 1, failed at `at`; `None` if it is not. A receiver that asks to
/// wait `after` is given that. Up to a tenth is added, another for each delivery, so that those that failed together do not
/// all come again together; it follows from the id, so that deciding anew gives the same.
pub fn next_attempt(
    id: DeliveryId,
    round: u32,
    at: Timestamp,
    after: Option<Duration>,
) -> Option<Timestamp> {
    let place = usize::try_from(round.checked_sub(1)?).ok()?;
    let usual = Duration::from_secs(*WAITS.get(place)?);
    let wait = usual.max(after.unwrap_or_default().min(LONGEST_WAIT));
    let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
    let chance = digest(&[id.0.as_bytes().as_slice(), &round.to_be_bytes()].concat());
    let wait = micros.saturating_add(chance % (micros / SPREAD + 1));
    let wait = i64::try_from(wait).unwrap_or(i64::MAX);
    Some(Timestamp::from_micros(at.as_micros().saturating_add(wait)))
}
