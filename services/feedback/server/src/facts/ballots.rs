//! What has to be known of anonymous answers.

use std::collections::BTreeMap;

use khidma_engine::entity_key;
use khidma_events::feedback::{RoundLaunched, Segment, box_entity};
use khidma_feedback_domain::ballot::segment_of;
use khidma_kernel::RoundId;
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{BoxRow, InvitedRow};

/// What was answered with a token that was let go, as a digest; `None` if it was not.
pub(crate) fn spent(
    reader: &Reader,
    round: RoundId,
    token: &str,
) -> Result<Option<String>, RowError> {
    reader.get(&keys::spent(round, token))
}

/// The box of a round, as far as the log knows it.
pub(crate) fn box_row(reader: &Reader, round: RoundId) -> Result<BoxRow, RowError> {
    let row = reader.get(&entity_key(&box_entity(round)))?;
    Ok(row.unwrap_or_default())
}

/// How many people of each segment are asked in a round.
pub(crate) fn segments(
    reader: &Reader,
    launched: &RoundLaunched,
) -> Result<BTreeMap<Segment, u32>, RowError> {
    let mut segments = BTreeMap::new();
    for row in reader.prefix(&keys::invited(launched.round)) {
        let row: InvitedRow = row?.1.decode()?;
        if let Some(segment) = segment_of(launched, &row.invited) {
            *segments.entry(segment).or_default() += 1;
        }
    }
    Ok(segments)
}
