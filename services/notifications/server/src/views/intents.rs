//! From what is to be told to what deliveries are to be asked for.
//!
//! Whoever applies an event from which messages follow begins a [`Teller`] for its commit and lets it [`Teller::tell`]. What
//! is silenced, muted or for somebody who left comes to nothing. The rest becomes intents on the agenda, or is held back to
//! become one message with others (`gather`). All of it follows from the log alone, and [`asked`] takes away what was asked
//! for: so a rebuild makes the same intents, takes them away again, and asks for nothing.

use std::collections::BTreeSet;

use khidma_eventlog::Stored;
use khidma_events::notifications::{
    Channel, DeliveryRequested, EndpointOwner, Message, MessageKind, Origin, Receiver,
};
use khidma_kernel::{DepartmentId, PersonId, Position, Timestamp};
use khidma_notifications_domain::route::{About, Reach, Ways, hearers};
use khidma_notifications_domain::tell::{Tell, Whom};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::find::Find;
use super::hooks::{self, EndpointsRow, RunningSilences};
use super::{Heard, PersonRow, at_once, gather, outset};
use crate::keys;

/// The agenda's kind for asking for the deliveries of an intent.
pub(crate) const TELL: &str = "tell";

/// What somebody is to be told and no delivery was asked for yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IntentRow {
    /// From what it follows.
    pub origin: Origin,
    /// Whose quiet hours hold; those of nobody for a department's endpoints.
    pub person: Option<PersonId>,
    /// What they are told.
    pub message: Message,
    /// Whether it comes at any hour.
    pub urgent: bool,
    /// The W3C trace context of what happened.
    pub traceparent: Option<String>,
    /// By which ways; those that were asked for are taken away.
    pub ways: Vec<Way>,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Way {
    /// To whom.
    pub to: Receiver,
    /// By which channel.
    pub channel: Channel,
    /// In which language.
    pub language: String,
}

/// The name of an intent: of its row and on the agenda.
fn name(origin: &Origin) -> String {
    format!("{}-{}", origin.position, origin.number)
}

fn item(origin: &Origin) -> AgendaItem {
    AgendaItem {
        kind: TELL.to_owned(),
        entity: name(origin),
    }
}

/// Makes intents of what follows from one commit.
pub(crate) struct Teller {
    position: Position,
    at: Timestamp,
    traceparent: Option<String>,
    /// The version of the rules that is in force there.
    rules: u32,
    number: u32,
    /// Those that name no person.
    silences: RunningSilences,
    /// Who was told in this call of [`Teller::tell`], by which way.
    told: BTreeSet<(Receiver, Channel)>,
}

impl Teller {
    /// For a commit that was heard. `None` while what happens is told to nobody.
    ///
    /// # Errors
    /// A row could not be read.
    pub(super) fn begin<E>(
        rows: &Rows<'_>,
        commit: &Stored,
        heard: &Heard<E>,
    ) -> Result<Option<Self>, RowError> {
        let Some(first) = heard.events.first() else {
            return Ok(None);
        };
        let rules = outset::rules_in_force(rows)?;
        if rules == 0 {
            return Ok(None);
        }
        let silences = hooks::silences(rows, None)?;
        Ok(Some(Self {
            position: commit.position,
            at: first.at,
            traceparent: heard.traceparent.clone(),
            rules,
            number: 0,
            silences,
            told: BTreeSet::new(),
        }))
    }

    /// Lets it be told, if it was told so by the rules in force then: what those of another time would say is not even
    /// counted, so that a rebuild finds again what was asked for.
    ///
    /// # Errors
    /// A row could not be read or written.
    pub(super) fn tell(&mut self, rows: &mut Rows<'_>, tell: &Tell) -> Result<(), ApplyError> {
        if !tell.rules.contains(&self.rules) {
            return Ok(());
        }
        self.told.clear();
        for whom in &tell.to {
            match whom {
                Whom::Person(person) => self.person(rows, tell, person)?,
                Whom::Department(department) => {
                    self.department(rows, tell, department)?;
                    self.number += 1;
                }
            }
        }
        Ok(())
    }

