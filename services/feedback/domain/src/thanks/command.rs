//! What somebody may want done with thanks. Facts from elsewhere travel with it.

use khidma_events::feedback::Thanked;
use khidma_kernel::{DepartmentId, PersonId, ServiceRequestId, ThanksId};

use super::Limits;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThanksCommand {
    /// To thank somebody.
    Give {
        /// The id of these thanks.
        thanks: ThanksId,
        /// Who is thanked.
        to: Thanked,
        /// For which request, if for one.
        request: Option<ServiceRequestId>,
        /// In their words.
        text: String,
        /// Whether everybody may read it.
        public: bool,
        /// How much may be given at a time.
        limits: Limits,
        /// Facts: of what it names.
        facts: GivingFacts,
    },
    /// To take thanks back.
    Withdraw {
        /// Which.
        thanks: ThanksId,
        /// Facts: of these thanks.
        facts: WithdrawalFacts,
    },
}

/// What has to be known of what thanks name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivingFacts {
    /// Whether who is thanked is here, or their department open.
    pub there: bool,
    /// The main department of the person who is thanked.
    pub department: Option<DepartmentId>,
    /// Whether there is such a request, and it is not anonymous: to thank for that would say whose it was.
    pub request_known: bool,
}

/// What has to be known of thanks to be taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithdrawalFacts {
    /// Who gave them; `None` if nobody gave such.
    pub giver: Option<PersonId>,
    /// Whether they were taken back already.
    pub withdrawn: bool,
}
