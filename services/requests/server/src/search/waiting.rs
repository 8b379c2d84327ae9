//! Which positions callers wait for: only for these is the index written sooner than it would be.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;
use tokio::sync::Notify;

/// The positions waited for.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// How many wait for each.
    positions: Mutex<BTreeMap<Position, usize>>,
    more: Notify,
}

/// Somebody waits for as long as this lives.
#[derive(Debug)]
pub(super) struct Waits<'a> {
    waiting: &'a Waiting,
    position: Position,
}

impl Waiting {
    /// Waits for `position`.
    pub(super) fn wait(&self, position: Position) -> Waits<'_> {
        *self.lock().entry(position).or_default() += 1;
        self.more.notify_one();
        Waits {
            waiting: self,
            position,
        }
    }

    /// Whether somebody waits for a position after `after`, at `end` or before.
    pub(super) fn is_any_within(&self, after: Position, end: Position) -> bool {
        // A range must not begin behind its end.
        after < end
            && self
                .lock()
                .range((Bound::Excluded(after), Bound::Included(end)))
                .next()
                .is_some()
    }

    /// Returns when somebody more waits.
    pub(super) async fn more(&self) {
        self.more.notified().await;
    }

    /// A panic elsewhere leaves the numbers whole, so the lock is taken all the same.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Position, usize>> {
        self.positions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        let mut positions = self.waiting.lock();
        if let Some(count) = positions.get_mut(&self.position) {
            *count -= 1;
            if *count == 0 {
                positions.remove(&self.position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_waited_for_as_long_as_somebody_does() {
        let waiting = Waiting::default();
        let within = |after, end| waiting.is_any_within(Position(after), Position(end));
        let (one, other) = (waiting.wait(Position(7)), waiting.wait(Position(7)));
        let _never = waiting.wait(Position(u64::MAX));
        assert!(within(6, 7) && within(0, 100));
        assert!(!within(7, 100) && !within(0, 6) && !within(9, 3));
        drop(one);
        assert!(within(6, 7));
        drop(other);
        assert!(!within(0, 100));
    }
}
