//! What decisions about a person's skills need to know.

use std::collections::BTreeMap;

use khidma_events::directory::{SkillLevel, SkillSource, SkillSubject};
use khidma_kernel::Date;
use serde::{Deserialize, Serialize};

/// All that is said of what a person can do; what trainings gave them is not here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skills {
    /// By what and by whom.
    pub said: BTreeMap<(SkillSubject, SkillSource), Said>,
}

/// What one source says of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// How well they can do it.
    pub level: SkillLevel,
    /// From which day on.
    pub since: Date,
    /// The last day on which it counts; `None` if it does not lapse.
    pub until: Option<Date>,
}
