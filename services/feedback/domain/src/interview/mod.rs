//! Interviews and focus groups: planned, held, and what was said, as long as all who came agree that it is kept.

mod command;
mod decide;
mod evolve;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{InterviewCommand, PlanningFacts};
pub use refusal::InterviewRefusal;
pub use state::{Consent, Interview, Progress};

use std::collections::BTreeSet;

use khidma_events::feedback::InterviewEvent;
use khidma_kernel::{Caller, Command, Decider, DepartmentId, Recorded, Role};

/// Characters of a topic.
pub const TOPIC: usize = 200;
/// Participants of a focus group at the least,
pub const FEWEST: usize = 3;
/// and at the most.
pub const MOST: usize = 20;
/// Days ahead for which one is planned at the most.
pub const DAYS_AHEAD: i64 = 366;
/// Characters of a reason.
pub const REASON: usize = 1_000;
/// Characters of a theme.
pub const THEME: usize = 80;
/// Characters of a note.
pub const NOTE: usize = 4_000;
/// Notes of one interview.
pub const NOTES: u32 = 500;

/// An interview or focus group as an entity.
#[derive(Debug)]
pub struct InterviewDecider;

impl Decider for InterviewDecider {
    type Body = InterviewCommand;
    type Event = InterviewEvent;
    type State = Option<Interview>;
    type Refusal = InterviewRefusal;

    fn decide(
        state: &Option<Interview>,
        command: &Command<InterviewCommand>,
    ) -> Result<Vec<InterviewEvent>, InterviewRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Interview>, recorded: &Recorded<InterviewEvent>) {
        evolve::evolve(state, recorded);
    }

    /// No department: who is asked, and what they say, is between them and who asks.
    fn audience(_: &Option<Interview>, _: &Option<Interview>) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}

/// Whether they plan the interviews of a department, and read what came of all of them.
pub fn keeps(caller: &Caller, department: &DepartmentId) -> bool {
    caller.leads(department) || caller.is(Role::Admin)
}

/// Whether they lead it: as its interviewer, or over them.
pub fn leads(caller: &Caller, interview: &Interview) -> bool {
    caller.actor.person() == Some(&interview.interviewer) || keeps(caller, &interview.department)
}

/// Whether they know of it: who leads it, and who is to take part or did.
pub fn may_see(caller: &Caller, interview: &Interview) -> bool {
    let person = caller.actor.person();
    let takes_part = person.is_some_and(|person| interview.participants.contains(person));
    takes_part || leads(caller, interview)
}
