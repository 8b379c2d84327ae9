//! How well somebody can do something on a day, all in all.

use khidma_events::directory::{SkillLevel, SkillSource};
use khidma_kernel::{Date, TrainingId};

use super::Said;

/// What one source says of one thing that a person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who says so.
    pub source: SkillSource,
    /// The training that gave it, if one did.
    pub training: Option<TrainingId>,
    /// What it says.
    pub said: Said,
}

impl Said {
    /// Whether it counts on `day`.
    pub fn counts_on(&self, day: Date) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The highest level that counts on `day`, and the last day on which it will, as far as is known; `None` if nothing
/// counts. The last day is `None` if it does not lapse.
pub fn standing<'a>(
    said: impl IntoIterator<Item = &'a Said>,
    day: Date,
) -> Option<(SkillLevel, Option<Date>)> {
    // Without an end is later than any end.
    let rank = |said: &&Said| (said.level, said.until.is_none(), said.until);
    said.into_iter()
        .filter(|said| said.counts_on(day))
        .max_by_key(rank)
        .map(|said| (said.level, said.until))
}
