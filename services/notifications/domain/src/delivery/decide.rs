//! May it happen? One match, one function per command.

use khidma_events::directory::QuietHours;
use khidma_events::notifications::{
    Archived, AttemptFailed, Channel, DeadLettered, Delivered, DeliveryEvent, DeliveryRequested,
    Failure, Read, Receiver, Replayed, Seen,
};
use khidma_kernel::{Caller, Command, DeliveryId, Role, Timestamp};

use super::{
    Delivery, DeliveryCommand, DeliveryRefusal as Refusal, Fate, Keeper, Outcome, Stage,
    next_attempt,
};
use crate::endpoint::keeps;
use crate::quiet;

type Decision = Result<Vec<DeliveryEvent>, Refusal>;

pub(super) fn decide(state: Option<&Delivery>, command: &Command<DeliveryCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        DeliveryCommand::Request(request) => ask(state, by, request),
        DeliveryCommand::Attempted {
            id,
            attempt,
            outcome,
            quiet,
        } => {
            let awake = |at| awake(quiet.as_ref(), at);
            attempted(
                ours(state, by)?,
                (*id, *attempt),
                outcome,
                command.at,
                awake,
            )
        }
        DeliveryCommand::GiveUp { failure } => give_up(ours(state, by)?, failure),
        DeliveryCommand::Replay { keeper } => replay(state, by, keeper),
        DeliveryCommand::See => mark(inbox(state, by)?, false, false),
        DeliveryCommand::Read => mark(inbox(state, by)?, true, false),
        DeliveryCommand::Archive => mark(inbox(state, by)?, true, true),
    }
}

fn ask(state: Option<&Delivery>, by: &Caller, request: &DeliveryRequested) -> Decision {
    if !by.is_service() {
        return Err(Refusal::NotAllowed);
    }
    if state.is_some() {
        return Ok(vec![]);
    }
    match (&request.to, request.channel) {
        (Receiver::Person(_), Channel::Inbox) => Ok(vec![
            request.clone().into(),
            Delivered { attempt: 1 }.into(),
        ]),
        (Receiver::Person(_), Channel::Email)
        | (Receiver::Endpoint(_), Channel::Webhook | Channel::Chat) => {
            Ok(vec![request.clone().into()])
        }
        (Receiver::Person(_), _) | (Receiver::Endpoint(_), _) => Err(Refusal::WrongChannel),
    }
}

/// What two processes tried at the same time ends twice: that it was taken counts whenever it is heard, and a failure only
/// if it was the next attempt.
fn attempted(
    delivery: &Delivery,
    (id, attempt): (DeliveryId, u32),
    outcome: &Outcome,
    at: Timestamp,
    awake: impl Fn(Timestamp) -> Timestamp,
) -> Decision {
    let (failure, fate) = match (outcome, delivery.stage) {
        (_, Stage::Delivered { .. }) => return Ok(vec![]),
        (Outcome::Taken, _) => {
            let attempt = attempt.max(delivery.attempts).max(1);
            return Ok(vec![Delivered { attempt }.into()]);
        }
        (Outcome::Failed { .. }, Stage::Dead { .. }) => return Ok(vec![]),
        (Outcome::Failed { .. }, _) if attempt <= delivery.attempts => return Ok(vec![]),
        (Outcome::Failed { failure, fate }, _) => (failure.clone(), *fate),
    };
    let round = delivery.round.saturating_add(1);
    let again = match fate {
        Fate::Never => None,
        Fate::Retry { after } => next_attempt(id, round, at, after).map(awake),
    };
    Ok(vec![match again {
        Some(retry_at) => AttemptFailed {
            attempt,
            failure,
            retry_at,
        }
        .into(),
        None => DeadLettered { attempt, failure }.into(),
    }])
}

/// When it may be tried that is to be tried at that time.
fn awake(quiet: Option<&QuietHours>, at: Timestamp) -> Timestamp {
    let end = quiet.and_then(|quiet| quiet::until(quiet, at));
    end.unwrap_or(at)
}

fn give_up(delivery: &Delivery, failure: &Failure) -> Decision {
    if !delivery.is_pending() {
        return Ok(vec![]);
    }
    let (attempt, failure) = (delivery.attempts, failure.clone());
    Ok(vec![DeadLettered { attempt, failure }.into()])
}

fn replay(state: Option<&Delivery>, by: &Caller, keeper: &Keeper) -> Decision {
    let delivery = state.ok_or(Refusal::Unknown)?;
    let whose = match (&delivery.to, keeper) {
        (Receiver::Person(person), _) => by.actor.person() == Some(person),
        (Receiver::Endpoint(_), Keeper::Endpoint { owner, .. }) => keeps(by, owner),
        (Receiver::Endpoint(_), Keeper::Gone | Keeper::Nobody) => false,
    };
    if !whose && !by.is(Role::Admin) {
        return Err(Refusal::Unknown);
    }
    match (delivery.stage, &delivery.to, keeper) {
        (Stage::Waiting { .. } | Stage::Retrying { .. } | Stage::Delivered { .. }, ..) => {
            Err(Refusal::NotDead)
        }
        (Stage::Dead { .. }, Receiver::Endpoint(_), Keeper::Endpoint { enabled: false, .. }) => {
            Err(Refusal::EndpointDisabled)
        }
        (Stage::Dead { .. }, Receiver::Endpoint(_), Keeper::Gone | Keeper::Nobody) => {
            Err(Refusal::EndpointRemoved)
        }
        (Stage::Dead { .. }, ..) => Ok(vec![Replayed {}.into()]),
    }
}

/// What was read was seen, and what is put away was read.
fn mark(delivery: &Delivery, read: bool, archived: bool) -> Decision {
    let mut events: Vec<DeliveryEvent> = Vec::new();
    if delivery.seen.is_none() {
        events.push(Seen {}.into());
    }
    if read && delivery.read.is_none() {
        events.push(Read {}.into());
    }
    if archived && delivery.archived.is_none() {
        events.push(Archived {}.into());
    }
    Ok(events)
}

fn ours<'a>(state: Option<&'a Delivery>, by: &Caller) -> Result<&'a Delivery, Refusal> {
    if by.is_service() {
        state.ok_or(Refusal::Unknown)
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// A message in the caller's own inbox. Nobody else learns that it is there, not even an admin.
fn inbox<'a>(state: Option<&'a Delivery>, by: &Caller) -> Result<&'a Delivery, Refusal> {
    let delivery = state.ok_or(Refusal::Unknown)?;
    match &delivery.to {
        Receiver::Person(person) if by.actor.person() == Some(person) => {}
        Receiver::Person(_) | Receiver::Endpoint(_) => return Err(Refusal::Unknown),
    }
    match delivery.channel {
        Channel::Inbox => Ok(delivery),
        Channel::Email | Channel::Webhook | Channel::Chat => Err(Refusal::NotInInbox),
    }
}
