//! Every key in a store. The first byte says what it is: `a` an agenda item, `m` the cursor, `r` a service's row.

use std::ops::Bound;

use khidma_kernel::Timestamp;

/// First byte of an agenda item's key.
pub(crate) const AGENDA: u8 = b'a';
/// First byte of a service's row's key.
pub(crate) const ROW: u8 = b'r';
/// The key of the cursor.
pub(crate) const CURSOR: &[u8] = b"mcursor";

/// Flips the sign so that the order of bytes is the order of time, also before 1970.
const SIGN: u64 = 1 << 63;

/// Bounds of full keys.
pub(crate) type Range = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// What falls due, unique for its kind and entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AgendaItem {
    /// What is to happen: `auto-close`. No NUL in it.
    pub kind: String,
    /// To which entity.
    pub entity: String,
}

/// The key of a service's row.
pub(crate) fn row(key: &[u8]) -> Vec<u8> {
    let mut full = Vec::with_capacity(1 + key.len());
    full.push(ROW);
    full.extend_from_slice(key);
    full
}

/// The key of an agenda item: due time, kind, NUL, entity.
pub(crate) fn agenda(due: Timestamp, item: &AgendaItem) -> Vec<u8> {
    let mut key = agenda_at(due);
    key.extend_from_slice(item.kind.as_bytes());
    key.push(0);
    key.extend_from_slice(item.entity.as_bytes());
    key
}

/// What every agenda key at `due` begins with.
fn agenda_at(due: Timestamp) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    key.push(AGENDA);
    key.extend_from_slice(&(due.as_micros().cast_unsigned() ^ SIGN).to_be_bytes());
    key
}

/// All agenda keys up to and including `until`.
pub(crate) fn agenda_until(until: Timestamp) -> Range {
    let end = match until.as_micros().checked_add(1) {
        // Not through `Timestamp`, which stops at the last supported instant.
        Some(next) => {
            let mut end = vec![AGENDA];
            end.extend_from_slice(&(next.cast_unsigned() ^ SIGN).to_be_bytes());
            end
        }
        None => vec![AGENDA + 1],
    };
    (Bound::Included(vec![AGENDA]), Bound::Excluded(end))
}

/// All agenda keys after the one of `item` at `due`, or all there are.
pub(crate) fn agenda_after(entry: Option<&(Timestamp, AgendaItem)>) -> Range {
    let start = match entry {
        Some((due, item)) => Bound::Excluded(agenda(*due, item)),
        None => Bound::Included(vec![AGENDA]),
    };
    (start, Bound::Excluded(vec![AGENDA + 1]))
}

/// All agenda keys at `due` and later.
pub(crate) fn agenda_from(due: Timestamp) -> Range {
    let start = Bound::Included(agenda_at(due));
    (start, Bound::Excluded(vec![AGENDA + 1]))
}

/// What an agenda key says; `None` if it is none.
pub(crate) fn read_agenda(key: &[u8]) -> Option<(Timestamp, AgendaItem)> {
    let (due, rest) = key.strip_prefix(&[AGENDA])?.split_first_chunk::<8>()?;
    let due = Timestamp::from_micros((u64::from_be_bytes(*due) ^ SIGN).cast_signed());
    let end = rest.iter().position(|byte| *byte == 0)?;
    let kind = std::str::from_utf8(&rest[..end]).ok()?.to_owned();
    let entity = std::str::from_utf8(&rest[end + 1..]).ok()?.to_owned();
    Some((due, AgendaItem { kind, entity }))
}

/// The keys of the rows in a service's `range`.
pub(crate) fn rows_in((start, end): (Bound<&Vec<u8>>, Bound<&Vec<u8>>)) -> Range {
    let start = match start {
        Bound::Included(key) => Bound::Included(row(key)),
        Bound::Excluded(key) => Bound::Excluded(row(key)),
        Bound::Unbounded => Bound::Included(vec![ROW]),
    };
    let end = match end {
        Bound::Included(key) => Bound::Included(row(key)),
        Bound::Excluded(key) => Bound::Excluded(row(key)),
        Bound::Unbounded => Bound::Excluded(vec![ROW + 1]),
    };
    (start, end)
}

/// All keys there are.
pub(crate) fn everything() -> Range {
    (Bound::Unbounded, Bound::Unbounded)
}

/// The keys of the rows that begin with `prefix`.
pub(crate) fn rows_beginning(prefix: &[u8]) -> Range {
    let start = row(prefix);
    let mut end = start.clone();
    // The next key after all that begin so: the last byte that can be raised is. The first one, `r`, always can.
    while end.last() == Some(&u8::MAX) {
        end.pop();
    }
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    (Bound::Included(start), Bound::Excluded(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agenda_keys_sort_by_time_and_read_back(a in any::<i64>(), b in any::<i64>(), kind in "[a-z-]{0,8}", entity in "\\PC{0,12}") {
            let (a, b) = (Timestamp::from_micros(a), Timestamp::from_micros(b));
            let item = AgendaItem { kind, entity };
            prop_assert_eq!(read_agenda(&agenda(a, &item)), Some((a, item.clone())));
            if a != b {
                prop_assert_eq!(agenda(a, &item) < agenda(b, &item), a < b);
            }
            let inside = std::ops::RangeBounds::contains(&agenda_until(b), &agenda(a, &item));
            prop_assert_eq!(inside, a <= b);
        }

        #[test]
        fn a_prefix_covers_what_begins_so_and_nothing_else(prefix in prop::collection::vec(250u8.., 0..4), key in prop::collection::vec(250u8.., 0..6)) {
            let inside = std::ops::RangeBounds::contains(&rows_beginning(&prefix), &row(&key));
            prop_assert_eq!(inside, key.starts_with(&prefix));
        }
    }
}
