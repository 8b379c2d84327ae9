//! What a scorecard is made from. Of each request, what it counts for is made from its row alone; when something happens to it,
//! what it counted for is taken away from the days of its departments and what it counts for now is added. So each day's row is
//! always the sum over all requests, whatever is taken back, and a scorecard reads days and no requests.

mod action;
mod case;
mod count;
mod standard;
mod thanks;

pub(crate) use action::{ActionRow, Ended};
pub(crate) use count::{Count, DayRow, NOW, Promised};
pub(crate) use standard::StandardRow;

pub(super) use action::apply as actions;
pub(super) use case::{promises, questions, requests};
pub(super) use standard::apply as standards;
pub(super) use thanks::apply as thanks;

use khidma_engine::undecodable;
use khidma_eventlog::Stored;
use khidma_events::{DecodeError, Event, raw_events};
use khidma_kernel::Timestamp;
use khidma_projection::ApplyError;

/// Seconds of a day.
const DAY: i64 = 24 * 3600;

/// The day that an instant is in, UTC, counted from 1970-01-01.
pub(crate) fn day_of(at: Timestamp) -> i32 {
    // Of the years that an instant can be in, all days fit.
    i32::try_from(at.as_seconds().div_euclid(DAY)).unwrap_or(i32::MAX - 1)
}

/// The events of a commit that belong to `E`, each with when it happened.
fn timed<E: Event>(commit: &Stored) -> Result<Vec<(Timestamp, E)>, ApplyError> {
    let events = || -> Result<Vec<(Timestamp, E)>, DecodeError> {
        let mut known = Vec::new();
        for raw in raw_events(&commit.payload)? {
            if let Some(event) = E::decode(&raw.type_name, raw.data) {
                known.push((raw.time, event?));
            }
        }
        Ok(known)
    };
    events().map_err(|error| undecodable(&error))
}
