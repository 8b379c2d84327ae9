//! May it happen? One match, one function per command.

use khidma_events::feedback::{
    PeopleInvited, RoundCancelled, RoundClosed, RoundEvent, RoundOpened, RoundReminded,
};
use khidma_kernel::{Caller, Command, DepartmentId, Role, Timestamp};

use super::{
    Invitation, REASON, Round, RoundCommand, RoundRefusal as Refusal, Standing, follow, launch,
};

type Decision = Result<Vec<RoundEvent>, Refusal>;

pub(super) fn decide(state: Option<&Round>, command: &Command<RoundCommand>) -> Decision {
    let (by, now) = (&command.by, command.at);
    match (&command.body, state) {
        (RoundCommand::Launch(_), Some(_)) => Err(Refusal::AlreadyLaunched),
        (RoundCommand::Launch(wish), None) => launch::launch(by, now, wish),
        (RoundCommand::Follow(next), None) => {
            by_itself(by)?;
            Ok(follow::follow(next, now))
        }
        // Another process was faster.
        (RoundCommand::Follow(_), Some(_)) => by_itself(by).map(|()| vec![]),
        (_, None) => Err(Refusal::UnknownRound),
        (RoundCommand::Invite(invitation), Some(round)) => {
            by_itself(by)?;
            Ok(invite(round, invitation, now))
        }
        (RoundCommand::Remind, Some(round)) => {
            by_itself(by)?;
            Ok(remind(round, now))
        }
        (RoundCommand::Close, Some(round)) => close(round, by, now),
        (RoundCommand::Cancel { reason }, Some(round)) => cancel(round, by, reason),
    }
}

/// Invites some more and opens with the last, unless it is too early, too late, or for too few.
fn invite(round: &Round, invitation: &Invitation, now: Timestamp) -> Vec<RoundEvent> {
    let launched = &round.launched;
    if round.standing != Standing::Planned || now < launched.opens_at {
        return vec![];
    }
    let needed = launched.thresholds.ratings;
    let more = u32::try_from(invitation.people.len()).unwrap_or(u32::MAX);
    let invited = round.invited.saturating_add(more);
    // Between two steps people come and go: what counts in the end is who was invited.
    let chosen = match invitation.last {
        true if invitation.after == round.last_invited => invited,
        _ => invitation.chosen,
    };
    let hindrance = if invitation.retired {
        Some("the survey was retired".to_owned())
    } else if launched.closes_at <= now {
        Some("it could not be opened before it was to close".to_owned())
    } else if chosen < needed {
        Some(format!(
            "{chosen} people were left to be asked, and {needed} are needed"
        ))
    } else {
        None
    };
    if let Some(reason) = hindrance {
        return vec![RoundCancelled { reason }.into()];
    }
    // Another process, or this one before it died, came further: whoever asks looks again.
    if invitation.after != round.last_invited {
        return vec![];
    }
    let people = invitation.people.clone();
    let mut events: Vec<RoundEvent> = Vec::new();
    if !people.is_empty() {
        events.push(PeopleInvited { people }.into());
    }
    if invitation.last {
        events.push(RoundOpened { invited }.into());
    }
    events
}

/// Once, however many fell due while nobody looked.
fn remind(round: &Round, now: Timestamp) -> Vec<RoundEvent> {
    let due = round.launched.remind_at.iter().take_while(|at| **at <= now);
    let reminder = u32::try_from(due.count()).unwrap_or(u32::MAX);
    match round.takes_answers(now) && round.reminded < reminder {
        true => vec![RoundReminded { reminder }.into()],
        false => vec![],
    }
}

fn close(round: &Round, by: &Caller, now: Timestamp) -> Decision {
    let in_time = by.is_service();
    if !in_time {
        allowed(by, &round.launched.owner)?;
    }
    match round.standing {
        Standing::Open if in_time && now < round.launched.closes_at => Ok(vec![]),
        Standing::Open => Ok(vec![RoundClosed {}.into()]),
        Standing::Closed => Ok(vec![]),
        Standing::Planned | Standing::Cancelled => Err(Refusal::NotOpen),
    }
}

fn cancel(round: &Round, by: &Caller, reason: &str) -> Decision {
    allowed(by, &round.launched.owner)?;
    if reason.chars().count() > REASON {
        return Err(Refusal::TooLong {
            field: "reason",
            limit: REASON,
        });
    }
    match round.standing {
        Standing::Planned => {
            let reason = reason.to_owned();
            Ok(vec![RoundCancelled { reason }.into()])
        }
        Standing::Cancelled => Ok(vec![]),
        Standing::Open => Err(Refusal::AlreadyOpened),
        Standing::Closed => Err(Refusal::Over),
    }
}

/// Those who lead the department that asks, and admins.
pub(super) fn allowed(by: &Caller, owner: &DepartmentId) -> Result<(), Refusal> {
    match by.leads(owner) || by.is(Role::Admin) {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}

fn by_itself(by: &Caller) -> Result<(), Refusal> {
    match by.is_service() {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}
