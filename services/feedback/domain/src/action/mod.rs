//! Improvement actions: what is done about what was heard, by whom and until when.

mod command;
mod decide;
mod evolve;
mod origin;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{ActionCommand, OpeningFacts, Publication, Said};
pub use origin::Source;
pub use refusal::ActionRefusal;
pub use state::{Action, Published, Stage};

use std::collections::BTreeSet;

use khidma_events::feedback::ActionEvent;
use khidma_kernel::{Caller, Command, Decider, DepartmentId, Recorded, Role};

/// Characters of a title.
pub const TITLE: usize = 200;
/// Characters of what else it comes from, in words.
pub const OTHER: usize = 500;
/// Characters of a reason.
pub const REASON: usize = 1_000;
/// Characters of what was done.
pub const OUTCOME: usize = 4_000;
/// Pieces of evidence.
pub const EVIDENCE: usize = 20;
/// Characters of a piece of evidence: a URI, or words.
pub const PIECE: usize = 2_000;
/// Characters of what was heard, and of what was done, in one language. Each message holds both.
pub const TEXT: usize = 2_000;
/// Departments that it concerns.
pub const DEPARTMENTS: usize = 200;
/// Days ahead at which it is due at the latest.
pub const DAYS_AHEAD: i64 = 1_096;

/// An improvement action as an entity.
#[derive(Debug)]
pub struct ActionDecider;

impl Decider for ActionDecider {
    type Body = ActionCommand;
    type Event = ActionEvent;
    type State = Option<Action>;
    type Refusal = ActionRefusal;

    fn decide(
        state: &Option<Action>,
        command: &Command<ActionCommand>,
    ) -> Result<Vec<ActionEvent>, ActionRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<Action>, recorded: &Recorded<ActionEvent>) {
        evolve::evolve(state, recorded);
    }

    fn by_itself(event: &ActionEvent) -> bool {
        matches!(event, ActionEvent::ActionOverdue(_))
    }

    /// Who does it, and who is told what came of it.
    fn audience(before: &Option<Action>, after: &Option<Action>) -> BTreeSet<DepartmentId> {
        let both = before.iter().chain(after);
        both.flat_map(|action| {
            let told = action.published.iter();
            let told = told.flat_map(|published| published.departments.clone());
            told.chain([action.department.clone()])
        })
        .collect()
    }
}

/// Whether they decide about the actions of a department.
pub fn keeps(caller: &Caller, department: &DepartmentId) -> bool {
    caller.leads(department) || caller.is(Role::Admin)
}

/// Whether they see what it comes from. Who answers for it in the name of another department does not: that may lead to who
/// spoke, and to a concern of which nobody outside shall know.
pub fn sees_origin(caller: &Caller, action: &Action) -> bool {
    caller.belongs_to(&action.department) || caller.is(Role::Admin)
}

/// Whether they see an action as those do who do it: its members see those of their department, and who answers for one
/// sees it.
pub fn may_see(caller: &Caller, action: &Action) -> bool {
    caller.belongs_to(&action.department)
        || caller.is(Role::Admin)
        || caller.actor.person() == Some(&action.owner)
}
