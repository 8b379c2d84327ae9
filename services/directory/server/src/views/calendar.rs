//! What a commit of a calendar changes.

use khidma_directory_domain::CalendarDecider;
use khidma_engine::advance;
use khidma_eventlog::Stored;
use khidma_kernel::CalendarId;
use khidma_projection::{ApplyError, Rows};

use super::{CalendarRow, decode};
use crate::keys;

pub(super) fn apply(
    id: &CalendarId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::calendar(id);
    let mut row: CalendarRow = rows.get(&key)?.unwrap_or_default();
    advance::<CalendarDecider>(&mut row, &decode(commit)?, commit.position);
    Ok(rows.put(&key, &row)?)
}
