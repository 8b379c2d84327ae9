//! A part of a list whose items stand in the rows of a range: as much as is fit for one page.

use std::ops::{Bound, Range};

use khidma_projection::{Reader, Row, RowError};
use tonic::Status;

use crate::query::{Stop, unreadable};

/// Some items of a list, in its order, and the key that it goes on behind; `None` after the last one.
pub type Part<T> = (Vec<T>, Option<Vec<u8>>);

/// A row and its key, or why it could not be read.
type Found<R = Row> = Result<(Vec<u8>, R), RowError>;

/// How much a part has room for. It ends with the row that fills it, in one way or another.
#[derive(Debug)]
pub struct Room<T> {
    items: usize,
    rows: usize,
    bytes: usize,
    weigh: fn(&T) -> usize,
}

impl<T> Room<T> {
    /// Room for so many `items`, out of so many `rows` that are looked at.
    pub fn new(items: usize, rows: usize) -> Self {
        Self {
            items,
            rows,
            bytes: usize::MAX,
            weigh: |_| 0,
        }
    }

    /// With room for about so many `bytes`, and one item, by what `weigh` says that an item takes.
    pub fn within(self, bytes: usize, weigh: fn(&T) -> usize) -> Self {
        Self {
            bytes,
            weigh,
            ..self
        }
    }

    /// What `show` makes of `rows`, leaving out where it gives none, until there is no more room or the caller is gone.
    ///
    /// # Errors
    /// Those of `show`; of [`unreadable`] if a row cannot be read.
    pub fn fill<R>(
        self,
        rows: impl Iterator<Item = Found<R>>,
        stop: &Stop,
        mut show: impl FnMut(&[u8], R) -> Result<Option<T>, Status>,
    ) -> Result<Part<T>, Status> {
        let (mut items, mut bytes) = (Vec::new(), 0);
        for (seen, found) in stop.until_set(rows).enumerate() {
            let (key, row) = found.map_err(unreadable)?;
            if let Some(item) = show(&key, row)? {
                bytes += (self.weigh)(&item);
                items.push(item);
            }
            if items.len() == self.items || bytes >= self.bytes || seen + 1 == self.rows {
                return Ok((items, Some(key)));
            }
        }
        Ok((items, None))
    }
}

/// The rows whose keys lie in `range`, the last one first: from behind `before` on, which a page token says. A token is no
/// proof: it counts within the range only.
pub fn backwards(
    reader: &Reader,
    range: Range<Vec<u8>>,
    before: Option<Vec<u8>>,
) -> impl Iterator<Item = Found> + use<> {
    let range = up_to(range, before);
    let rows = (!range.is_empty()).then(|| reader.scan(range).rev());
    rows.into_iter().flatten()
}

/// The rows whose keys lie in `range`, in order: from behind `after` on, which a page token says. A token is no proof: it
/// counts within the range only.
pub fn onwards(
    reader: &Reader,
    range: Range<Vec<u8>>,
    after: Option<Vec<u8>>,
) -> impl Iterator<Item = Found> + use<> {
    let after = after.filter(|key| range.contains(key));
    let start = after.map_or(Bound::Included(range.start), Bound::Excluded);
    reader.scan((start, Bound::Excluded(range.end)))
}

/// The keys that begin with `prefix`, which has a byte that is not all ones.
pub fn beginning(prefix: &[u8]) -> Range<Vec<u8>> {
    let mut end = prefix.to_vec();
    // A byte of ones has no successor: the one before it has.
    while end.pop_if(|last| *last == u8::MAX).is_some() {}
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    prefix.to_vec()..end
}

/// The part of `range` that lies before `before`, if that lies in it.
fn up_to(range: Range<Vec<u8>>, before: Option<Vec<u8>>) -> Range<Vec<u8>> {
    match before.filter(|key| range.contains(key)) {
        Some(before) => range.start..before,
        None => range,
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    /// Rows under the keys 1, 2, 3 and so on.
    fn rows(count: u8) -> impl Iterator<Item = Found<u8>> {
        (1..=count).map(|row| Ok((vec![row], row)))
    }

    fn even(_: &[u8], row: u8) -> Result<Option<u8>, Status> {
        Ok((row.is_multiple_of(2)).then_some(row))
    }

    fn going_on() -> Stop {
        Stop(CancellationToken::new())
    }

    #[test]
    fn a_part_ends_with_what_fills_it() {
        let filled = |room: Room<u8>| room.fill(rows(9), &going_on(), even).unwrap();
        let full = (vec![2, 4], Some(vec![4]));
        assert_eq!(filled(Room::new(2, 100)), full, "two items");
        assert_eq!(filled(Room::new(9, 4)), full, "four rows");
        let heavy = Room::new(9, 100).within(3, |_| 2);
        assert_eq!(filled(heavy), full, "three bytes and an item");
        assert_eq!(filled(Room::new(9, 3)), (vec![2], Some(vec![3])));
        assert_eq!(filled(Room::new(9, 100)), (vec![2, 4, 6, 8], None));
    }

    #[test]
    fn a_part_ends_early_where_nobody_waits_for_it_or_a_row_is_unreadable() {
        let gone = going_on();
        gone.0.cancel();
        let part = Room::new(2, 100).fill(rows(9), &gone, even).unwrap();
        assert_eq!(part, (Vec::new(), None));
        let unread = std::iter::once(Err(RowError::Unavailable));
        let read = Room::new(9, 100).fill(rows(9).chain(unread), &going_on(), even);
        assert_eq!(read.unwrap_err().code(), tonic::Code::Unavailable);
    }

    #[test]
    fn a_token_counts_within_its_list_only() {
        let list = || beginning(b"list-");
        assert_eq!(list(), b"list-".to_vec()..b"list.".to_vec());
        assert_eq!(beginning(b"a\xff\xff").end, b"b");
        let before = |key: &[u8]| up_to(list(), Some(key.to_vec())).end;
        assert_eq!(before(b"list-7"), b"list-7");
        assert_eq!(before(b"list-\xff\xff"), b"list-\xff\xff");
        for outside in [b"kist-7".as_slice(), b"list.", b"mist-7", b""] {
            assert_eq!(before(outside), list().end);
        }
        assert_eq!(up_to(list(), None), list());
    }
}
