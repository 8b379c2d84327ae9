//! What is asked, heard and done, and who is told of it.

mod rounds;
mod voices;

use std::collections::BTreeSet;

use khidma_eventlog::Stored;
use khidma_events::feedback::{
    ActionEvent, EntityKind, InterviewEvent, QuestionEvent, ThanksEvent,
};
use khidma_kernel::{ActionId, InterviewId, PersonId, QuestionId};
use khidma_notifications_domain::rules::feedback::actions::{self, Action};
use khidma_notifications_domain::rules::feedback::questions::{self, Open};
use khidma_notifications_domain::rules::feedback::thanks;
use khidma_notifications_domain::tell::Tell;
use khidma_projection::{ApplyError, Rows};

use super::find::Directory;
use super::{Heard, Teller, hear, known_events};
use crate::keys;

pub(super) fn apply(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    match EntityKind::of(&commit.entity) {
        Some(EntityKind::Question(id)) => question(id, commit, rows),
        Some(EntityKind::Survey(id)) => rounds::survey(&id, commit, rows),
        Some(EntityKind::Round(id)) => rounds::apply(id, commit, rows),
        Some(EntityKind::Answer(_)) => rounds::answered(commit, rows),
        Some(EntityKind::Ballot(_)) => rounds::took(commit, rows),
        Some(EntityKind::Interview(id)) => interview(id, commit, rows),
        Some(EntityKind::Action(id)) => action(id, commit, rows),
        Some(EntityKind::Thanks(_)) => thanked(commit, rows),
        // Nobody is told anything of them; of anonymous answers nobody knows to whom they belong.
        _ => Ok(()),
    }
}

/// Lets it be told, in one commit's order.
fn tell<E>(
    heard: &Heard<E>,
    tells: &[Tell],
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    match Teller::begin(rows, commit, heard)? {
        Some(mut teller) => tells.iter().try_for_each(|tell| teller.tell(rows, tell)),
        None => Ok(()),
    }
}

fn question(id: QuestionId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<QuestionEvent> = hear(commit)?;
    let key = keys::question(id);
    let mut open: Option<Open> = rows.get(&key)?;
    let tells = questions::tells(&Directory(&*rows), &mut open, &heard.events)?;
    match &open {
        Some(open) => rows.put(&key, open)?,
        None => rows.delete(&key),
    }
    tell(&heard, &tells, commit, rows)
}

fn action(id: ActionId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<ActionEvent> = hear(commit)?;
    let key = keys::action(id);
    let mut action: Option<Action> = rows.get(&key)?;
    let tells = actions::tells(&Directory(&*rows), &mut action, &heard.events)?;
    if let Some(action) = &action {
        rows.put(&key, action)?;
    }
    tell(&heard, &tells, commit, rows)
}

fn thanked(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let heard: Heard<ThanksEvent> = hear(commit)?;
    let mut tells = Vec::new();
    for recorded in &heard.events {
        tells.extend(thanks::tell(&Directory(&*rows), recorded)?);
    }
    tell(&heard, &tells, commit, rows)
}

/// Who takes part; once it was held, who did.
fn interview(id: InterviewId, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let key = keys::interview(id);
    let mut put = |people: &BTreeSet<PersonId>| rows.put(&key, people);
    for event in known_events::<InterviewEvent>(commit)? {
        match event {
            InterviewEvent::InterviewPlanned(event) => put(&event.participants)?,
            InterviewEvent::InterviewHeld(event) => put(&event.attended)?,
            InterviewEvent::InterviewMoved(_)
            | InterviewEvent::InterviewCancelled(_)
            | InterviewEvent::ConsentGiven(_)
            | InterviewEvent::ConsentWithdrawn(_)
            | InterviewEvent::InterviewNoted(_) => {}
        }
    }
    Ok(())
}
