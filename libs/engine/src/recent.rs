//! The rows of entities that this process wrote to lately, so that the next command to one of them need not ask the
//! read model: it may not show them yet, and asking it waits for whatever it is writing.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;

use crate::EntityRow;

/// How many rows are kept that the read model shows too.
const KEPT: usize = 8192;

/// How many rows may be waited for that the read model does not show yet.
const BEHIND: usize = 65_536;

/// Rows by entity: all that the read model has not passed, and the last [`KEPT`] that it has.
#[derive(Debug)]
pub(crate) struct Recent<S>(Mutex<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    rows: HashMap<String, Arc<EntityRow<S>>>,
    /// Every row ever remembered and not forgotten, oldest first; of an entity only the last counts.
    order: VecDeque<(Position, String)>,
}

impl<S> Recent<S> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Inner {
            rows: HashMap::new(),
            order: VecDeque::new(),
        }))
    }

    fn inner(&self) -> MutexGuard<'_, Inner<S>> {
        // Every change below leaves the memory whole, so a panic elsewhere while it was held does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The row of `entity` as this process last wrote it; others may have written since.
    pub(crate) fn get(&self, entity: &str) -> Option<Arc<EntityRow<S>>> {
        self.inner().rows.get(entity).cloned()
    }

    /// Where the read model has to be before more is remembered, if it is too far behind.
    pub(crate) fn crowded(&self) -> Option<Position> {
        let inner = self.inner();
        let (oldest, _) = inner.order.front()?;
        (inner.order.len() > KEPT + BEHIND).then_some(*oldest)
    }

    /// Remembers `row`, and forgets the oldest of those that the read model, now at `passed`, shows by itself.
    pub(crate) fn remember(&self, entity: &str, row: EntityRow<S>, passed: Position) {
        let mut inner = self.inner();
        inner.order.push_back((row.position, entity.to_owned()));
        let newest = inner
            .rows
            .get(entity)
            .is_none_or(|known| known.position < row.position);
        if newest {
            inner.rows.insert(entity.to_owned(), Arc::new(row));
        }
        while inner.order.len() > KEPT
            && inner
                .order
                .front()
                .is_some_and(|(position, _)| *position <= passed)
        {
            if let Some((position, entity)) = inner.order.pop_front() {
                let last = inner
                    .rows
                    .get(&entity)
                    .is_some_and(|row| row.position <= position);
                if last {
                    inner.rows.remove(&entity);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: u64) -> EntityRow<u32> {
        let mut row = EntityRow::default();
        row.settle(Position(position), None);
        row
    }

    #[test]
    fn what_the_read_model_does_not_show_is_never_forgotten() {
        let recent = Recent::new();
        let many = KEPT as u64 * 2;
        for position in 1..=many {
            recent.remember(&position.to_string(), row(position), Position(0));
        }
        assert!(recent.get("1").is_some());
        recent.remember("next", row(many + 1), Position(many));
        assert!(
            recent.get("1").is_none(),
            "kept although it is shown and old"
        );
        assert!(recent.get(&many.to_string()).is_some());
        assert_eq!(recent.inner().rows.len(), KEPT);
    }

    #[test]
    fn a_memory_that_grows_past_its_bound_says_what_it_waits_for() {
        let recent = Recent::new();
        let bound = (KEPT + BEHIND) as u64;
        for position in 1..=bound {
            recent.remember(&position.to_string(), row(position), Position(0));
        }
        assert_eq!(recent.crowded(), None);
        recent.remember("next", row(bound + 1), Position(0));
        assert_eq!(recent.crowded(), Some(Position(1)));
        recent.remember("last", row(bound + 2), Position(bound));
        assert_eq!(recent.crowded(), None);
    }

    #[test]
    fn an_older_row_never_replaces_a_newer_one() {
        let recent = Recent::new();
        recent.remember("a", row(9), Position(0));
        recent.remember("a", row(4), Position(4));
        assert_eq!(recent.get("a").unwrap().position, Position(9));
    }
}
