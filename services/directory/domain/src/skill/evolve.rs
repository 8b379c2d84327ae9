//! What does it mean? Total and infallible: what happened, happened.

use khidma_events::directory::SkillEvent;
use khidma_kernel::Recorded;

use super::{Said, Skills};

pub(super) fn evolve(state: &mut Skills, recorded: &Recorded<SkillEvent>) {
    match recorded.event.clone() {
        SkillEvent::SkillSet(set) => {
            let said = Said {
                level: set.level,
                since: set.since,
                until: set.until,
            };
            state.said.insert((set.subject, set.source), said);
        }
        SkillEvent::SkillWithdrawn(withdrawn) => {
            state.said.remove(&(withdrawn.subject, withdrawn.source));
        }
    }
}
