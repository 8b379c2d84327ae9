//! The newest commits, kept for those who follow live.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;

use crate::Stored;
use crate::paging::{self, PAGE_BYTES, PAGE_COMMITS};

/// The last few commits, so that a follower at the end of the log need not go to the store.
#[derive(Debug, Default)]
pub(super) struct Tail(Mutex<TailCommits>);

#[derive(Debug, Default)]
struct TailCommits {
    commits: VecDeque<Stored>,
    bytes: usize,
}

impl Tail {
    /// Adds a durable commit, the next one of the log.
    pub(super) fn push(&self, commit: Stored) {
        let mut tail = self.lock();
        tail.bytes += commit.payload.len();
        tail.commits.push_back(commit);
        while tail.commits.len() > PAGE_COMMITS || tail.bytes > PAGE_BYTES {
            let Some(oldest) = tail.commits.pop_front() else {
                break;
            };
            tail.bytes -= oldest.payload.len();
        }
    }

    /// The commits after `after`, none beyond `end`, if the next one is still here.
    pub(super) fn page(&self, after: Position, end: Position) -> Option<Vec<Stored>> {
        let tail = self.lock();
        let oldest = tail.commits.front()?.position.0;
        let skipped = usize::try_from((after.0 + 1).checked_sub(oldest)?).ok()?;
        let wanted = tail
            .commits
            .iter()
            .skip(skipped)
            .take_while(|commit| commit.position <= end);
        let Ok(page) = paging::page(wanted.cloned().map(Ok::<_, Infallible>));
        (!page.is_empty()).then_some(page)
    }

    /// A panic elsewhere leaves the tail whole, so the lock is taken all the same.
    fn lock(&self) -> MutexGuard<'_, TailCommits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;

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
        let tail = Tail::default();
        assert_eq!(tail.page(Position(0), END), None);
        (1..=PAGE_COMMITS as u64 + 10).for_each(|n| tail.push(commit(n, 8)));
        assert_eq!(
            tail.page(Position(9), END),
            None,
            "the tenth commit is gone"
        );
        assert_eq!(tail.page(Position(10), END).unwrap().len(), PAGE_COMMITS);
        assert_eq!(
            tail.page(Position(PAGE_COMMITS as u64 + 10), END),
            None,
            "nothing after the last"
        );
    }

    #[test]
    fn the_tail_is_bounded_in_bytes() {
        let tail = Tail::default();
        (1..=100).for_each(|n| tail.push(commit(n, PAGE_BYTES / 4)));
        assert_eq!(tail.page(Position(95), END), None);
        assert_eq!(tail.page(Position(96), END).unwrap().len(), 4);
    }
}
