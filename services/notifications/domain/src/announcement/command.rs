//! What somebody may want to announce. Facts from elsewhere travel with it.

use std::collections::BTreeSet;

use khidma_events::notifications::Announced;
use khidma_kernel::DepartmentId;

/// To say something to many.
#[derive(Debug, Clone, PartialEq)]
pub struct Announce {
    /// What is said, by whom and to whom.
    pub content: Announced,
    /// Facts: of the departments it names.
    pub facts: AnnouncementFacts,
}

/// What has to be known of the departments that an announcement names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnnouncementFacts {
    /// Those of them that are open.
    pub open: BTreeSet<DepartmentId>,
    /// Those of them that are the department that says it, or below it.
    pub below: BTreeSet<DepartmentId>,
}
