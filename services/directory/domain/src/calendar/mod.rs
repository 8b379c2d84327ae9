//! A working calendar, kept as data.

mod command;
mod decide;
mod evolve;
mod state;
#[cfg(test)]
mod tests;

pub use command::CalendarCommand;
pub use state::WorkingCalendar;

use std::collections::BTreeSet;

use khidma_events::directory::CalendarEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded};

use crate::DirectoryRefusal;

/// The working calendar as an entity.
#[derive(Debug)]
pub struct CalendarDecider;

impl Decider for CalendarDecider {
    type Body = CalendarCommand;
    type Event = CalendarEvent;
    type State = Option<WorkingCalendar>;
    type Refusal = DirectoryRefusal;

    fn decide(
        state: &Option<WorkingCalendar>,
        command: &Command<CalendarCommand>,
    ) -> Result<Vec<CalendarEvent>, DirectoryRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<WorkingCalendar>, recorded: &Recorded<CalendarEvent>) {
        evolve::evolve(state, recorded);
    }

    /// Nobody: a calendar does not know who works by it.
    fn audience(
        _: &Option<WorkingCalendar>,
        _: &Option<WorkingCalendar>,
    ) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
