//! What does it mean?

use khidma_events::feedback::{ActionEvent, ActionOpened, ActionPublished};
use khidma_kernel::{Recorded, Timestamp};

use super::{Action, Published, Stage};
use crate::change;

pub(super) fn evolve(state: &mut Option<Action>, recorded: &Recorded<ActionEvent>) {
    let at = recorded.at;
    match &recorded.event {
        ActionEvent::ActionOpened(event) => *state = Some(opened(event, at)),
        ActionEvent::ActionAssigned(event) => {
            change(state, |action| action.owner = event.owner.clone());
        }
        ActionEvent::ActionStarted(_) => change(state, |action| action.stage = Stage::Started),
        ActionEvent::ActionDueMoved(event) => change(state, |action| {
            action.due = event.due;
            action.moved_because.clone_from(&event.reason);
            action.warned = false;
        }),
        ActionEvent::ActionOverdue(event) => {
            change(state, |action| action.warned = action.due == event.due);
        }
        ActionEvent::ActionDone(event) => change(state, |action| {
            action.stage = Stage::Done;
            action.ended_at = Some(at);
            action.outcome.clone_from(&event.outcome);
            action.evidence.clone_from(&event.evidence);
        }),
        ActionEvent::ActionDropped(event) => change(state, |action| {
            action.stage = Stage::Dropped;
            action.ended_at = Some(at);
            action.outcome.clone_from(&event.reason);
        }),
        ActionEvent::ActionPublished(event) => change(state, |action| {
            action.stage = Stage::Published;
            action.published = Some(published(event, at));
        }),
    }
}

fn opened(event: &ActionOpened, at: Timestamp) -> Action {
    Action {
        department: event.department.clone(),
        title: event.title.clone(),
        origin: event.origin.clone(),
        owner: event.owner.clone(),
        opened_at: at,
        due: event.due,
        first_due: event.due,
        moved_because: String::new(),
        warned: false,
        stage: Stage::Open,
        ended_at: None,
        outcome: String::new(),
        evidence: Vec::new(),
        published: None,
    }
}

fn published(event: &ActionPublished, at: Timestamp) -> Published {
    Published {
        at,
        you_said: event.you_said.clone(),
        we_did: event.we_did.clone(),
        language: event.language.clone(),
        departments: event.departments.clone(),
    }
}
