//! May it happen? One match, one function per command.

use khidma_events::notifications::{ReminderSet, RhythmEvent, StandardsReminded};
use khidma_kernel::{Caller, Command, DepartmentId, Role, Timestamp};

use super::{DAYS, Rhythm, RhythmCommand, RhythmRefusal as Refusal};

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<RhythmEvent>, Refusal>;

pub(super) fn decide(state: &Rhythm, command: &Command<RhythmCommand>) -> Decision {
    let now = command.at;
    match &command.body {
        RhythmCommand::Set {
            department,
            open,
            every_days,
            first,
        } => {
            allowed(&command.by, department)?;
            match u16::try_from(*every_days) {
                Ok(0) => Ok(stop(state)),
                _ if !open => Err(Refusal::UnknownDepartment),
                Ok(days) if days <= DAYS => set(state, days, *first, now),
                _ => Err(Refusal::TooSeldom { limit: DAYS }),
            }
        }
        RhythmCommand::Remind { due } => {
            if !command.by.is_service() {
                return Err(Refusal::NotAllowed);
            }
            Ok(remind(state, *due, now))
        }
    }
}

fn stop(state: &Rhythm) -> Vec<RhythmEvent> {
    if state.every.is_none() {
        return vec![];
    }
    let (every_days, first) = (None, None);
    vec![ReminderSet { every_days, first }.into()]
}

fn set(state: &Rhythm, days: u16, first: Option<Timestamp>, now: Timestamp) -> Decision {
    let same = state
        .every
        .is_some_and(|(before, next)| before == days && first.is_none_or(|first| first == next));
    if same {
        return Ok(vec![]);
    }
    let first = first.unwrap_or_else(|| after(now, days, 1));
    if first <= now {
        return Err(Refusal::FirstInThePast);
    }
    if after(now, DAYS, 1) < first {
        return Err(Refusal::FirstTooLate { limit: DAYS });
    }
    let (every_days, first) = (Some(days), Some(first));
    Ok(vec![ReminderSet { every_days, first }.into()])
}

/// Once, however many fell due while nobody looked: the next one is the first of the rhythm that lies ahead.
fn remind(state: &Rhythm, due: Timestamp, now: Timestamp) -> Vec<RhythmEvent> {
    let Some((days, _)) = state.every.filter(|(_, next)| *next == due && due <= now) else {
        return vec![];
    };
    let rhythm = i64::from(days) * DAY * 1_000_000;
    let passed = now.micros_since(due) / rhythm.max(1);
    let next = after(due, days, passed.saturating_add(1));
    vec![StandardsReminded { next }.into()]
}

/// So many times so many days later.
fn after(at: Timestamp, days: u16, times: i64) -> Timestamp {
    at.plus_seconds(i64::from(days).saturating_mul(DAY).saturating_mul(times))
}

fn allowed(by: &Caller, department: &DepartmentId) -> Result<(), Refusal> {
    if by.leads(department) || by.is(Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}
