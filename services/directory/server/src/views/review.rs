//! What a commit of a person's reviews changes.

use khidma_directory_domain::ReviewsDecider;
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_kernel::PersonId;
use khidma_projection::{ApplyError, Rows};

use super::{ReviewsRow, decode};
use crate::keys;

pub(super) fn apply(id: &PersonId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::reviews(id);
    let mut row: ReviewsRow = rows.get(&key)?.unwrap_or_default();
    advance::<ReviewsDecider>(&mut row, &decode(commit)?, commit.position);
    Ok(rows.put(&key, &row)?)
}
