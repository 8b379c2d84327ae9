//! What somebody may want of a person. Facts from elsewhere travel with it.

use khidma_events::directory::{PersonKind, Profile};
use khidma_kernel::{DepartmentId, PersonId};

use crate::facts::{DepartmentFact, ManagerFact};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonCommand {
    /// Make them known.
    Register {
        /// Their id.
        id: PersonId,
        /// The name others see.
        display_name: String,
        /// What they are to the organisation.
        kind: PersonKind,
        /// Their main department, if they have one.
        department: Option<DepartmentFact>,
    },
    /// Change their particulars.
    Update {
        /// The name others see.
        display_name: String,
        /// What they are to the organisation.
        kind: PersonKind,
    },
    /// Make them a member.
    Join {
        /// Of which department.
        department: DepartmentFact,
        /// Whether it becomes their main one.
        main: bool,
    },
    /// End a membership.
    Leave {
        /// Of which department.
        department: DepartmentId,
    },
    /// Say to whom they report.
    SetManager {
        /// To whom; `None` for nobody.
        manager: Option<ManagerFact>,
    },
    /// Say how they want to be reached.
    UpdateProfile {
        /// The whole new profile.
        profile: Profile,
    },
    /// End their time with the organisation.
    Deactivate,
}
