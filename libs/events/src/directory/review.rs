//! Performance reviews, as figures only: that one was held, when, and what the person agreed to share of it.

use khidma_kernel::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to a person's performance reviews. The person is in the entity's name.
    pub enum ReviewEvent in "directory" {
        ReviewHeld = "review_held" v 1,
        ThemesShared = "themes_shared" v 1,
        ThemesTakenBack = "themes_taken_back" v 1,
    }
}

/// The person's performance was reviewed with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewHeld {
    /// Which day.
    pub on: Date,
}

/// The person shares what a review was about, to be counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThemesShared {
    /// The day of the review.
    pub on: Date,
    /// All they share of it, each in lower case with single spaces between its words; what is not named they share no
    /// longer.
    pub themes: Vec<String>,
}

/// The person shares nothing of a review any longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThemesTakenBack {
    /// The day of the review.
    pub on: Date,
}
