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

use khidma_eventlog::Stored;
use khidma_events::Event;
use khidma_events::directory::DepartmentEvent;
use khidma_events::requests::RequestEvent;
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Position, Timestamp};
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

/// When something that is to be done at once stands on the agenda: long past, whatever the clocks of others say, and in the
/// order of the log.
fn at_once(position: Position) -> Timestamp {
    Timestamp::from_micros(i64::try_from(position.0).unwrap_or(i64::MAX))
}

/// Before this stands on the agenda what is to be done at once, as no log has so many commits; behind it stands what falls
/// due.
pub(crate) fn timers_begin() -> Timestamp {
    Timestamp::from_micros(1 << 45)
}

fn undecodable(error: &dyn std::error::Error) -> ApplyError {
    ApplyError::Undecodable {
        reason: error.to_string(),
    }
}

/// The events we know of another service's commit; what a newer version of it says besides is not for us.
fn read<E: Event>(commit: &Stored) -> Result<Vec<E>, ApplyError> {
    khidma_events::known_events(&commit.payload).map_err(|error| undecodable(&error))
}
