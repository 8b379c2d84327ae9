//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::directory::DepartmentEvent;
use khidma_kernel::Recorded;

use super::Department;
use crate::change;

pub(super) fn evolve(state: &mut Option<Department>, recorded: &Recorded<DepartmentEvent>) {
    match recorded.event.clone() {
        DepartmentEvent::DepartmentCreated(created) => {
            *state = Some(Department {
                id: created.department,
                name: created.name,
                parent: created.parent,
                topics: Vec::new(),
                calendar: None,
                closed: false,
            });
        }
        DepartmentEvent::DepartmentRenamed(renamed) => change(state, |it| it.name = renamed.name),
        DepartmentEvent::DepartmentMoved(moved) => change(state, |it| it.parent = moved.to),
        DepartmentEvent::DepartmentTopicsSet(set) => change(state, |it| it.topics = set.topics),
        DepartmentEvent::DepartmentCalendarSet(set) => {
            change(state, |it| it.calendar = set.calendar)
        }
        DepartmentEvent::DepartmentClosed(_) => change(state, |it| it.closed = true),
    }
}
