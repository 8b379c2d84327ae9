//! What is not said for a while.

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::SilenceEvent;
use khidma_kernel::{SilenceId, Timestamp};
use khidma_notifications_domain::silence::{Silence, SilenceDecider};
use khidma_projection::{ApplyError, RowError, Rows};

use super::{RunningSilences, undecodable};
use crate::keys;

/// How long a silence that is over is kept in mind, in seconds: what happened while it held may be written down by a process
/// whose clock is behind.
const AFTERWARDS: i64 = 24 * 3600;

/// A silence, under the key of its entity.
pub(crate) type SilenceRow = EntityRow<Option<Silence>>;

pub(super) fn apply(id: SilenceId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<SilenceEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: SilenceRow = rows.get(&key)?.unwrap_or_default();
    advance::<SilenceDecider>(&mut row, &decoded, commit.position);
    if let Some(silence) = row.state.as_ref() {
        let now = decoded.events.last().map(|recorded| recorded.at);
        keep(id, silence, now, rows)?;
    }
    Ok(rows.put(&key, &row)?)
}

/// What is over is forgotten, so that silences do not pile up in what every message asks.
fn keep(
    id: SilenceId,
    silence: &Silence,
    now: Option<Timestamp>,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let key = keys::silences(silence.scope.person.as_ref());
    let mut running: RunningSilences = rows.get(&key)?.unwrap_or_default();
    running.0.insert(id, silence.clone());
    running.0.retain(|_, silence| {
        let forgotten = silence.until.plus_seconds(AFTERWARDS);
        now.is_none_or(|now| forgotten > now)
    });
    rows.put(&key, &running)
}
