//! What this process appended itself and its read model may not show yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use khidma_kernel::Position;

use crate::EntityRow;

/// Rows by entity, each until the read model has passed it.
#[derive(Debug)]
pub(crate) struct Recent<S>(Mutex<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    rows: HashMap<String, Arc<EntityRow<S>>>,
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

    /// The row of `entity`, if it is newer than `shown`.
    pub(crate) fn newer(&self, entity: &str, shown: Position) -> Option<Arc<EntityRow<S>>> {
        self.inner()
            .rows
            .get(entity)
            .filter(|row| row.position > shown)
            .cloned()
    }

    /// Remembers `row` and forgets what the read model, now at `passed`, shows by itself.
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
        while inner
            .order
            .front()
            .is_some_and(|(position, _)| *position <= passed)
        {
            if let Some((position, entity)) = inner.order.pop_front() {
                let outdated = inner
                    .rows
                    .get(&entity)
                    .is_some_and(|row| row.position <= position);
                if outdated {
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
    fn a_row_is_kept_until_the_read_model_has_passed_it() {
        let recent = Recent::new();
        recent.remember("a", row(5), Position(3));
        assert!(recent.newer("a", Position(3)).is_some());
        assert!(recent.newer("a", Position(5)).is_none());
        recent.remember("b", row(7), Position(5));
        assert!(recent.newer("a", Position(0)).is_none(), "forgotten");
        assert!(recent.newer("b", Position(5)).is_some());
    }

    #[test]
    fn an_older_row_never_replaces_a_newer_one() {
        let recent = Recent::new();
        recent.remember("a", row(9), Position(0));
        recent.remember("a", row(4), Position(4));
        assert_eq!(
            recent.newer("a", Position(0)).unwrap().position,
            Position(9)
        );
    }
}
