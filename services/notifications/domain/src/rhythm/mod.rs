//! How often a department is reminded of its standards.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::RhythmCommand;
pub use refusal::RhythmRefusal;

use std::collections::BTreeSet;

use khidma_events::notifications::RhythmEvent;
use khidma_kernel::{Command, Decider, DepartmentId, Recorded, Timestamp};
use serde::{Deserialize, Serialize};

/// Days between two reminders at the most, and to the first one.
pub const DAYS: u16 = 366;

/// When a department is reminded; never, unless somebody set it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Every so many days, and when next.
    pub every: Option<(u16, Timestamp)>,
}

/// The reminders of a department as an entity.
#[derive(Debug)]
pub struct RhythmDecider;

impl Decider for RhythmDecider {
    type Body = RhythmCommand;
    type Event = RhythmEvent;
    type State = Rhythm;
    type Refusal = RhythmRefusal;

    fn decide(
        state: &Rhythm,
        command: &Command<RhythmCommand>,
    ) -> Result<Vec<RhythmEvent>, RhythmRefusal> {
        decide::decide(state, command)
    }

    fn evolve(state: &mut Rhythm, recorded: &Recorded<RhythmEvent>) {
        match &recorded.event {
            RhythmEvent::ReminderSet(event) => state.every = event.every_days.zip(event.first),
            RhythmEvent::StandardsReminded(event) => {
                if let Some((_, next)) = &mut state.every {
                    *next = event.next;
                }
            }
        }
    }

    fn by_itself(event: &RhythmEvent) -> bool {
        matches!(event, RhythmEvent::StandardsReminded(_))
    }

    /// No department: its members are told, one by one.
    fn audience(_: &Rhythm, _: &Rhythm) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
