//! What somebody may want done about an interview. Facts from elsewhere travel with it.

use std::collections::BTreeSet;

use khidma_events::feedback::InterviewPlanned;
use khidma_kernel::{PersonId, Timestamp};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum InterviewCommand {
    /// To have one.
    Plan {
        /// With whom, when and about what.
        content: InterviewPlanned,
        /// Facts: of what it names.
        facts: PlanningFacts,
    },
    /// To have it at another time.
    Move {
        /// When.
        at: Timestamp,
    },
    /// To say that it was held.
    Hold {
        /// When; `None`: now.
        at: Option<Timestamp>,
        /// Who came.
        attended: BTreeSet<PersonId>,
    },
    /// Not to have it.
    Cancel {
        /// Why.
        reason: String,
    },
    /// To agree that notes are kept.
    Consent {
        /// Who agrees.
        person: PersonId,
    },
    /// To agree no more.
    Withdraw {
        /// Who.
        person: PersonId,
    },
    /// To write down what was said.
    Note {
        /// What it is about.
        theme: String,
        /// What was said.
        text: String,
    },
}

/// What has to be known of what a new interview names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanningFacts {
    /// Whether its department is open.
    pub open: bool,
    /// Those of its people who are there and have not left.
    pub here: BTreeSet<PersonId>,
}
