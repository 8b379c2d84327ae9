//! What somebody may want of a department's reminders. Facts from elsewhere travel with it.

use khidma_kernel::{DepartmentId, Timestamp};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RhythmCommand {
    /// To be reminded in this rhythm.
    Set {
        /// Which department.
        department: DepartmentId,
        /// Fact: whether it is open.
        open: bool,
        /// Every so many days; 0: not any more.
        every_days: u32,
        /// When for the first time; `None`: as many days from now.
        first: Option<Timestamp>,
    },
    /// To remind now, as it fell due. By our own service.
    Remind {
        /// When it fell due.
        due: Timestamp,
    },
}
