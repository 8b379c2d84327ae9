//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_events::feedback::{
    ConsentGiven, ConsentWithdrawn, InterviewCancelled, InterviewEvent, InterviewHeld,
    InterviewKind, InterviewMoved, InterviewNoted, InterviewPlanned,
};
use khidma_kernel::{Caller, Command, PersonId, Timestamp};

use super::{
    Consent, DAYS_AHEAD, FEWEST, Interview, InterviewCommand, InterviewRefusal as Refusal, MOST,
    NOTE, NOTES, PlanningFacts, Progress, REASON, THEME, TOPIC, keeps, leads,
};
use crate::wording;

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<InterviewEvent>, Refusal>;

pub(super) fn decide(state: Option<&Interview>, command: &Command<InterviewCommand>) -> Decision {
    let (by, now) = (&command.by, command.at);
    if let InterviewCommand::Plan { content, facts } = &command.body {
        return match state {
            Some(_) => Err(Refusal::AlreadyPlanned),
            None => plan(content, facts, by, now),
        };
    }
    let interview = state.ok_or(Refusal::UnknownInterview)?;
    allowed(by, interview, &command.body)?;
    match &command.body {
        InterviewCommand::Plan { .. } => Err(Refusal::AlreadyPlanned),
        InterviewCommand::Move { at } => put_off(interview, *at, now),
        InterviewCommand::Hold { at, attended } => hold(interview, *at, attended, now),
        InterviewCommand::Cancel { reason } => cancel(interview, reason),
        InterviewCommand::Consent { person } => consent(interview, person, by),
        InterviewCommand::Withdraw { person } => withdraw(interview, person),
        InterviewCommand::Note { theme, text } => note(interview, theme, text),
    }
}

/// Who leads it moves, holds and cancels it; only who was there takes notes and writes down who agreed; each speaks for
/// themselves, and may always say no.
fn allowed(caller: &Caller, interview: &Interview, what: &InterviewCommand) -> Result<(), Refusal> {
    let asks = caller.actor.person() == Some(&interview.interviewer);
    let is = |person: &PersonId| caller.actor.person() == Some(person);
    let may = match what {
        InterviewCommand::Plan { .. } => keeps(caller, &interview.department),
        InterviewCommand::Move { .. }
        | InterviewCommand::Hold { .. }
        | InterviewCommand::Cancel { .. } => leads(caller, interview),
        InterviewCommand::Consent { person } | InterviewCommand::Withdraw { person } => {
            asks || (is(person) && interview.participants.contains(person))
        }
        InterviewCommand::Note { .. } => asks,
    };
    match may {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}

fn plan(
    content: &InterviewPlanned,
    facts: &PlanningFacts,
    by: &Caller,
    now: Timestamp,
) -> Decision {
    if !keeps(by, &content.department) {
        return Err(Refusal::NotAllowed);
    }
    if !facts.open {
        return Err(Refusal::UnknownDepartment);
    }
    wording::line("topic", &content.topic, TOPIC)?;
    let (fewest, most) = match content.kind {
        InterviewKind::Interview => (1, 1),
        InterviewKind::FocusGroup => (FEWEST, MOST),
    };
    if !(fewest..=most).contains(&content.participants.len()) {
        let (fewest, most) = (FEWEST, MOST);
        return Err(Refusal::WrongNumber { fewest, most });
    }
    if content.participants.contains(&content.interviewer) {
        return Err(Refusal::Oneself);
    }
    if !facts.here.contains(&content.interviewer) {
        let field = "interviewer_id";
        return Err(Refusal::UnknownPerson { field });
    }
    if !content.participants.is_subset(&facts.here) {
        let field = "participant_ids";
        return Err(Refusal::UnknownPerson { field });
    }
    to_come(content.at, now)?;
    Ok(vec![content.clone().into()])
}

fn to_come(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at <= now {
        return Err(Refusal::InThePast);
    }
    match at > now.plus_seconds(DAYS_AHEAD * DAY) {
        true => Err(Refusal::TooFarAhead { days: DAYS_AHEAD }),
        false => Ok(()),
    }
}

/// What is over is as it is.
fn planned(interview: &Interview) -> Result<(), Refusal> {
    match interview.progress {
        Progress::Planned => Ok(()),
        Progress::Held => Err(Refusal::AlreadyHeld),
        Progress::Cancelled => Err(Refusal::Cancelled),
    }
}

fn put_off(interview: &Interview, at: Timestamp, now: Timestamp) -> Decision {
    planned(interview)?;
    to_come(at, now)?;
    Ok(match interview.at == at {
        true => Vec::new(),
        false => vec![InterviewMoved { at }.into()],
    })
}

fn hold(
    interview: &Interview,
    at: Option<Timestamp>,
    attended: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Decision {
    planned(interview)?;
    let at = at.unwrap_or(now);
    if at > now {
        return Err(Refusal::NotYet);
    }
    if attended.is_empty() || !attended.is_subset(&interview.participants) {
        return Err(Refusal::Strangers);
    }
    let attended = attended.clone();
    Ok(vec![InterviewHeld { at, attended }.into()])
}

fn cancel(interview: &Interview, reason: &str) -> Decision {
    planned(interview)?;
    wording::text("reason", reason, REASON)?;
    let reason = reason.to_owned();
    Ok(vec![InterviewCancelled { reason }.into()])
}

/// Of those who are to come, and once it was held of those who came.
fn takes_part(interview: &Interview, person: &PersonId) -> Result<(), Refusal> {
    let who = match interview.progress {
        Progress::Planned => &interview.participants,
        Progress::Held => &interview.attended,
        Progress::Cancelled => return Err(Refusal::Cancelled),
    };
    match who.contains(person) {
        true => Ok(()),
        false => Err(Refusal::NotTakingPart),
    }
}

/// What they said themselves stands over what was written down of it, and a no over all that others say.
fn consent(interview: &Interview, person: &PersonId, by: &Caller) -> Decision {
    takes_part(interview, person)?;
    let in_person = by.actor.person() == Some(person);
    match (interview.consents.get(person), in_person) {
        (Some(Consent::Withdrawn), false) => return Err(Refusal::Withdrawn),
        (Some(Consent::Given), _) | (Some(Consent::WrittenDown), false) => return Ok(Vec::new()),
        (None | Some(Consent::Withdrawn | Consent::WrittenDown), _) => {}
    }
    let person = person.clone();
    Ok(vec![ConsentGiven { person, in_person }.into()])
}

/// Also before they ever agreed: then nobody can write down that they did.
fn withdraw(interview: &Interview, person: &PersonId) -> Decision {
    takes_part(interview, person)?;
    if interview.consents.get(person) == Some(&Consent::Withdrawn) {
        return Ok(Vec::new());
    }
    let person = person.clone();
    Ok(vec![ConsentWithdrawn { person }.into()])
}

fn note(interview: &Interview, theme: &str, text: &str) -> Decision {
    match interview.progress {
        Progress::Planned => return Err(Refusal::NotHeld),
        Progress::Cancelled => return Err(Refusal::Cancelled),
        Progress::Held => {}
    }
    if !interview.is_noted() {
        return Err(Refusal::NoConsent);
    }
    if interview.notes >= NOTES {
        return Err(Refusal::TooManyNotes);
    }
    wording::line("theme", theme, THEME)?;
    wording::text("text", text, NOTE)?;
    // Notes are put together by their theme: case and blanks around it make no other one.
    let (theme, text) = (theme.trim().to_lowercase(), text.to_owned());
    Ok(vec![InterviewNoted { theme, text }.into()])
}
