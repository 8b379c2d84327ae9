//! Escalations: steps that were reached, what became of them, and what is to be done about them.

use std::collections::BTreeMap;

use khidma_engine::{EntityRow, advance, entity_key};
use khidma_eventlog::Stored;
use khidma_events::notifications::{Arg, EscalationEvent, Message, MessageKind, escalation_entity};
use khidma_events::sla::{ClockRef, Recipient};
use khidma_kernel::{
    Actor, DepartmentId, EscalationId, PersonId, Position, Recorded, ServiceRequestId, Timestamp,
};
use khidma_notifications_domain::escalation::{Escalation, EscalationDecider, Standing, Subject};
use khidma_notifications_domain::tell::{Tell, persons};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::clocks::ClocksRow;
use super::intents::Teller;
use super::{DepartmentRow, Heard, at_once, case, undecodable};
use crate::keys;

/// The agenda's kind for raising what a step leads to.
pub(crate) const RAISE: &str = "raise";
/// The agenda's kind for going up the reporting line.
pub(crate) const CLIMB: &str = "climb";
/// The agenda's kind for taking care of one as somebody took care of another of its clock.
pub(crate) const FOLLOW: &str = "follow";
/// The agenda's kind for ending one.
pub(crate) const END: &str = "end";

/// A step that was reached, and of which nobody was told yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepRow {
    /// Of which request.
    pub request: ServiceRequestId,
    /// Of which of its clocks.
    pub clock: ClockRef,
    /// Which step of the ladder, from 0.
    pub step: u32,
    /// The department whose promise it is.
    pub owner: DepartmentId,
    /// Whom it names.
    pub to: Vec<Recipient>,
    /// Where the clock said so.
    pub told: Position,
    /// The W3C trace context in which it did.
    pub traceparent: Option<String>,
}

/// An escalation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EscalationRow {
    /// What decisions know of it.
    pub entity: EntityRow<Escalation>,
    /// Where it was raised.
    pub raised: Position,
    /// Who took care of another one of its clock, and is to be noted here; when that stands on the agenda.
    pub follows: Option<(Timestamp, Actor)>,
    /// When its end stands on the agenda.
    pub ends: Option<Timestamp>,
}

fn item(kind: &str, id: EscalationId) -> AgendaItem {
    AgendaItem {
        kind: kind.to_owned(),
        entity: id.to_string(),
    }
}

fn key(id: EscalationId) -> Vec<u8> {
    entity_key(&escalation_entity(id))
}

/// A step was reached.
pub(super) fn reached(
    id: EscalationId,
    step: &StepRow,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    rows.put(&keys::step(id), step)?;
    rows.schedule(at_once(step.told), &item(RAISE, id))
}

/// What these were about is over: what nobody was told yet is told to nobody, the others end.
pub(super) fn over(
    escalations: Vec<(EscalationId, Timestamp)>,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    for (id, _) in escalations {
        if take_step(id, rows)? {
            continue;
        }
        let row: Option<EscalationRow> = rows.get(&key(id))?;
        if let Some(mut row) = row {
            schedule_end(id, &mut row, position, rows)?;
            rows.put(&key(id), &row)?;
        }
    }
    Ok(())
}

/// Takes a step off that nobody was told yet; whether there was one.
fn take_step(id: EscalationId, rows: &mut Rows<'_>) -> Result<bool, RowError> {
    let step: Option<StepRow> = rows.get(&keys::step(id))?;
    let Some(step) = step else { return Ok(false) };
    rows.unschedule(at_once(step.told), &item(RAISE, id));
    rows.delete(&keys::step(id));
    Ok(true)
}

fn schedule_end(
    id: EscalationId,
    row: &mut EscalationRow,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    if row.ends.is_some() || row.entity.state.ended {
        return Ok(());
    }
    row.ends = Some(at_once(position));
    rows.schedule(at_once(position), &item(END, id))
}

pub(super) fn apply(
    id: EscalationId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<EscalationEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let mut row: EscalationRow = rows.get(&key(id))?.unwrap_or_default();
    let before = row.entity.state.climbs_at;
    advance::<EscalationDecider>(&mut row.entity, &decoded, commit.position);
    let after = row.entity.state.climbs_at;
    if before != after {
        if let Some(due) = before {
            rows.unschedule(due, &item(CLIMB, id));
        }
        if let Some(due) = after {
            rows.schedule(due, &item(CLIMB, id))?;
        }
    }
    for recorded in &decoded.events {
        follow(id, &mut row, (commit, recorded), rows)?;
    }
    rows.put(&key(id), &row)?;
    rows.touch(&commit.entity);
    let heard = Heard {
        traceparent: decoded.meta.traceparent,
        events: decoded.events,
    };
    tell(id, &row.entity.state, commit, &heard, rows)
}

