//! What somebody may want of a policy. Facts from elsewhere travel with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use khidma_calendar::Calendar;
use khidma_events::sla::{Attach, PolicySpec};
use khidma_kernel::{CalendarId, DepartmentId, OfferingId, PersonId, PolicyId, RoleId};

/// What is asked.
#[derive(Debug, Clone)]
pub enum PolicyCommand {
    /// Write a version of it.
    Draft {
        /// What it says.
        spec: PolicySpec,
        /// Facts from elsewhere.
        facts: PolicyFacts,
    },
    /// Find that a version makes sense with what there is now.
    Validate {
        /// The version; 0 for the latest.
        version: u32,
        /// What it says, as it was drafted; `None` if there is no such version.
        spec: Option<PolicySpec>,
        /// Facts from elsewhere.
        facts: PolicyFacts,
    },
    /// Let a version hold from now on.
    Activate {
        /// The version; 0 for the latest.
        version: u32,
        /// What it says, as it was drafted; `None` if there is no such version.
        spec: Option<PolicySpec>,
        /// To which requests it applies that came before.
        attach: Attach,
        /// Facts from elsewhere.
        facts: PolicyFacts,
    },
    /// Let it hold no longer.
    Retire,
    /// Note that it has been applied to the requests that came before. Only this service does.
    NoteApplied {
        /// The version.
        version: u32,
        /// Where its activation stands on the log.
        activation: u64,
        /// How many requests were given clocks by it.
        requests: u64,
    },
}

/// What there is, of that which a policy names; and which policies hold besides it.
#[derive(Debug, Clone, Default)]
pub struct PolicyFacts {
    /// Departments, and whether they are open.
    pub departments: BTreeMap<DepartmentId, bool>,
    /// Calendars, in their latest revision.
    pub calendars: BTreeMap<CalendarId, Arc<Calendar>>,
    /// Offerings.
    pub offerings: BTreeSet<OfferingId>,
    /// Roles.
    pub roles: BTreeSet<RoleId>,
    /// People who have not left.
    pub people: BTreeSet<PersonId>,
    /// The other policies that hold now, and the departments they name.
    pub others: BTreeMap<PolicyId, BTreeSet<DepartmentId>>,
}
