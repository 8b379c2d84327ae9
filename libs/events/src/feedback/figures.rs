//! How many people a department has, and how many came and went.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What is known of the people of a department, in figures.
    pub enum FiguresEvent in "feedback" {
        FiguresSet = "figures_set" v 1,
    }
}

/// The figures of one month. Said again, the later word holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FiguresSet {
    /// Which month: `2026-10`.
    pub month: String,
    /// How many there were when it began.
    pub headcount: u32,
    /// How many came in it.
    pub joiners: u32,
    /// How many left in it.
    pub leavers: u32,
    /// How many of those who left had come in it.
    #[serde(default)]
    pub leavers_among_joiners: u32,
}
