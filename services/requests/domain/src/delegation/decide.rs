//! May it happen? One match, one function per command.

use khidma_events::requests::{ApprovalsDelegated, DelegationEnded, DelegationEvent};
use khidma_kernel::{Caller, Command, PersonId, Role, Timestamp};

use super::{DelegationCommand, DelegationRefusal as Refusal, Delegations, Period};
use crate::limits;

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<DelegationEvent>, Refusal>;

pub(super) fn decide(state: &Delegations, command: &Command<DelegationCommand>) -> Decision {
    match &command.body {
        DelegationCommand::Delegate {
            person,
            person_known,
            to,
            to_known,
            from,
            until,
        } => {
            allowed(&command.by, person)?;
            known("person_id", *person_known)?;
            known("to_id", *to_known)?;
            if person == to {
                return Err(Refusal::ToOneself);
            }
            let from = from.unwrap_or(command.at);
            let period = Period {
                from,
                until: *until,
            };
            delegate(state, command.at, to, period)
        }
        DelegationCommand::End { person, to } => {
            allowed(&command.by, person)?;
            end(state, to)
        }
    }
}

fn delegate(state: &Delegations, now: Timestamp, to: &PersonId, period: Period) -> Decision {
    let Period { from, until } = period;
    if until <= from || until <= now {
        return Err(Refusal::EmptyPeriod);
    }
    let days = limits::DELEGATION_DAYS;
    if from.plus_seconds(days * DAY) < until {
        return Err(Refusal::PeriodTooLong { days });
    }
    if state.to.get(to) == Some(&period) {
        return Ok(vec![]);
    }
    let others = state
        .to
        .iter()
        .filter(|(other, period)| *other != to && period.until > now);
    let limit = limits::DELEGATES;
    if others.count() >= limit {
        return Err(Refusal::TooManyDelegates { limit });
    }
    let to = to.clone();
    Ok(vec![ApprovalsDelegated { to, from, until }.into()])
}

fn end(state: &Delegations, to: &PersonId) -> Decision {
    if !state.to.contains_key(to) {
        return Ok(vec![]);
    }
    Ok(vec![DelegationEnded { to: to.clone() }.into()])
}

fn allowed(by: &Caller, person: &PersonId) -> Result<(), Refusal> {
    if by.actor.person() == Some(person) || by.is(Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

fn known(field: &'static str, known: bool) -> Result<(), Refusal> {
    if known {
        Ok(())
    } else {
        Err(Refusal::UnknownPerson { field })
    }
}
