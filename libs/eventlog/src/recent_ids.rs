//! The ids of the newest commits, so that none is stored twice.

use std::collections::{HashMap, VecDeque};

use khidma_kernel::Position;
use uuid::Uuid;

/// How many commits' ids are remembered.
pub(crate) const WINDOW: usize = 16_384;

/// The ids of the last [`WINDOW`] commits.
#[derive(Debug, Default)]
pub(crate) struct RecentIds {
    order: VecDeque<Uuid>,
    positions: HashMap<Uuid, Position>,
}

impl RecentIds {
    /// Where the commit stands, if it is among the last ones.
    pub(crate) fn find(&self, id: &Uuid) -> Option<Position> {
        self.positions.get(id).copied()
    }

    /// Remembers a commit, and forgets the oldest beyond the window.
    pub(crate) fn push(&mut self, id: Uuid, position: Position) {
        if self.positions.insert(id, position).is_some() {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.positions.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_forgets_the_oldest_id() {
        let mut ids = RecentIds::default();
        for n in 0..=WINDOW as u64 {
            ids.push(Uuid::from_u128(n.into()), Position(n + 1));
        }
        assert_eq!(ids.find(&Uuid::from_u128(0)), None);
        assert_eq!(ids.find(&Uuid::from_u128(1)), Some(Position(2)));
    }
}
