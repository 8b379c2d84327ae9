//! Who is thanked.

use std::collections::BTreeSet;

use khidma_events::feedback::{Thanked, ThanksEvent, ThanksGiven};
use khidma_events::notifications::MessageKind;
use khidma_kernel::{PersonId, Recorded};

use super::super::matter::Matter;
use super::super::{Args, with, words};
use super::{Voices, to_people};
use crate::tell::Tell;

/// What follows from an event of the thanks that somebody gave: who is thanked hears it in their words.
///
/// # Errors
/// What `voices` cannot say.
pub fn tell<V: Voices>(
    voices: &V,
    recorded: &Recorded<ThanksEvent>,
) -> Result<Option<Tell>, V::Error> {
    let (event, by) = match (&recorded.event, recorded.by.person()) {
        (ThanksEvent::ThanksGiven(event), Some(by)) => (event, by),
        (ThanksEvent::ThanksGiven(_) | ThanksEvent::ThanksWithdrawn(_), _) => return Ok(None),
    };
    let to = match &event.to {
        Thanked::Person(person) => BTreeSet::from([person.clone()]),
        Thanked::Team(department) => voices.members_of(department)?,
    };
    let matter = match event.request {
        Some(request) => voices.matter(request)?,
        None => None,
    };
    let matter = match matter {
        Some(matter) if knows(voices, &matter, event, &to)? => Some(matter),
        _ => None,
    };
    let name = voices.person_name(by)?;
    let name = name.unwrap_or_else(|| by.to_string());
    let args = [("by", words(&name)), ("text", words(&event.text))];
    let args: Args = args.map(|(name, arg)| (name.to_owned(), arg)).into();
    let args = with(
        args,
        "title",
        matter.as_ref().map(|matter| words(&matter.title)),
    );
    let mut tell = to_people(MessageKind::Thanks, args, &recorded.by, to);
    if let (Some(tell), true) = (&mut tell, matter.is_some()) {
        tell.message.request = event.request;
    }
    Ok(tell)
}

/// Whether who is thanked may know the request: they did it, or their department.
fn knows<V: Voices>(
    voices: &V,
    matter: &Matter,
    event: &ThanksGiven,
    to: &BTreeSet<PersonId>,
) -> Result<bool, V::Error> {
    if matter.is_anonymous() {
        return Ok(false);
    }
    Ok(match &event.to {
        Thanked::Team(department) => *department == matter.provider,
        Thanked::Person(person) => {
            matter.assignee.as_ref() == Some(person)
                || to.is_subset(&voices.members_of(&matter.provider)?)
        }
    })
}
