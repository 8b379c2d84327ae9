//! What is told of one event: its attributes, the objects it relates to, and what it changes in them.

use khidma_kernel::{Actor, PersonId, Timestamp};
use serde::Serialize;

use super::objects::{ObjectId, Objects, Ref};

/// The value of an event's attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    Time(Timestamp),
}

impl Value {
    /// Its type, as OCEL calls it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Number(_) => "integer",
            Self::Flag(_) => "boolean",
            Self::Time(_) => "time",
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

/// What is told of one event.
#[derive(Debug)]
pub(super) struct Told<'a> {
    objects: &'a mut Objects,
    at: Timestamp,
    actor: Option<PersonId>,
    /// Its attributes.
    pub(super) attributes: Vec<(&'static str, Value)>,
    /// The objects it relates to, and as what.
    pub(super) related: Vec<(Ref, &'static str)>,
}

impl<'a> Told<'a> {
    /// Nothing yet, of an event that happened `at`.
    pub(super) fn new(objects: &'a mut Objects, at: Timestamp) -> Self {
        Self {
            objects,
            at,
            actor: None,
            attributes: Vec::new(),
            related: Vec::new(),
        }
    }

    /// The event has an attribute.
    pub(super) fn with(&mut self, attribute: &'static str, value: impl Into<Value>) {
        self.attributes.push((attribute, value.into()));
    }

    /// Who caused the event, without saying by an attribute which person: people are objects.
    pub(super) fn by(&mut self, actor: &str) {
        match actor.parse() {
            Ok(Actor::Person(person)) => {
                self.actor = Some(person);
                self.relates_actor("actor");
                self.with("by", "person");
            }
            Ok(Actor::Service(_) | Actor::Anonymous) => self.with("by", actor),
            // It may name somebody in a way that nobody foresaw.
            Err(_) => self.with("by", "unknown"),
        }
    }

    /// The event relates to the person who caused it, if one did.
    pub(super) fn relates_actor(&mut self, qualifier: &'static str) {
        if let Some(person) = self.actor.clone() {
            self.relates(ObjectId::Person(person), qualifier);
        }
    }

    /// The event relates to an object.
    pub(super) fn relates(&mut self, id: ObjectId, qualifier: &'static str) -> Ref {
        let object = self.objects.of(id);
        self.relates_to(object, qualifier);
        object
    }

    /// The event relates to an object.
    pub(super) fn relates_to(&mut self, object: Ref, qualifier: &'static str) {
        if !self.related.contains(&(object, qualifier)) {
            self.related.push((object, qualifier));
        }
    }

    /// The object, without relating to it.
    pub(super) fn object(&mut self, id: ObjectId) -> Ref {
        self.objects.of(id)
    }

    /// An object's attribute has this value from now on.
    pub(super) fn set(&mut self, object: Ref, attribute: &'static str, value: &str) {
        self.objects.set_text(object, attribute, value, self.at);
    }

    /// An object's attribute has this value from now on.
    pub(super) fn set_number(&mut self, object: Ref, attribute: &'static str, value: u32) {
        self.objects.set_number(object, attribute, value, self.at);
    }

    /// An object is tied to another one, besides those it is tied to already.
    pub(super) fn tie(&mut self, object: Ref, qualifier: &'static str, other: Ref) {
        self.objects.tie(object, qualifier, other);
    }

    /// An object is no longer tied to another one.
    pub(super) fn untie(&mut self, object: Ref, qualifier: &'static str, other: Ref) {
        let tied = (qualifier, other);
        self.objects.untie(object, |tie| tie == tied);
    }

    /// An object is tied to this one and, under this qualifier, no other.
    pub(super) fn tie_only(&mut self, object: Ref, qualifier: &'static str, other: Option<Ref>) {
        self.objects.untie(object, |(tied, _)| tied == qualifier);
        if let Some(other) = other {
            self.objects.tie(object, qualifier, other);
        }
    }
}
