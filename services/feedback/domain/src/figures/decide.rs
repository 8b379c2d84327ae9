//! May it happen? One match, one function per command.

use std::collections::BTreeMap;

use khidma_events::feedback::{FiguresEvent, FiguresSet};
use khidma_kernel::{Caller, Command, DepartmentId, Role};

use super::{
    AT_ONCE, Figures, FiguresCommand, FiguresRefusal as Refusal, Month, PEOPLE, PeopleFigures,
};

pub(super) fn decide(
    state: &PeopleFigures,
    command: &Command<FiguresCommand>,
) -> Result<Vec<FiguresEvent>, Refusal> {
    match &command.body {
        FiguresCommand::Set {
            department,
            months,
            known,
        } => {
            if !may_set(&command.by, department) {
                return Err(Refusal::NotAllowed);
            }
            if !known {
                return Err(Refusal::UnknownDepartment);
            }
            set(state, months, Month::of(command.at))
        }
    }
}

/// Whether `caller` may say the figures of a department.
pub fn may_set(caller: &Caller, department: &DepartmentId) -> bool {
    caller.leads(department) || caller.is(Role::Admin) || caller.is(Role::Import)
}

fn set(
    state: &PeopleFigures,
    months: &[(Month, Figures)],
    now: Month,
) -> Result<Vec<FiguresEvent>, Refusal> {
    if months.is_empty() {
        return Err(Refusal::NoMonth);
    }
    if months.len() > AT_ONCE {
        return Err(Refusal::TooManyMonths { limit: AT_ONCE });
    }
    let mut after = state.clone();
    let mut said = BTreeMap::new();
    for (month, figures) in months {
        if *month > now {
            return Err(Refusal::FutureMonth { month: *month });
        }
        plausible(*month, *figures)?;
        if said.insert(*month, *figures).is_some() {
            return Err(Refusal::MonthTwice { month: *month });
        }
        after.0.insert(*month, *figures);
    }
    for month in said.keys() {
        follows(&after, month.plus(-1), *month)?;
        follows(&after, *month, month.next())?;
    }
    let changed = said
        .into_iter()
        .filter(|(month, figures)| state.0.get(month) != Some(figures));
    Ok(changed
        .map(|(month, figures)| event(month, figures))
        .collect())
}

/// The figures of one month by themselves.
fn plausible(month: Month, figures: Figures) -> Result<(), Refusal> {
    let Figures {
        headcount,
        joiners,
        leavers,
        leavers_among_joiners,
    } = figures;
    if headcount > PEOPLE || joiners > PEOPLE || leavers > PEOPLE.saturating_mul(2) {
        let limit = PEOPLE;
        return Err(Refusal::TooManyPeople { month, limit });
    }
    if leavers_among_joiners > joiners || leavers_among_joiners > leavers {
        return Err(Refusal::MoreThanCame { month });
    }
    if leavers - leavers_among_joiners > headcount {
        return Err(Refusal::MoreThanWereThere { month });
    }
    Ok(())
}

/// A month begins with those whom the one before it ends with, where both are known.
fn follows(state: &PeopleFigures, before: Month, after: Month) -> Result<(), Refusal> {
    let both = state.0.get(&before).zip(state.0.get(&after));
    match both.map(|(before, after)| (before.end(), after.headcount)) {
        Some((end, begin)) if end != begin => Err(Refusal::Inconsistent {
            before,
            end,
            after,
            begin,
        }),
        _ => Ok(()),
    }
}

fn event(month: Month, figures: Figures) -> FiguresEvent {
    FiguresSet {
        month: month.to_string(),
        headcount: figures.headcount,
        joiners: figures.joiners,
        leavers: figures.leavers,
        leavers_among_joiners: figures.leavers_among_joiners,
    }
    .into()
}
