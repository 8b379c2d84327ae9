//! What somebody may want of a survey. Facts from elsewhere travel with it.

use khidma_events::feedback::Definition;
use khidma_kernel::{DepartmentId, SurveyId};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum SurveyCommand {
    /// Define it, or a new version of it.
    Define {
        /// Which.
        survey: SurveyId,
        /// Who asks.
        owner: DepartmentId,
        /// Fact: whether that department is open.
        open: bool,
        /// What it asks.
        definition: Box<Definition>,
    },
    /// Use it no more.
    Retire,
}