/// What follows from an event besides what it means for the escalation itself.
fn follow(
    id: EscalationId,
    row: &mut EscalationRow,
    (commit, recorded): (&Stored, &Recorded<EscalationEvent>),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let Some(subject) = row.entity.state.subject.clone() else {
        return Ok(());
    };
    match &recorded.event {
        EscalationEvent::EscalationRaised(_) => {
            row.raised = commit.position;
            take_step(id, rows)?;
            rows.put(&keys::escalation(commit.position), &id)?;
            let of_its_request = keys::escalation_of(subject.request, commit.position);
            rows.put(&of_its_request, &id)?;
            if !of_the_clock(&subject, rows)?.contains(&id) {
                // The clock was faster.
                schedule_end(id, row, commit.position, rows)?;
            }
        }
        EscalationEvent::EscalationAcknowledged(_) => {
            if let Some((due, _)) = row.follows.take() {
                rows.unschedule(due, &item(FOLLOW, id));
            }
            others_follow(id, &subject, (commit.position, &recorded.by), rows)?;
        }
        EscalationEvent::EscalationEnded(_) => {
            if let Some(due) = row.ends.take() {
                rows.unschedule(due, &item(END, id));
            }
            if let Some((due, _)) = row.follows.take() {
                rows.unschedule(due, &item(FOLLOW, id));
            }
        }
        EscalationEvent::EscalationClimbed(_) | EscalationEvent::EscalationExhausted(_) => {}
    }
    Ok(())
}

/// Whoever takes care of a clock's escalation takes care of all of them.
fn others_follow(
    id: EscalationId,
    subject: &Subject,
    (position, by): (Position, &Actor),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    for other in of_the_clock(subject, rows)? {
        let row: Option<EscalationRow> = rows.get(&key(other))?;
        let Some(mut row) = row.filter(|_| other != id) else {
            continue;
        };
        let waits = matches!(
            row.entity.state.standing(),
            Standing::Open | Standing::Exhausted
        );
        if waits && row.follows.is_none() {
            row.follows = Some((at_once(position), by.clone()));
            rows.schedule(at_once(position), &item(FOLLOW, other))?;
            rows.put(&key(other), &row)?;
        }
    }
    Ok(())
}

/// The escalations of a clock that goes on.
fn of_the_clock(subject: &Subject, rows: &Rows<'_>) -> Result<Vec<EscalationId>, RowError> {
    let clocks: Option<ClocksRow> = rows.get(&keys::clocks(subject.request))?;
    let clock = clocks.as_ref().and_then(|row| row.get(subject.clock));
    let escalations = clock.map(|clock| clock.escalations.iter().map(|(id, _)| *id));
    Ok(escalations.into_iter().flatten().collect())
}

/// Those to whom it has come now are told, and who asked where it begins.
fn tell(
    id: EscalationId,
    state: &Escalation,
    commit: &Stored,
    heard: &Heard<EscalationEvent>,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let Some(subject) = &state.subject else {
        return Ok(());
    };
    let Some(mut teller) = Teller::begin(rows, commit, heard)? else {
        return Ok(());
    };
    for recorded in &heard.events {
        let (level, mut to): (u32, Vec<PersonId>) = match &recorded.event {
            EscalationEvent::EscalationRaised(event) => (0, event.to.clone()),
            EscalationEvent::EscalationClimbed(event) => (event.level, event.to.clone()),
            EscalationEvent::EscalationAcknowledged(_)
            | EscalationEvent::EscalationExhausted(_)
            | EscalationEvent::EscalationEnded(_) => continue,
        };
        if level == 0 {
            to.extend(state.requester.clone());
        }
        if let Some(message) = message(id, subject, level, rows)? {
            let tell = Tell::new(message, Some(subject.owner.clone()), persons(to));
            teller.tell(rows, &tell)?;
        }
    }
    Ok(())
}

fn message(
    id: EscalationId,
    subject: &Subject,
    level: u32,
    rows: &Rows<'_>,
) -> Result<Option<Message>, RowError> {
    let Some(matter) = case(rows, subject.request)? else {
        return Ok(None);
    };
    let provider: Option<DepartmentRow> = rows.get(&keys::department(&subject.owner))?;
    let provider = provider.map_or_else(|| subject.owner.to_string(), |row| row.name);
    let clocks: Option<ClocksRow> = rows.get(&keys::clocks(subject.request))?;
    let clock = clocks.as_ref().and_then(|row| row.get(subject.clock));
    let due = clock.and_then(|clock| clock.due);
    let metric = subject.clock.metric.as_str().to_owned();
    let args = [
        ("title", Some(Arg::Text(matter.title))),
        ("provider", Some(Arg::Text(provider))),
        ("metric", Some(Arg::Choice(metric))),
        ("step", Some(Arg::Number(i64::from(subject.step) + 1))),
        ("level", Some(Arg::Number(level.into()))),
        ("due", due.map(Arg::At)),
        ("escalation", Some(Arg::Text(id.to_string()))),
    ];
    let args = args.into_iter();
    let args: BTreeMap<_, _> = args
        .filter_map(|(name, arg)| Some((name.to_owned(), arg?)))
        .collect();
    Ok(Some(Message {
        kind: MessageKind::Escalation,
        request: Some(subject.request),
        args,
        items: Vec::new(),
    }))
}
