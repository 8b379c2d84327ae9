//! Since when people are asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What happened to the service as a whole.
    pub enum OutsetEvent in "feedback" {
        AskingBegan = "asking_began" v 1,
    }
}

/// From here on people are asked how their requests went. What ended before it on the log ended before there was anybody to
/// ask, and is asked after by nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskingBegan {}
