//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::directory::CalendarEvent;
use khidma_kernel::Recorded;

use super::WorkingCalendar;

pub(super) fn evolve(state: &mut Option<WorkingCalendar>, recorded: &Recorded<CalendarEvent>) {
    match recorded.event.clone() {
        CalendarEvent::CalendarPut(put) => {
            *state = Some(WorkingCalendar {
                id: put.calendar,
                revision: put.revision,
                spec: put.spec,
            });
        }
    }
}
