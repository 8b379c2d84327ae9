//! Who sees it? From events to rows.

mod adoptions;
mod clocks;
mod known;
mod policies;
mod request;
mod row;
mod terms;

pub(crate) use adoptions::{ADOPT, AdoptionRow};
pub(crate) use policies::{APPLY, Pending, PolicyRow, PolicyVersionRow, calendars_of};
pub(crate) use request::{FOLLOW, TIMER};
pub(crate) use row::{
    ActivationRow, CalendarRow, ClocksRow, Contents, Department, RequestFile, Tally,
};

use khidma_engine::{at_once, known_events, undecodable};
use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::DepartmentEvent;
use khidma_events::requests::RequestEvent;
use khidma_events::sla::ClockEvent;
use khidma_projection::{ApplyError, Rows, Views};

use crate::shelf::Shelf;

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct SlaViews {
    shelf: Shelf,
}

impl Views for SlaViews {
    fn name(&self) -> &'static str {
        "sla"
    }

    fn version(&self) -> u32 {
        1
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        match &*commit.context {
            RequestEvent::CONTEXT => request::apply(&self.shelf, commit, rows),
            ClockEvent::CONTEXT => clocks::apply(&self.shelf, commit, rows),
            DepartmentEvent::CONTEXT => known::apply(commit, rows),
            // Other contexts tell us nothing.
            _ => Ok(()),
        }
    }
}