    fn person(
        &mut self,
        rows: &mut Rows<'_>,
        tell: &Tell,
        person: &PersonId,
    ) -> Result<(), ApplyError> {
        let holds = |some: &RunningSilences| some.hold(tell, Some(person), self.at);
        if holds(&self.silences) || holds(&hooks::silences(rows, Some(person))?) {
            return Ok(());
        }
        let about = About {
            kind: tell.message.kind,
            urgent: tell.urgent,
            confined: tell.confined,
            at: self.at,
        };
        let kind = tell.message.kind;
        for (hearer, ways) in hearers(person, about, |person| reach(rows, person, kind))? {
            self.hearer(rows, tell, &hearer, &ways)?;
            self.number += 1;
        }
        Ok(())
    }

    fn hearer(
        &mut self,
        rows: &mut Rows<'_>,
        tell: &Tell,
        person: &PersonId,
        ways: &Ways,
    ) -> Result<(), ApplyError> {
        let origin = self.origin();
        let at_once = self.targets(rows, person, tell.message.kind, &ways.at_once)?;
        let in_digest = self.targets(rows, person, tell.message.kind, &ways.in_digest)?;
        let piece = gather::Piece {
            person,
            origin,
            at: self.at,
            urgent: tell.urgent,
            message: &tell.message,
        };
        gather::for_digest(rows, &piece, in_digest)?;
        if at_once.is_empty() || gather::held_back(rows, &piece, &at_once)? {
            return Ok(());
        }
        self.intend(rows, tell, Some(person.clone()), at_once)
    }

    fn department(
        &mut self,
        rows: &mut Rows<'_>,
        tell: &Tell,
        department: &DepartmentId,
    ) -> Result<(), ApplyError> {
        if tell.confined || self.silences.hold(tell, None, self.at) {
            return Ok(());
        }
        let owner = EndpointOwner::Department(department.clone());
        let endpoints = hooks::endpoints(rows, &owner)?;
        let mut ways = endpoint_ways(&endpoints, tell.message.kind, None);
        ways.retain(|way| self.is_first(way));
        self.intend(rows, tell, None, ways)
    }

    /// Where a message goes that goes to a person by these channels; not where it went before.
    fn targets(
        &mut self,
        rows: &Rows<'_>,
        person: &PersonId,
        kind: MessageKind,
        channels: &BTreeSet<Channel>,
    ) -> Result<Vec<Way>, RowError> {
        let mut ways = targets(rows, person, kind, channels)?;
        ways.retain(|way| self.is_first(way));
        Ok(ways)
    }

    /// Whether nothing went that way before.
    fn is_first(&mut self, way: &Way) -> bool {
        self.told.insert((way.to.clone(), way.channel))
    }

    fn origin(&self) -> Origin {
        Origin {
            position: self.position,
            number: self.number,
        }
    }

    fn intend(
        &mut self,
        rows: &mut Rows<'_>,
        tell: &Tell,
        person: Option<PersonId>,
        ways: Vec<Way>,
    ) -> Result<(), ApplyError> {
        if ways.is_empty() {
            return Ok(());
        }
        let origin = self.origin();
        let intent = IntentRow {
            origin: origin.clone(),
            person,
            message: tell.message.clone(),
            urgent: tell.urgent,
            traceparent: self.traceparent.clone(),
            ways,
        };
        rows.put(&keys::intent(&name(&origin)), &intent)?;
        rows.schedule(at_once(origin.position), &item(&origin))?;
        Ok(())
    }
}

