//! What somebody may say of what a person can do. Facts from elsewhere travel with it.

use khidma_events::directory::{SkillLevel, SkillSource, SkillSubject};
use khidma_kernel::Date;

use crate::facts::PersonFact;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum SkillCommand {
    /// Say how well they can do something.
    Set {
        /// Of whom.
        person: PersonFact,
        /// What.
        subject: SkillSubject,
        /// Whether there is such an offering; of no meaning for a topic.
        known: bool,
        /// How well.
        level: SkillLevel,
        /// Who says so; `None` for the person themself if it is they who ask, for who leads them otherwise.
        source: Option<SkillSource>,
        /// From which day on; `None` for today.
        since: Option<Date>,
        /// The last day on which it counts; `None` if it does not lapse.
        until: Option<Date>,
    },
    /// Say that what was said counts no longer.
    Withdraw {
        /// Of whom.
        person: PersonFact,
        /// What.
        subject: SkillSubject,
        /// Who had said so; as for `Set`.
        source: Option<SkillSource>,
        /// Whether a training gave it to them.
        trained: bool,
    },
}
