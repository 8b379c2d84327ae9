//! What somebody may want of a department. Facts from elsewhere travel with it.

use khidma_events::directory::Topic;
use khidma_kernel::{CalendarId, DepartmentId, RoleId};

use crate::facts::ParentFact;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum DepartmentCommand {
    /// Create it.
    Create {
        /// Its id.
        id: DepartmentId,
        /// Its name.
        name: String,
        /// The department above; `None` for the top.
        parent: Option<ParentFact>,
    },
    /// Give it another name.
    Rename {
        /// The new name.
        name: String,
    },
    /// Put it under another department.
    Move {
        /// The department above; `None` for the top.
        parent: Option<ParentFact>,
    },
    /// Say what it handles.
    SetTopics {
        /// All it handles.
        topics: Vec<Topic>,
        /// Fact: those of the roles named that there are not.
        unknown_roles: Vec<RoleId>,
    },
    /// Say by which calendar it works.
    SetCalendar {
        /// The calendar; `None` for none.
        calendar: Option<CalendarId>,
        /// Fact: whether there is that calendar.
        known: bool,
    },
    /// Close it.
    Close {
        /// Fact: how many active members it has.
        members: u32,
        /// Fact: how many open departments stand under it.
        children: u32,
    },
}
