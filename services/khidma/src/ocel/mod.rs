//! The history of requests as an object-centric event log, OCEL 2.0 in JSON (<https://www.ocel-standard.org>): what
//! process-mining tools read.
//!
//! Events are written as they are read; in memory are kept only the objects, with how their attributes changed and how
//! they hang together. What an event of a request means stands in `request.rs`, of everything else in `others.rs`.

mod document;
mod life;
mod objects;
mod others;
mod request;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use khidma_events::requests::{DelegationEvent, EntityKind, OfferingEvent, RequestEvent};
use khidma_events::{CloudEvent, Event, directory};
use khidma_kernel::{DepartmentId, Timestamp};
use serde_json::value::RawValue;

use document::{Document, EventOut, TypeOut};
use objects::{ObjectId, Objects};
use request::Requests;
use told::{Told, Value};

/// What of the log goes into an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only events that happened then or later.
    pub from: Option<Timestamp>,
    /// Only events that happened before.
    pub to: Option<Timestamp>,
    /// Only events that affect this department: those of its feed.
    pub department: Option<DepartmentId>,
    /// Whether people's display names are told.
    pub names: bool,
    /// Whether titles and tags of requests are told; those of anonymous concerns never are.
    pub texts: bool,
}

impl Scope {
    fn wants(&self, event: &Raw<'_>) -> bool {
        let begun = self.from.is_none_or(|from| event.time >= from);
        let affected = self.department.as_ref().is_none_or(|department| {
            let mut audience = event.audience.split(',');
            audience.any(|affected| affected == department.as_str())
        });
        begun && affected
    }
}