/// Takes away what a delivery was asked for of.
///
/// # Errors
/// A row could not be read or written.
pub(super) fn asked(
    rows: &mut Rows<'_>,
    event: &DeliveryRequested,
    at: Timestamp,
) -> Result<(), ApplyError> {
    let key = keys::intent(&name(&event.origin));
    if let Some(mut intent) = rows.get::<IntentRow>(&key)? {
        let before = intent.ways.len();
        intent
            .ways
            .retain(|way| (&way.to, way.channel) != (&event.to, event.channel));
        if intent.ways.is_empty() {
            rows.delete(&key);
            rows.unschedule(at_once(event.origin.position), &item(&event.origin));
        } else if intent.ways.len() < before {
            rows.put(&key, &intent)?;
        }
        if intent.ways.len() < before {
            return Ok(());
        }
    }
    gather::asked(rows, event, at)
}

/// Where a message goes that goes to a person by these channels.
fn targets(
    rows: &impl Find,
    person: &PersonId,
    kind: MessageKind,
    channels: &BTreeSet<Channel>,
) -> Result<Vec<Way>, RowError> {
    let mut ways = Vec::new();
    if channels.is_empty() {
        return Ok(ways);
    }
    for channel in [Channel::Inbox, Channel::Email] {
        if channels.contains(&channel) {
            ways.push(Way {
                to: Receiver::Person(person.clone()),
                channel,
                language: language_of(rows, person)?,
            });
        }
    }
    if channels.contains(&Channel::Webhook) || channels.contains(&Channel::Chat) {
        let owner = EndpointOwner::Person(person.clone());
        let endpoints = hooks::endpoints(rows, &owner)?;
        ways.extend(endpoint_ways(&endpoints, kind, Some(channels)));
    }
    Ok(ways)
}

fn endpoint_ways(
    endpoints: &EndpointsRow,
    kind: MessageKind,
    channels: Option<&BTreeSet<Channel>>,
) -> Vec<Way> {
    let wanted = endpoints.0.iter().filter(|(_, endpoint)| {
        endpoint.takes(kind)
            && channels.is_none_or(|channels| channels.contains(&endpoint.channel()))
    });
    let ways = wanted.map(|(id, endpoint)| Way {
        to: Receiver::Endpoint(id.clone()),
        channel: endpoint.channel(),
        language: endpoint.language.clone(),
    });
    ways.collect()
}

/// Where it would go if `person` were told something now: to them, or to who stands in for them.
///
/// # Errors
/// A row could not be read.
pub(crate) fn ways_of(
    rows: &impl Find,
    person: &PersonId,
    about: About,
) -> Result<Vec<(PersonId, Way)>, RowError> {
    let mut all = Vec::new();
    for (hearer, ways) in hearers(person, about, |person| reach(rows, person, about.kind))? {
        let found = targets(rows, &hearer, about.kind, &ways.at_once)?;
        all.extend(found.into_iter().map(|way| (hearer.clone(), way)));
    }
    Ok(all)
}

/// How `person` can be reached with a message of that kind; `None` if they are not here.
pub(crate) fn reach(
    rows: &impl Find,
    person: &PersonId,
    kind: MessageKind,
) -> Result<Option<Reach>, RowError> {
    let Some(row) = rows.find::<PersonRow>(&keys::person(person))? else {
        return Ok(None);
    };
    if !row.active {
        return Ok(None);
    }
    let mut channels = BTreeSet::from([Channel::Inbox]);
    if row.email().is_some() {
        channels.insert(Channel::Email);
    }
    let endpoints = hooks::endpoints(rows, &EndpointOwner::Person(person.clone()))?;
    let own = endpoints.0.values().filter(|own| own.takes(kind));
    channels.extend(own.map(hooks::EndpointWay::channel));
    Ok(Some(Reach {
        channels,
        preferences: hooks::preferences(rows, person)?,
    }))
}

fn language_of(rows: &impl Find, person: &PersonId) -> Result<String, RowError> {
    let row: PersonRow = rows.find(&keys::person(person))?.unwrap_or_default();
    let wanted = row.profile.languages.iter().map(String::as_str);
    Ok(khidma_notifications_texts::language_for(wanted).to_owned())
}

#[cfg(test)]
mod tests;
