//! May it happen?

use khidma_events::feedback::{Thanked, ThanksEvent, ThanksGiven, ThanksWithdrawn};
use khidma_kernel::{Caller, Command, Role};

use super::{Given, ThanksCommand, ThanksRefusal as Refusal, WithdrawalFacts};
use crate::wording;

/// Characters of thanks.
pub const TEXT: usize = 1_000;

type Decision = Result<Vec<ThanksEvent>, Refusal>;

pub(super) fn decide(given: &Given, command: &Command<ThanksCommand>) -> Decision {
    match &command.body {
        ThanksCommand::Give { .. } => give(given, command),
        ThanksCommand::Withdraw { thanks, facts } => {
            may_withdraw(&command.by, facts)?;
            let thanks = *thanks;
            Ok(match facts.withdrawn {
                true => Vec::new(),
                false => vec![ThanksWithdrawn { thanks }.into()],
            })
        }
    }
}

/// By who gave them, and by admins. To others there are none.
fn may_withdraw(caller: &Caller, facts: &WithdrawalFacts) -> Result<(), Refusal> {
    let giver = facts.giver.as_ref();
    let theirs = giver.is_some() && giver == caller.actor.person();
    match theirs || (giver.is_some() && caller.is(Role::Admin)) {
        true => Ok(()),
        false => Err(Refusal::UnknownThanks),
    }
}

fn give(given: &Given, command: &Command<ThanksCommand>) -> Decision {
    let ThanksCommand::Give {
        thanks,
        to,
        request,
        text,
        public,
        limits,
        facts,
    } = &command.body
    else {
        return Ok(Vec::new());
    };
    let by = command.by.actor.person().ok_or(Refusal::NotAllowed)?;
    match to {
        Thanked::Person(person) if person == by => return Err(Refusal::Oneself),
        Thanked::Person(_) if !facts.there => return Err(Refusal::UnknownPerson),
        Thanked::Team(_) if !facts.there => return Err(Refusal::UnknownDepartment),
        Thanked::Person(_) | Thanked::Team(_) => {}
    }
    if request.is_some() && !facts.request_known {
        return Err(Refusal::UnknownRequest);
    }
    wording::text("text", text, TEXT)?;
    let now = command.at;
    if given.count(now, |_| true) >= limits.in_all {
        let limit = limits.in_all;
        return Err(Refusal::TooManyADay { limit });
    }
    if given.count(now, |other| other == to) >= limits.to_one {
        let limit = limits.to_one;
        return Err(Refusal::TooManyToOne { limit });
    }
    let wall = match to {
        Thanked::Person(_) => facts.department.clone(),
        Thanked::Team(department) => Some(department.clone()),
    };
    Ok(vec![
        ThanksGiven {
            thanks: *thanks,
            to: to.clone(),
            wall: wall.filter(|_| *public),
            request: *request,
            text: text.clone(),
        }
        .into(),
    ])
}