/// What an export holds in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many events.
    pub events: u64,
    /// How many objects, by type.
    pub objects: BTreeMap<&'static str, u64>,
    /// The types of events that this program does not know: they are in the export under their full names.
    pub unknown: BTreeSet<String>,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An event on the log is not what its type says.
    #[error("the event at position {position} cannot be read: {error}")]
    Unreadable {
        /// Where its commit stands.
        position: u64,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The document cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

type Raw<'a> = CloudEvent<'a, &'a RawValue>;

/// An export under way.
#[derive(Debug)]
pub struct Export<W> {
    scope: Scope,
    document: Document<W>,
    objects: Objects,
    requests: Requests,
    /// The types of the events so far, and the names and types of their attributes.
    types: BTreeMap<String, BTreeMap<&'static str, &'static str>>,
    summary: Summary,
}

impl<W: Write> Export<W> {
    /// Begins an export of `scope` into `sink`.
    ///
    /// # Errors
    /// The sink cannot be written.
    pub fn begin(scope: Scope, sink: W) -> io::Result<Self> {
        Ok(Self {
            objects: Objects::told_from(scope.from),
            scope,
            document: Document::begin(sink)?,
            requests: Requests::default(),
            types: BTreeMap::new(),
            summary: Summary::default(),
        })
    }

    /// Takes in the next event of the log, a CloudEvent in JSON whose commit stands at `position`. To know what was the
    /// case at the beginning of a period, an export has to hear everything that happened before.
    ///
    /// # Errors
    /// It cannot be read, or the sink cannot be written.
    pub fn take(&mut self, position: u64, json: &str) -> Result<(), ExportError> {
        let unreadable = |error| ExportError::Unreadable { position, error };
        let event: Raw<'_> = serde_json::from_str(json).map_err(unreadable)?;
        if self.scope.to.is_some_and(|to| event.time >= to) {
            return Ok(());
        }
        let mut told = Told::new(&mut self.objects, event.time);
        if event.source == directory::PersonEvent::SOURCE {
            return hear(&mut told, &self.scope, &event).map_err(unreadable);
        }
        if event.source != RequestEvent::SOURCE {
            return Ok(());
        }
        told.with("position", position);
        told.by(&event.actor);
        let named = tell(&mut told, &mut self.requests, &self.scope, &event);
        let named = named.map_err(unreadable)?;
        if !self.scope.wants(&event) {
            return Ok(());
        }
        let Told {
            attributes,
            related,
            ..
        } = told;
        self.write(&event, named, attributes, &related)
    }

    fn write(
        &mut self,
        event: &Raw<'_>,
        named: Option<&'static str>,
        attributes: Vec<(&'static str, Value)>,
        related: &[(objects::Ref, &'static str)],
    ) -> Result<(), ExportError> {
        let name = named.unwrap_or(&event.type_name);
        if named.is_none() && !self.summary.unknown.contains(name) {
            self.summary.unknown.insert(name.to_owned());
        }
        if !self.types.contains_key(name) {
            self.types.insert(name.to_owned(), BTreeMap::new());
        }
        if let Some(declared) = self.types.get_mut(name) {
            declared.extend(
                attributes
                    .iter()
                    .map(|(name, value)| (*name, value.type_name())),
            );
        }
        self.summary.events += 1;
        let relationships = self.objects.relate(related);
        Ok(self.document.item(&EventOut {
            id: event.id,
            name,
            time: event.time,
            attributes,
            relationships,
        })?)
    }

    /// Writes the objects and ends the document. Gives the sink back, not flushed.
    ///
    /// # Errors
    /// The sink cannot be written.
    pub fn finish(mut self) -> io::Result<(W, Summary)> {
        self.document.list("objects")?;
        for object in self.objects.related() {
            *self.summary.objects.entry(object.kind).or_default() += 1;
            self.document.item(&object)?;
        }
        self.document.list("eventTypes")?;
        for (name, attributes) in &self.types {
            let attributes = attributes.iter().map(|(name, kind)| (*name, *kind));
            self.document.item(&TypeOut::new(name, attributes))?;
        }
        Ok((self.document.end()?, self.summary))
    }
}

/// What an event of the directory means for the objects: it is told only through them.
fn hear(told: &mut Told<'_>, scope: &Scope, event: &Raw<'_>) -> Result<(), serde_json::Error> {
    use directory::{DepartmentEvent, EntityKind, PersonEvent};
    match EntityKind::of(&event.subject) {
        Some(EntityKind::Department(id)) => {
            if let Some(happened) = DepartmentEvent::decode(&event.type_name, event.data) {
                others::department(told, id, &happened?);
            }
        }
        Some(EntityKind::Person(id)) => {
            if let Some(happened) = PersonEvent::decode(&event.type_name, event.data) {
                others::person(told, id, &happened?, scope.names);
            }
        }
        Some(
            EntityKind::Role(_)
            | EntityKind::Calendar(_)
            | EntityKind::Skills(_)
            | EntityKind::Training(_)
            | EntityKind::Reviews(_),
        )
        | None => {}
    }
    Ok(())
}

/// What an event of the context `requests` means. Gives its name, or `None` where this program does not know it.
fn tell(
    told: &mut Told<'_>,
    requests: &mut Requests,
    scope: &Scope,
    event: &Raw<'_>,
) -> Result<Option<&'static str>, serde_json::Error> {
    let (kind, data) = (&event.type_name, event.data);
    let name = match EntityKind::of(&event.subject) {
        Some(EntityKind::Request(id)) => {
            let request = told.relates(ObjectId::Request(id), "about");
            let Some(happened) = RequestEvent::decode(kind, data) else {
                return Ok(None);
            };
            let happened = happened?;
            requests.tell(told, request, &happened, scope.texts);
            happened.kind().name
        }
        Some(EntityKind::Offering(id)) => {
            let offering = told.relates(ObjectId::Offering(id), "about");
            let Some(happened) = OfferingEvent::decode(kind, data) else {
                return Ok(None);
            };
            let happened = happened?;
            others::offering(told, &mut requests.retired, offering, &happened);
            happened.kind().name
        }
        Some(EntityKind::Delegation(id)) => {
            told.relates(ObjectId::Person(id), "about");
            let Some(happened) = DelegationEvent::decode(kind, data) else {
                return Ok(None);
            };
            let happened = happened?;
            others::delegation(told, &happened);
            happened.kind().name
        }
        None => return Ok(None),
    };
    Ok(Some(name))
}
