//! What does it mean?

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::feedback::{InterviewEvent, InterviewPlanned};
use khidma_kernel::Recorded;

use super::{Consent, Interview, Progress};
use crate::change;

pub(super) fn evolve(state: &mut Option<Interview>, recorded: &Recorded<InterviewEvent>) {
    match &recorded.event {
        InterviewEvent::InterviewPlanned(event) => *state = Some(planned(event)),
        InterviewEvent::InterviewMoved(event) => change(state, |interview| interview.at = event.at),
        InterviewEvent::InterviewHeld(event) => change(state, |interview| {
            interview.progress = Progress::Held;
            interview.at = event.at;
            interview.attended.clone_from(&event.attended);
        }),
        InterviewEvent::InterviewCancelled(event) => change(state, |interview| {
            interview.progress = Progress::Cancelled;
            interview.reason.clone_from(&event.reason);
        }),
        InterviewEvent::ConsentGiven(event) => change(state, |interview| {
            let consent = match event.in_person {
                true => Consent::Given,
                false => Consent::WrittenDown,
            };
            interview.consents.insert(event.person.clone(), consent);
        }),
        InterviewEvent::ConsentWithdrawn(event) => change(state, |interview| {
            let person = event.person.clone();
            interview.consents.insert(person, Consent::Withdrawn);
        }),
        InterviewEvent::InterviewNoted(_) => change(state, |interview| {
            interview.notes = interview.notes.saturating_add(1);
        }),
    }
}

fn planned(event: &InterviewPlanned) -> Interview {
    Interview {
        kind: event.kind,
        department: event.department.clone(),
        interviewer: event.interviewer.clone(),
        topic: event.topic.clone(),
        participants: event.participants.clone(),
        at: event.at,
        progress: Progress::Planned,
        attended: BTreeSet::new(),
        reason: String::new(),
        consents: BTreeMap::new(),
        notes: 0,
    }
}
