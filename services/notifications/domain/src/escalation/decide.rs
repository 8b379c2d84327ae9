//! May it happen?

use std::time::Duration;

use khidma_events::notifications::{
    EscalationAcknowledged, EscalationClimbed, EscalationEnded, EscalationEvent,
    EscalationExhausted, EscalationRaised,
};
use khidma_kernel::{Command, Role, Timestamp};

use super::EscalationRefusal;
use super::command::{Climb, EscalationCommand, Raise};
use super::state::{Escalation, Standing};
use crate::ladder::Above;

/// Characters of a comment.
const LONGEST_COMMENT: usize = 2000;

type Decision = Result<Vec<EscalationEvent>, EscalationRefusal>;

pub(super) fn decide(state: &Escalation, command: &Command<EscalationCommand>) -> Decision {
    match &command.body {
        EscalationCommand::Acknowledge { comment, leads } => {
            acknowledge(state, command, comment.as_deref(), *leads)
        }
        _ if !command.by.is_service() => Err(EscalationRefusal::NotAllowed),
        EscalationCommand::Raise(asked) => Ok(raise(state, asked, command.at)),
        EscalationCommand::Climb(asked) => Ok(climb(state, asked, command.at)),
        EscalationCommand::End => Ok(end(state)),
    }
}

fn raise(state: &Escalation, asked: &Raise, at: Timestamp) -> Vec<EscalationEvent> {
    if state.subject.is_some() {
        return vec![];
    }
    let climbs = asked.climb_after.filter(|_| !asked.named.to.is_empty());
    let raised = EscalationRaised {
        request: asked.request,
        clock: asked.clock,
        step: asked.step,
        owner: asked.owner.clone(),
        to: asked.named.to.iter().cloned().collect(),
        requester: asked.named.requester.clone(),
        climbs_at: climbs.map(|after| later(at, after)),
    };
    vec![raised.into()]
}

fn climb(state: &Escalation, asked: &Climb, at: Timestamp) -> Vec<EscalationEvent> {
    let waits = state.standing() == Standing::Open;
    let is_due = state.climbs_at.is_some_and(|climbs_at| climbs_at <= at);
    // What was seen from another level says nothing of this one.
    let is_next = u32::try_from(state.levels.len()) == Ok(asked.level);
    if !waits || !is_due || !is_next {
        return vec![];
    }
    match &asked.above {
        Above::Nobody(why) => vec![EscalationExhausted { why: *why }.into()],
        Above::These(above) => vec![
            EscalationClimbed {
                level: asked.level,
                to: above.iter().cloned().collect(),
                climbs_at: asked.climb_after.map(|after| later(at, after)),
            }
            .into(),
        ],
    }
}

fn acknowledge(
    state: &Escalation,
    command: &Command<EscalationCommand>,
    comment: Option<&str>,
    leads: bool,
) -> Decision {
    if state.subject.is_none() {
        return Err(EscalationRefusal::UnknownEscalation);
    }
    if !(state.was_told(&command.by.actor) || leads || command.by.is(Role::Admin)) {
        return Err(EscalationRefusal::NotAllowed);
    }
    let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
    if comment.is_some_and(|comment| comment.chars().count() > LONGEST_COMMENT) {
        return Err(EscalationRefusal::CommentTooLong {
            most: LONGEST_COMMENT,
        });
    }
    match state.standing() {
        Standing::Ended => Err(EscalationRefusal::Over),
        Standing::Acknowledged => Ok(vec![]),
        // One that ran out of people can still be taken care of.
        Standing::Open | Standing::Exhausted => {
            let comment = comment.map(str::to_owned);
            Ok(vec![EscalationAcknowledged { comment }.into()])
        }
    }
}

fn end(state: &Escalation) -> Vec<EscalationEvent> {
    match state.subject {
        Some(_) if !state.ended => vec![EscalationEnded {}.into()],
        _ => vec![],
    }
}

fn later(at: Timestamp, after: Duration) -> Timestamp {
    at.plus_seconds(i64::try_from(after.as_secs()).unwrap_or(i64::MAX))
}
