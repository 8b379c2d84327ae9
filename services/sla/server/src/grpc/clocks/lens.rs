//! Reading clocks as of an instant, under the policies and calendars that the rows show.

use khidma_edge::{query, status};
use khidma_kernel::Timestamp;
use khidma_projection::Reader;
use khidma_sla_domain::{ClockRefusal, Terms};
use tonic::Status;
use uuid::Uuid;

use crate::shelf::Shelf;

/// What clocks are looked at through.
pub(super) struct Lens {
    pub(super) reader: Reader,
    /// Up to when clocks that go on are counted.
    pub(super) now: Timestamp,
    shelf: Shelf,
    terms: Terms,
}

impl Lens {
    pub(super) fn new(reader: Reader, shelf: Shelf, now: Timestamp) -> Result<Self, Status> {
        let terms = shelf.terms(&reader).map_err(query::unreadable)?;
        Ok(Self {
            reader,
            now,
            shelf,
            terms,
        })
    }

    /// What `count` finds. A clock may be under terms that came after those at hand: then once more, under the latest.
    pub(super) fn on<T>(
        &mut self,
        count: impl Fn(&Terms) -> Result<T, ClockRefusal>,
    ) -> Result<T, Status> {
        if let Ok(counted) = count(&self.terms) {
            return Ok(counted);
        }
        self.terms = self.shelf.terms(&self.reader).map_err(query::unreadable)?;
        count(&self.terms).map_err(uncounted)
    }
}

/// The rows name what they do not hold: a fault of ours.
fn uncounted(refusal: ClockRefusal) -> Status {
    status::internal(Uuid::new_v4(), refusal)
}
