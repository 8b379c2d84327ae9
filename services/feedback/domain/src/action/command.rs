//! What somebody may want done about an action. Facts from elsewhere travel with it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::ActionOpened;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};

use super::Source;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionCommand {
    /// To decide that something is to be done.
    Open {
        /// What, by whom, until when and why.
        content: ActionOpened,
        /// Facts: of what it names.
        facts: OpeningFacts,
    },
    /// To have somebody else answer for it.
    Assign {
        /// Who.
        owner: PersonId,
        /// Fact: whether there is such a person and they have not left.
        here: bool,
    },
    /// To begin.
    Start,
    /// To have it due at another time.
    MoveDue {
        /// When.
        due: Timestamp,
        /// Why.
        reason: String,
    },
    /// To say that it is done.
    Complete {
        /// What was done.
        outcome: String,
        /// Where that can be seen: URIs, or words.
        evidence: Vec<String>,
    },
    /// Not to do it.
    Drop {
        /// Why.
        reason: String,
    },
    /// To tell what was heard and what came of it.
    Publish {
        /// What is told, and to whom.
        publication: Publication,
        /// Fact: those of its departments that are open.
        open: BTreeSet<DepartmentId>,
    },
    /// To warn its owner, as its time has passed. Only the service does, by itself.
    Warn {
        /// When it was due.
        due: Timestamp,
    },
}

/// What has to be known of what a new action names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningFacts {
    /// Whether its department is open.
    pub open: bool,
    /// Whether its owner is there and has not left.
    pub owner_here: bool,
    /// What is known of what it comes from.
    pub source: Source,
}

/// "You said, we did."
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// By language.
    pub texts: BTreeMap<String, Said>,
    /// The language for those whose languages it is not in.
    pub language: String,
    /// The departments concerned.
    pub departments: BTreeSet<DepartmentId>,
}

/// What is told in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// What was heard. Who said it has no place here.
    pub you_said: String,
    /// What was done.
    pub we_did: String,
}
