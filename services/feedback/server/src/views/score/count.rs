//! What is counted, of which department and on which day.

use std::collections::BTreeMap;

use khidma_events::sla::Metric;
use khidma_kernel::DepartmentId;
use khidma_projection::{RowError, Rows};
use serde::{Deserialize, Serialize};

use crate::keys;

/// The day of what goes on: it counts whenever now is.
pub(crate) const NOW: i32 = i32::MAX;

/// How a promise went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Promised {
    /// It was kept.
    Met,
    /// It is broken.
    Breached,
    /// It goes on, and is not broken.
    Running,
    /// It ended in no way that counts.
    Excluded,
}

/// One thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Count {
    /// A request was asked for.
    Submitted,
    /// A request was confirmed, or closed by itself.
    Completed,
    /// A promise of a metric went so.
    Promise(Metric, Promised),
    /// A question was asked, and not withdrawn.
    Asked,
    /// A question that was asked then was answered.
    Answered,
    /// A question that was asked then was not answered in time.
    Expired,
    /// An answer: whether it was made up, and how satisfied it was, 1 to 5.
    Score(bool, u8),
    /// An answer: whether it was made up, and how easy it was, 1 to 7.
    Effort(bool, u8),
    /// An answer after a request with promises.
    Joined {
        /// Whether it was made up.
        synthetic: bool,
        /// Of which promises; `None`: of all of them.
        metric: Option<Metric>,
        /// Whether they were kept.
        kept: bool,
        /// Whether it was 4 or 5.
        satisfied: bool,
    },
    /// A concern was raised.
    Raised,
    /// It was published what came of a concern that was raised then.
    Published,
    /// A concern that was raised then is open.
    Open,
    /// Thanks on the wall.
    Thanked,
}

/// What is counted of a department on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DayRow(pub BTreeMap<Count, u64>);

impl DayRow {
    /// How many.
    pub(crate) fn of(&self, count: Count) -> u64 {
        self.0.get(&count).copied().unwrap_or_default()
    }

    /// All of another day too.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, times) in &other.0 {
            *self.0.entry(*count).or_default() += times;
        }
    }
}

/// What something counts for: each of these once.
pub(super) type Contribution = Vec<(DepartmentId, i32, Count)>;

/// Takes away what something counted for and adds what it counts for now. Only days where that differs are written.
pub(super) fn recount(
    was: &Contribution,
    now: &Contribution,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let mut changes: BTreeMap<(&DepartmentId, i32), BTreeMap<Count, i64>> = BTreeMap::new();
    let signed = was
        .iter()
        .map(|one| (one, -1))
        .chain(now.iter().map(|one| (one, 1)));
    for ((department, day, count), change) in signed {
        let of_day = changes.entry((department, *day)).or_default();
        *of_day.entry(*count).or_default() += change;
    }
    for ((department, day), mut counts) in changes {
        counts.retain(|_, change| *change != 0);
        if counts.is_empty() {
            continue;
        }
        let key = keys::score::day(department, day);
        let mut row: DayRow = rows.get(&key)?.unwrap_or_default();
        for (count, change) in counts {
            let times = row.0.entry(count).or_default();
            *times = times.saturating_add_signed(change);
        }
        row.0.retain(|_, times| *times > 0);
        match row.0.is_empty() {
            true => rows.delete(&key),
            false => rows.put(&key, &row)?,
        }
    }
    Ok(())
}
