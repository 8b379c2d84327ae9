//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_events::directory::{ReviewEvent, ReviewHeld, ThemesShared, ThemesTakenBack};
use khidma_kernel::{Caller, Command, Date};

use super::{ReviewCommand, Reviews};
use crate::DirectoryRefusal as Refusal;
use crate::access::{Action, Standing, allow};
use crate::facts::PersonFact;
use crate::limits::{self, at_most, not_in_future};
use crate::skill::normal;

type Decision = Result<Vec<ReviewEvent>, Refusal>;

pub(super) fn decide(state: &Reviews, command: &Command<ReviewCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        ReviewCommand::Record { person, on } => {
            allow(Action::RecordReview, Standing::to(by, person))?;
            person.active("id")?;
            not_in_future("on", *on, command.at)?;
            record(state, *on)
        }
        ReviewCommand::Share { person, on, themes } => share(state, by, person, (*on, themes)),
    }
}

fn record(state: &Reviews, on: Date) -> Decision {
    if state.held.contains_key(&on) {
        return Ok(vec![]);
    }
    at_most("id", state.held.len() + 1, limits::REVIEWS)?;
    Ok(vec![ReviewHeld { on }.into()])
}

/// Also by those who have left: what is theirs they may take back for ever.
fn share(
    state: &Reviews,
    by: &Caller,
    person: &PersonFact,
    (on, themes): (Date, &[String]),
) -> Decision {
    allow(Action::ShareThemes, Standing::to(by, person))?;
    let before = state.held.get(&on).ok_or(Refusal::NoSuchReview)?;
    at_most("themes", themes.len(), limits::THEMES)?;
    let mut shared = BTreeSet::new();
    for theme in themes {
        if !shared.insert(normal("themes", theme, limits::THEME)?) {
            return Err(Refusal::Duplicate { field: "themes" });
        }
    }
    if *before == shared {
        return Ok(vec![]);
    }
    if shared.is_empty() {
        return Ok(vec![ThemesTakenBack { on }.into()]);
    }
    let themes = shared.into_iter().collect();
    Ok(vec![ThemesShared { on, themes }.into()])
}
