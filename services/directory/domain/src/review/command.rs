//! What somebody may want of a person's reviews. Facts from elsewhere travel with it.

use khidma_kernel::Date;

use crate::facts::PersonFact;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewCommand {
    /// Write down that one was held.
    Record {
        /// Whose.
        person: PersonFact,
        /// Which day.
        on: Date,
    },
    /// Share what one was about, or nothing any longer.
    Share {
        /// Whose.
        person: PersonFact,
        /// The day of the review.
        on: Date,
        /// All that is shared of it; none takes back what was.
        themes: Vec<String>,
    },
}
