//! What somebody may want of a role. Facts from elsewhere travel with it.

use khidma_kernel::{DepartmentId, PersonId, RoleId};

use crate::facts::{DepartmentFact, PersonFact};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum RoleCommand {
    /// Define it.
    Define {
        /// Its id.
        id: RoleId,
        /// Its name.
        name: String,
        /// What who holds it is responsible for.
        description: String,
    },
    /// Change its text.
    Revise {
        /// Its name.
        name: String,
        /// What who holds it is responsible for.
        description: String,
    },
    /// Give it to somebody.
    Assign {
        /// To whom.
        person: PersonFact,
        /// Within which department.
        department: DepartmentFact,
    },
    /// Take it from somebody.
    Unassign {
        /// From whom.
        person: PersonId,
        /// Within which department.
        department: DepartmentId,
    },
    /// The caller confirms having read the description.
    Confirm {
        /// Which revision of it.
        revision: u32,
    },
    /// Say which holder is on duty.
    SetOnDuty {
        /// Within which department.
        department: DepartmentId,
        /// Who; `None` for nobody.
        person: Option<PersonId>,
    },
}
