//! What decisions about a calendar need to know.

use khidma_calendar::CalendarSpec;
use khidma_kernel::CalendarId;
use serde::{Deserialize, Serialize};

/// A calendar that was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingCalendar {
    /// Its id.
    pub id: CalendarId,
    /// Its revision, from 1.
    pub revision: u32,
    /// The calendar.
    pub spec: CalendarSpec,
}
