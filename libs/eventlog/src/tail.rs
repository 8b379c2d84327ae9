//! The newest commits, kept for those who follow live.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;

use crate::Stored;
use crate::paging;

/// How many commits are kept: what comes while a follower writes a large batch of rows.
pub(crate) const KEPT: usize = 4096;

/// How many bytes of payload are kept.
const KEPT_BYTES: usize = 8 << 20;

/// The last few commits, so that a follower at the end of the log need not go to the store.
#[derive(Debug)]
pub(crate) struct Tail(Mutex<Commits>);

#[derive(Debug)]
struct Commits {
    /// The last commit that is not here any more.
    floor: Position,
    kept: VecDeque<Stored>,
    bytes: usize,
}

impl Tail {
    /// A tail that begins with the commit after `floor`.
    pub(crate) fn after(floor: Position) -> Self {
        Self(Mutex::new(Commits {
            floor,
            kept: VecDeque::new(),
            bytes: 0,
        }))
    }

    /// Adds the next commit of the log.
    pub(crate) fn push(&self, commit: Stored) {
        let mut tail = self.lock();
        tail.bytes += commit.payload.len();
        tail.kept.push_back(commit);
        while tail.kept.len() > KEPT || tail.bytes > KEPT_BYTES {
            let Some(oldest) = tail.kept.pop_front() else {
                break;
            };
            tail.bytes -= oldest.payload.len();
            tail.floor = oldest.position;
        }
    }

    /// Whether every commit after `after` is here, or will be.
    pub(crate) fn covers(&self, after: Position) -> bool {
        after >= self.lock().floor
    }

    /// The commits after `after`, none beyond `end`, if the next one is here.
    pub(crate) fn page(&self, after: Position, end: Position) -> Option<Vec<Stored>> {
        let tail = self.lock();
        if after < tail.floor {
            return None;
        }
        let passed = tail.kept.partition_point(|commit| commit.position <= after);
        let wanted = tail
            .kept
            .range(passed..)
            .take_while(|commit| commit.position <= end);
        let Ok(page) = paging::page(wanted.cloned().map(Ok::<_, Infallible>));
        (!page.is_empty()).then_some(page)
    }

    /// A panic elsewhere leaves the tail whole, so the lock is taken all the same.
    fn lock(&self) -> MutexGuard<'_, Commits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::paging::PAGE_COMMITS;

    const END: Position = Position(u64::MAX);

    fn commit(position: u64, size: usize) -> Stored {
        Stored {
            position: Position(position),
            id: Uuid::from_u128(position.into()),
            context: "requests".into(),
            entity: "r".into(),
            payload: Bytes::from(vec![0; size]),
        }
    }

    #[test]
    fn the_tail_gives_only_what_it_has_in_full() {
        let tail = Tail::after(Position(100));
        let last = 100 + KEPT as u64 + 10;
        assert_eq!(tail.page(Position(100), END), None, "nothing yet");
        (101..=last).for_each(|n| tail.push(commit(n, 8)));
        assert!(!tail.covers(Position(109)));
        let page = tail.page(Position(109), END);
        assert_eq!(page, None, "the commit at 110 is gone");
        assert!(tail.covers(Position(110)));
        let page = tail.page(Position(110), END).unwrap();
        assert_eq!(
            (page.len(), page[0].position),
            (PAGE_COMMITS, Position(111))
        );
        let page = tail.page(Position(last), END);
        assert_eq!(page, None, "nothing after the last");
        assert!(tail.covers(Position(last)));
    }

    #[test]
    fn positions_need_not_be_dense() {
        let tail = Tail::after(Position(10));
        [12, 15, 16].iter().for_each(|n| tail.push(commit(*n, 8)));
        let positions = |after, end| {
            let page = tail
                .page(Position(after), Position(end))
                .unwrap_or_default();
            page.iter()
                .map(|commit| commit.position.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(positions(10, 99), [12, 15, 16]);
        assert_eq!(positions(12, 15), [15]);
        assert_eq!(positions(13, 15), [15]);
        assert!(positions(9, 99).is_empty());
    }

    #[test]
    fn the_tail_is_bounded_in_bytes() {
        let tail = Tail::after(Position::START);
        (1..=100).for_each(|n| tail.push(commit(n, KEPT_BYTES / 4)));
        assert!(!tail.covers(Position(95)));
        assert!(tail.covers(Position(96)));
    }
}
