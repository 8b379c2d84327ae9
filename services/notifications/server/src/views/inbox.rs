//! What has changed in an inbox, in the order in which it did: who watches one goes on from any place in it.

use khidma_kernel::{PersonId, Position};
use khidma_projection::{RowError, Rows};

use super::InboxMark;
use crate::keys;

/// The message `mark`, which was asked for at `asked`, came or changed.
pub(super) fn changed(
    person: &PersonId,
    asked: Position,
    mark: &InboxMark,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let before: Option<InboxMark> = rows.get(&keys::inbox_at(person, asked))?;
    if let Some(before) = before {
        rows.delete(&keys::inbox_changed(person, before.changed));
    }
    rows.put(&keys::inbox_changed(person, mark.changed), &mark.id)
}
