//! What somebody may want of the approvals a person may give. Facts from elsewhere travel with it.

use khidma_kernel::{PersonId, Timestamp};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum DelegationCommand {
    /// Let somebody else approve in a person's place for a time. A new period takes the place of an old one.
    Delegate {
        /// Whose approvals.
        person: PersonId,
        /// Fact: whether there is such a person and they have not left.
        person_known: bool,
        /// Who approves in their place.
        to: PersonId,
        /// Fact: whether there is such a person and they have not left.
        to_known: bool,
        /// From when on; `None` for now.
        from: Option<Timestamp>,
        /// Until when, exclusively.
        until: Timestamp,
    },
    /// Let them no longer.
    End {
        /// Whose approvals.
        person: PersonId,
        /// Who no longer approves in their place.
        to: PersonId,
    },
}
