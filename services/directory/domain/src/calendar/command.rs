//! What somebody may want of a calendar.

use khidma_calendar::CalendarSpec;
use khidma_kernel::CalendarId;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum CalendarCommand {
    /// Store it, new or revised.
    Put {
        /// Its id.
        id: CalendarId,
        /// The calendar.
        spec: CalendarSpec,
    },
}
