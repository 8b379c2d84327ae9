//! May it happen? One match, one function per command.

use khidma_events::notifications::{SilenceBegun, SilenceEnded, SilenceEvent, SilenceScope};
use khidma_kernel::{Caller, Command, DepartmentId, Role, Timestamp};

use super::{
    DAYS, DAYS_AHEAD, REASON, ScopeFacts, Silence, SilenceCommand, SilenceRefusal as Refusal,
};
use crate::kinds::is_mutable;

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<SilenceEvent>, Refusal>;

pub(super) fn decide(state: Option<&Silence>, command: &Command<SilenceCommand>) -> Decision {
    match &command.body {
        SilenceCommand::Begin {
            scope,
            from,
            until,
            reason,
            facts,
        } => {
            if state.is_some() {
                return Err(Refusal::AlreadyBegun);
            }
            check(scope)?;
            allowed(&command.by, scope, facts.provider.as_ref())?;
            known(scope, facts)?;
            let from = from.map_or(command.at, |from| from.max(command.at));
            begin(scope, (from, *until), reason, command.at)
        }
        SilenceCommand::End { provider } => {
            let silence = state.ok_or(Refusal::UnknownSilence)?;
            allowed(&command.by, &silence.scope, provider.as_ref())?;
            Ok(match silence.until > command.at {
                true => vec![SilenceEnded {}.into()],
                false => vec![],
            })
        }
    }
}

fn begin(
    scope: &SilenceScope,
    (from, until): (Timestamp, Timestamp),
    reason: &str,
    now: Timestamp,
) -> Decision {
    if until <= from {
        return Err(Refusal::EmptyPeriod);
    }
    if from.plus_seconds(DAYS * DAY) < until {
        return Err(Refusal::PeriodTooLong { days: DAYS });
    }
    if now.plus_seconds(DAYS_AHEAD * DAY) < from {
        let days = DAYS_AHEAD;
        return Err(Refusal::TooFarAhead { days });
    }
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    if reason.chars().count() > REASON {
        return Err(Refusal::TooLong { limit: REASON });
    }
    let (scope, reason) = (scope.clone(), reason.to_owned());
    Ok(vec![
        SilenceBegun {
            scope,
            from,
            until,
            reason,
        }
        .into(),
    ])
}

fn check(scope: &SilenceScope) -> Result<(), Refusal> {
    if *scope == SilenceScope::default() {
        return Err(Refusal::EmptyScope);
    }
    match scope.kinds.iter().find(|kind| !is_mutable(**kind)) {
        Some(kind) => Err(Refusal::CannotBeMuted { kind: *kind }),
        None => Ok(()),
    }
}

/// Whether `caller` may begin and end silences of that scope; `provider` is that of the request it names. All messages of
/// a kind, to everybody, are for admins.
pub fn may_keep(caller: &Caller, scope: &SilenceScope, provider: Option<&DepartmentId>) -> bool {
    let oneself = scope.person.is_some() && scope.person.as_ref() == caller.actor.person();
    let leads = |department: Option<&DepartmentId>| {
        department.is_some_and(|department| caller.leads(department))
    };
    let request = provider.filter(|_| scope.request.is_some());
    caller.is(Role::Admin) || oneself || leads(scope.department.as_ref()) || leads(request)
}

fn allowed(
    caller: &Caller,
    scope: &SilenceScope,
    provider: Option<&DepartmentId>,
) -> Result<(), Refusal> {
    match may_keep(caller, scope, provider) {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}

fn known(scope: &SilenceScope, facts: &ScopeFacts) -> Result<(), Refusal> {
    if scope.person.is_some() && !facts.person {
        return Err(Refusal::UnknownPerson);
    }
    if scope.department.is_some() && !facts.department {
        return Err(Refusal::UnknownDepartment);
    }
    if scope.request.is_some() && facts.provider.is_none() {
        return Err(Refusal::UnknownRequest);
    }
    Ok(())
}
