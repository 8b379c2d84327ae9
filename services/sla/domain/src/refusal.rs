//! Why not.

use khidma_kernel::{CalendarId, PolicyId, Refusal};

/// Why the clocks of a request cannot do what is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// A clock counts by a calendar that is not there.
    #[error("calendar {calendar} is not known")]
    UnknownCalendar {
        /// The calendar.
        calendar: CalendarId,
    },
    /// A clock counts under a policy that is not there.
    #[error("policy {policy:?} is not known in version {version}, or has no such target")]
    UnknownPolicy {
        /// The policy; `None` for a clock without a promise.
        policy: Option<PolicyId>,
        /// The version.
        version: u32,
    },
}

impl Refusal for ClockRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownCalendar { .. } => "UNKNOWN_CALENDAR",
            Self::UnknownPolicy { .. } => "UNKNOWN_POLICY",
        }
    }
}
