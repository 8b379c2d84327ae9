//! What decisions about a department need to know.

use khidma_events::directory::Topic;
use khidma_kernel::{CalendarId, DepartmentId};
use serde::{Deserialize, Serialize};

/// A department that came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// The department above; `None` at the top.
    pub parent: Option<DepartmentId>,
    /// What it handles.
    pub topics: Vec<Topic>,
    /// The calendar it works by.
    pub calendar: Option<CalendarId>,
    /// Whether it has been closed.
    pub closed: bool,
}
