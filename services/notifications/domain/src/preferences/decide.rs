//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_calendar::{DAY_SECONDS, LocalTime, time_zone};
use khidma_events::notifications::{
    Channel, DigestRhythm, MessageKind, Preferences, PreferencesEvent, PreferencesSet, StandIn,
};
use khidma_kernel::{Caller, Command, PersonId, Role, Timestamp};

use super::{PreferencesCommand, PreferencesRefusal as Refusal, STAND_IN_DAYS, StandInFacts};
use crate::kinds::is_mutable;

const DAY: i64 = 24 * 3600;

type Decision = Result<Vec<PreferencesEvent>, Refusal>;

pub(super) fn decide(state: &Preferences, command: &Command<PreferencesCommand>) -> Decision {
    match &command.body {
        PreferencesCommand::Set {
            person,
            known,
            preferences,
            stand_in,
        } => {
            allowed(&command.by, person)?;
            if !known {
                return Err(Refusal::UnknownPerson { field: "person_id" });
            }
            check(preferences)?;
            if let Some(wish) = &preferences.stand_in
                // What was set before and has run out meanwhile is no reason to refuse what else is wished.
                && state.stand_in.as_ref() != Some(wish)
            {
                check_stand_in(person, wish, stand_in, command.at)?;
            }
            set(state, preferences.clone())
        }
        PreferencesCommand::Unsubscribe { kind, usual } => {
            if !command.by.is_service() {
                return Err(Refusal::NotAllowed);
            }
            set(state, without_email(state, *kind, usual))
        }
    }
}

fn set(state: &Preferences, preferences: Preferences) -> Decision {
    if *state == preferences {
        return Ok(vec![]);
    }
    Ok(vec![PreferencesSet { preferences }.into()])
}

fn allowed(by: &Caller, person: &PersonId) -> Result<(), Refusal> {
    if by.actor.person() == Some(person) || by.is(Role::Admin) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

fn check(preferences: &Preferences) -> Result<(), Refusal> {
    for (kind, wish) in &preferences.kinds {
        let without = |channel| {
            let chosen = wish.channels.as_ref();
            chosen.is_some_and(|chosen| !chosen.contains(&channel))
        };
        if !is_mutable(*kind) && without(Channel::Inbox) {
            return Err(Refusal::CannotBeMuted { kind: *kind });
        }
        if *kind == MessageKind::Digest && wish.digest {
            return Err(Refusal::DigestOfDigests);
        }
    }
    preferences.digest.as_ref().map_or(Ok(()), digest)
}

fn digest(rhythm: &DigestRhythm) -> Result<(), Refusal> {
    let at: Option<LocalTime> = rhythm.at.parse().ok();
    let of_a_day = at.is_some_and(|at| at.seconds() < DAY_SECONDS);
    if !of_a_day || rhythm.at.len() != "HH:MM".len() {
        return Err(Refusal::InvalidTime);
    }
    // None said: that of their quiet hours.
    if !rhythm.time_zone.is_empty() && time_zone(&rhythm.time_zone).is_none() {
        return Err(Refusal::UnknownTimeZone);
    }
    if !rhythm.weekdays.iter().all(|day| (1..=7).contains(day)) {
        return Err(Refusal::InvalidWeekday);
    }
    Ok(())
}

fn check_stand_in(
    person: &PersonId,
    wish: &StandIn,
    facts: &StandInFacts,
    now: Timestamp,
) -> Result<(), Refusal> {
    if wish.person == *person {
        return Err(Refusal::StandInForOneself);
    }
    if !facts.known {
        let field = "preferences.stand_in_id";
        return Err(Refusal::UnknownPerson { field });
    }
    if wish.until <= now {
        return Err(Refusal::EmptyPeriod);
    }
    if now.plus_seconds(STAND_IN_DAYS * DAY) < wish.until {
        let days = STAND_IN_DAYS;
        return Err(Refusal::PeriodTooLong { days });
    }
    if facts.behind.contains(person) {
        return Err(Refusal::StandInCircle);
    }
    Ok(())
}

/// The same without e-mail of that kind. A digest brings messages of those kinds that were to wait for it: who unsubscribes
/// from digests gets no e-mail of them either.
fn without_email(state: &Preferences, kind: MessageKind, usual: &BTreeSet<Channel>) -> Preferences {
    let mut preferences = state.clone();
    let mut wishes = vec![(kind, preferences.kinds.remove(&kind).unwrap_or_default())];
    if kind == MessageKind::Digest {
        let gathered = preferences.kinds.iter().filter(|(_, wish)| wish.digest);
        wishes.extend(gathered.map(|(kind, wish)| (*kind, wish.clone())));
    }
    for (kind, mut wish) in wishes {
        let mut channels = wish.channels.unwrap_or_else(|| usual.clone());
        channels.remove(&Channel::Email);
        if !is_mutable(kind) {
            channels.insert(Channel::Inbox);
        }
        wish.channels = Some(channels);
        preferences.kinds.insert(kind, wish);
    }
    preferences
}
