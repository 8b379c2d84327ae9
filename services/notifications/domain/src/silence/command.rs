//! What somebody may want of a silence. Facts from elsewhere travel with it.

use khidma_events::notifications::SilenceScope;
use khidma_kernel::{DepartmentId, Timestamp};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum SilenceCommand {
    /// Not to send some messages for a while.
    Begin {
        /// Which.
        scope: SilenceScope,
        /// From when on; `None`, and what is past, for now.
        from: Option<Timestamp>,
        /// Until when, exclusively.
        until: Timestamp,
        /// Why.
        reason: String,
        /// Facts: of what the scope names.
        facts: ScopeFacts,
    },
    /// To send them again.
    End {
        /// Fact: the provider of the request that the scope names, if it names one.
        provider: Option<DepartmentId>,
    },
}

/// What has to be known of what a scope names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeFacts {
    /// Whether there is such a person and they have not left.
    pub person: bool,
    /// Whether there is such a department.
    pub department: bool,
    /// The provider of the request, if there is such a request.
    pub provider: Option<DepartmentId>,
}
