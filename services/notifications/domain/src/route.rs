//! By which ways does a person hear something? Their profile and preferences say, and who stands in for them.

use std::collections::BTreeSet;

use khidma_events::notifications::{Channel, MessageKind, Preferences};
use khidma_kernel::{PersonId, Timestamp};

use crate::kinds;

/// What is to be known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// By which channels they can be reached as things are: the inbox, an address in their profile, their endpoints.
    pub channels: BTreeSet<Channel>,
    /// What they said they want.
    pub preferences: Preferences,
}

/// What is to be known of a message to find its ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// What it is about.
    pub kind: MessageKind,
    /// Whether it comes at any hour: then it is not kept for a digest.
    pub urgent: bool,
    /// Whether it goes to inboxes only.
    pub confined: bool,
    /// When what it tells of happened.
    pub at: Timestamp,
}

/// The ways of one message to one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// By these channels it goes at once.
    pub at_once: BTreeSet<Channel>,
    /// By these in the next digest.
    pub in_digest: BTreeSet<Channel>,
}

impl Ways {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at_once.is_empty() && self.in_digest.is_empty()
    }
}

/// The ways of a message to a person who is there.
pub fn ways(about: About, reach: &Reach) -> Ways {
    let preference = reach.preferences.kinds.get(&about.kind);
    let chosen = preference.and_then(|preference| preference.channels.as_ref());
    let mut channels = match chosen {
        None => reach.channels.clone(),
        Some(chosen) => wanted(chosen, &reach.channels),
    };
    if !is_mutable(about) {
        channels.insert(Channel::Inbox);
    }
    if about.confined {
        channels.retain(|channel| *channel == Channel::Inbox);
    }
    let gathers = preference.is_some_and(|preference| preference.digest) && !about.urgent;
    let (in_digest, at_once) = channels
        .into_iter()
        .partition(|channel| gathers && *channel != Channel::Inbox);
    Ways { at_once, in_digest }
}

/// An announcement that is urgent cannot be muted either.
fn is_mutable(about: About) -> bool {
    kinds::is_mutable(about.kind) && !about.urgent
}

/// Of what somebody chose, what there is. An address that is missing shows as a delivery that failed; endpoints that are
/// missing leave nothing to fail, so a choice of those alone comes to the inbox rather than to nothing.
fn wanted(chosen: &BTreeSet<Channel>, there: &BTreeSet<Channel>) -> BTreeSet<Channel> {
    let mut channels: BTreeSet<_> = chosen
        .iter()
        .copied()
        .filter(|channel| match channel {
            Channel::Inbox | Channel::Email => true,
            Channel::Webhook | Channel::Chat => there.contains(channel),
        })
        .collect();
    if channels.is_empty() && !chosen.is_empty() {
        channels.insert(Channel::Inbox);
    }
    channels
}

/// Who hears what `person` is to be told, and by which ways: they, and while somebody stands in for them that one by all
/// the ways but their own inbox. Who stands in may be away too; a circle of them ends with the last one in it, and one who
/// left stands in for nobody; what is theirs alone they hear alone. `reach` knows the persons who are there.
///
/// # Errors
/// Those of `reach`.
pub fn hearers<E>(
    person: &PersonId,
    about: About,
    mut reach: impl FnMut(&PersonId) -> Result<Option<Reach>, E>,
) -> Result<Vec<(PersonId, Ways)>, E> {
    let Some(mut facts) = reach(person)? else {
        return Ok(Vec::new());
    };
    let goes_on = !about.confined && kinds::is_handed_on(about.kind);
    let (mut hearers, mut visited) = (Vec::new(), BTreeSet::from([person.clone()]));
    let mut present = person.clone();
    loop {
        let mut own = ways(about, &facts);
        if own.is_empty() {
            return Ok(hearers);
        }
        let next = match stand_in(&facts.preferences, about.at) {
            Some(next) if goes_on && visited.insert(next.clone()) => {
                reach(&next)?.map(|facts| (next, facts))
            }
            _ => None,
        };
        let Some((next, next_facts)) = next else {
            hearers.push((present, own));
            return Ok(hearers);
        };
        own.at_once.retain(|channel| *channel == Channel::Inbox);
        own.in_digest.clear();
        if !own.is_empty() {
            hearers.push((present, own));
        }
        (present, facts) = (next, next_facts);
    }
}

fn stand_in(preferences: &Preferences, at: Timestamp) -> Option<PersonId> {
    let stand_in = preferences.stand_in.as_ref()?;
    (at < stand_in.until).then(|| stand_in.person.clone())
}
