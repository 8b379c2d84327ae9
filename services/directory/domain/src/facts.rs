//! What a decision may need to know of other entities. The caller of a decider reads it from the read model.

use khidma_kernel::{DepartmentId, PersonId};

use crate::{DirectoryRefusal, Thing};

/// Whether something is there to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There never was such a thing.
    Unknown,
    /// It was closed, or they have left.
    Ended,
    /// It is there.
    Present,
}

/// Another department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentFact {
    /// Which.
    pub id: DepartmentId,
    /// Whether it is there.
    pub presence: Presence,
}

/// A department that is to be above another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentFact {
    /// Which.
    pub department: DepartmentFact,
    /// The departments above it, nearest first.
    pub ancestors: Vec<DepartmentId>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFact {
    /// Who.
    pub id: PersonId,
    /// Whether they are there.
    pub presence: Presence,
    /// Their departments.
    pub departments: Vec<DepartmentId>,
}

/// A person to whom another is to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagerFact {
    /// Who.
    pub person: PersonFact,
    /// The people above them, nearest first.
    pub line: Vec<PersonId>,
}

impl DepartmentFact {
    /// That the department can be used.
    ///
    /// # Errors
    /// It is unknown or closed; the refusal names `field`.
    pub(crate) fn open(&self, field: &'static str) -> Result<(), DirectoryRefusal> {
        match self.presence {
            Presence::Present => Ok(()),
            Presence::Ended => Err(DirectoryRefusal::DepartmentClosed { field }),
            Presence::Unknown => Err(DirectoryRefusal::Unknown {
                what: Thing::Department,
                field,
            }),
        }
    }
}

impl PersonFact {
    /// That the person is there.
    ///
    /// # Errors
    /// They are unknown or have left; the refusal names `field`.
    pub(crate) fn active(&self, field: &'static str) -> Result<(), DirectoryRefusal> {
        match self.presence {
            Presence::Present => Ok(()),
            Presence::Ended => Err(DirectoryRefusal::PersonDeactivated { field }),
            Presence::Unknown => Err(DirectoryRefusal::Unknown {
                what: Thing::Person,
                field,
            }),
        }
    }
}
