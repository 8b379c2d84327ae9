//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_events::feedback::{
    ActionAssigned, ActionDone, ActionDropped, ActionDueMoved, ActionEvent, ActionOpened,
    ActionOverdue, ActionPublished, ActionStarted,
};
use khidma_kernel::{Caller, Command, DepartmentId, PersonId, Timestamp};

use super::{
    Action, ActionCommand, ActionRefusal as Refusal, DAYS_AHEAD, DEPARTMENTS, EVIDENCE, OUTCOME,
    OpeningFacts, PIECE, Publication, REASON, Stage, TEXT, TITLE, keeps, origin,
};
use crate::wording;

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<ActionEvent>, Refusal>;

pub(super) fn decide(state: Option<&Action>, command: &Command<ActionCommand>) -> Decision {
    let (by, now) = (&command.by, command.at);
    if let ActionCommand::Open { content, facts } = &command.body {
        return match state {
            Some(_) => Err(Refusal::AlreadyOpened),
            None => open(content, facts, by, now),
        };
    }
    let action = state.ok_or(Refusal::UnknownAction)?;
    allowed(by, action, &command.body)?;
    match &command.body {
        ActionCommand::Open { .. } => Err(Refusal::AlreadyOpened),
        ActionCommand::Assign { owner, here } => assign(action, owner, *here),
        ActionCommand::Start => start(action),
        ActionCommand::MoveDue { due, reason } => move_due(action, *due, reason, now),
        ActionCommand::Complete { outcome, evidence } => complete(action, outcome, evidence),
        ActionCommand::Drop { reason } => abandon(action, reason),
        ActionCommand::Publish { publication, open } => publish(action, publication, open),
        ActionCommand::Warn { due } => Ok(warn(action, *due, now)),
    }
}

/// Who leads the department and admins decide about it; who answers for it does it.
fn allowed(caller: &Caller, action: &Action, what: &ActionCommand) -> Result<(), Refusal> {
    let owns = caller.actor.person() == Some(&action.owner);
    let may = match what {
        ActionCommand::Start | ActionCommand::MoveDue { .. } | ActionCommand::Complete { .. } => {
            owns || keeps(caller, &action.department)
        }
        ActionCommand::Open { .. }
        | ActionCommand::Assign { .. }
        | ActionCommand::Drop { .. }
        | ActionCommand::Publish { .. } => keeps(caller, &action.department),
        ActionCommand::Warn { .. } => caller.is_service(),
    };
    match may {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}

fn open(content: &ActionOpened, facts: &OpeningFacts, by: &Caller, now: Timestamp) -> Decision {
    if !keeps(by, &content.department) {
        return Err(Refusal::NotAllowed);
    }
    if !facts.open {
        let field = "department_id";
        return Err(Refusal::UnknownDepartment { field });
    }
    wording::line("title", &content.title, TITLE)?;
    if !facts.owner_here {
        return Err(Refusal::UnknownPerson);
    }
    in_time(content.due, now)?;
    origin::check(by, &content.department, &content.origin, &facts.source)?;
    Ok(vec![content.clone().into()])
}

fn in_time(due: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if due <= now {
        return Err(Refusal::DueInThePast);
    }
    match due > now.plus_seconds(DAYS_AHEAD * DAY) {
        true => Err(Refusal::DueTooLate { days: DAYS_AHEAD }),
        false => Ok(()),
    }
}

/// What is over is as it is.
fn to_be_done(action: &Action) -> Result<(), Refusal> {
    match action.stage {
        Stage::Open | Stage::Started => Ok(()),
        Stage::Done | Stage::Published => Err(Refusal::AlreadyDone),
        Stage::Dropped => Err(Refusal::Dropped),
    }
}

fn assign(action: &Action, owner: &PersonId, here: bool) -> Decision {
    to_be_done(action)?;
    if !here {
        return Err(Refusal::UnknownPerson);
    }
    if action.owner == *owner {
        return Ok(Vec::new());
    }
    let owner = owner.clone();
    Ok(vec![ActionAssigned { owner }.into()])
}

fn start(action: &Action) -> Decision {
    to_be_done(action)?;
    Ok(match action.stage {
        Stage::Started => Vec::new(),
        _ => vec![ActionStarted {}.into()],
    })
}

fn move_due(action: &Action, due: Timestamp, reason: &str, now: Timestamp) -> Decision {
    to_be_done(action)?;
    in_time(due, now)?;
    wording::text("reason", reason, REASON)?;
    if action.due == due {
        return Ok(Vec::new());
    }
    let reason = reason.to_owned();
    Ok(vec![ActionDueMoved { due, reason }.into()])
}

fn complete(action: &Action, outcome: &str, evidence: &[String]) -> Decision {
    to_be_done(action)?;
    if action.stage == Stage::Open {
        return Err(Refusal::NotStarted);
    }
    wording::text("outcome", outcome, OUTCOME)?;
    wording::at_most("evidence", evidence.len(), EVIDENCE)?;
    for (place, piece) in evidence.iter().enumerate() {
        wording::text(&format!("evidence[{place}]"), piece, PIECE)?;
    }
    let (outcome, evidence) = (outcome.to_owned(), evidence.to_vec());
    Ok(vec![ActionDone { outcome, evidence }.into()])
}

fn abandon(action: &Action, reason: &str) -> Decision {
    to_be_done(action)?;
    wording::text("reason", reason, REASON)?;
    let reason = reason.to_owned();
    Ok(vec![ActionDropped { reason }.into()])
}

fn publish(action: &Action, what: &Publication, open: &BTreeSet<DepartmentId>) -> Decision {
    match action.stage {
        Stage::Done => {}
        Stage::Open | Stage::Started => return Err(Refusal::NotDone),
        Stage::Published => return Err(Refusal::AlreadyPublished),
        Stage::Dropped => return Err(Refusal::Dropped),
    }
    wording::at_most("department_ids", what.departments.len(), DEPARTMENTS)?;
    if !what.departments.is_subset(open) {
        let field = "department_ids";
        return Err(Refusal::UnknownDepartment { field });
    }
    wording::languages("texts", &what.texts, &what.language)?;
    for (language, said) in &what.texts {
        wording::text(&format!("texts.{language}.you_said"), &said.you_said, TEXT)?;
        wording::text(&format!("texts.{language}.we_did"), &said.we_did, TEXT)?;
    }
    let texts = what.texts.iter();
    let heard = texts
        .clone()
        .map(|(tag, said)| (tag.clone(), said.you_said.clone()));
    let done = texts.map(|(tag, said)| (tag.clone(), said.we_did.clone()));
    Ok(vec![
        ActionPublished {
            you_said: heard.collect(),
            we_did: done.collect(),
            language: what.language.clone(),
            departments: what.departments.clone(),
            origin: action.origin.clone(),
        }
        .into(),
    ])
}

/// Once for each time at which it was due.
fn warn(action: &Action, due: Timestamp, now: Timestamp) -> Vec<ActionEvent> {
    match action.warns_at() == Some(due) && due <= now {
        true => vec![ActionOverdue { due }.into()],
        false => Vec::new(),
    }
}
