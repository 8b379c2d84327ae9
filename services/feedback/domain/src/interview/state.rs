//! What an interview is, as far as later decisions and its readers need to know. What was said stands in rows of its own.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::InterviewKind;
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Progress {
    /// It is to come.
    Planned,
    /// It was held.
    Held,
    /// It does not take place.
    Cancelled,
}

/// What somebody said about notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Consent {
    /// They agree, and said so here.
    Given,
    /// They agree, as the interviewer wrote down.
    WrittenDown,
    /// They do not agree, or no more.
    Withdrawn,
}

/// An interview or focus group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    /// With one or several.
    pub kind: InterviewKind,
    /// Who wants to know.
    pub department: DepartmentId,
    /// Who leads it.
    pub interviewer: PersonId,
    /// What it is about.
    pub topic: String,
    /// Who is to come.
    pub participants: BTreeSet<PersonId>,
    /// When; once it was held, when it was.
    pub at: Timestamp,
    /// How far it is.
    pub progress: Progress,
    /// Who came.
    pub attended: BTreeSet<PersonId>,
    /// Why it does not take place.
    pub reason: String,
    /// What its participants said about notes, if they did.
    pub consents: BTreeMap<PersonId, Consent>,
    /// How many notes there are.
    pub notes: u32,
}

impl Interview {
    /// Whether notes may be taken and shown: all who came agree.
    pub fn is_noted(&self) -> bool {
        let agrees = |person: &PersonId| {
            let consent = self.consents.get(person);
            matches!(consent, Some(Consent::Given | Consent::WrittenDown))
        };
        self.progress == Progress::Held && self.attended.iter().all(agrees)
    }
}
