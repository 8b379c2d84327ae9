//! The objects of an export: what is kept in memory. About a hundred bytes an object and thirty a change of an
//! attribute: words are kept once, however often they occur.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use khidma_kernel::{DepartmentId, OfferingId, PersonId, ServiceRequestId, Timestamp};
use serde::{Serialize, Serializer};

use super::document::{ChangeOut, ObjectOut, RelationshipOut};

/// The object types with their attributes: name and type, as OCEL calls them.
pub(super) const OBJECT_TYPES: [(&str, &[(&str, &str)]); 4] = [
    (
        "request",
        &[
            ("state", "string"),
            ("kind", "string"),
            ("priority", "string"),
            ("channel", "string"),
            ("provider", "string"),
            ("assignee", "string"),
            ("offering_version", "integer"),
            ("title", "string"),
            ("tags", "string"),
        ],
    ),
    ("department", &[("name", "string")]),
    ("person", &[("kind", "string"), ("name", "string")]),
    (
        "offering",
        &[
            ("name", "string"),
            ("version", "integer"),
            ("state", "string"),
        ],
    ),
];

/// What an object is called: its type and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum ObjectId {
    Request(ServiceRequestId),
    Department(DepartmentId),
    Person(PersonId),
    Offering(OfferingId),
}

impl ObjectId {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Department(_) => "department",
            Self::Person(_) => "person",
            Self::Offering(_) => "offering",
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.type_name())?;
        match self {
            Self::Request(id) => id.fmt(f),
            Self::Department(id) => id.fmt(f),
            Self::Person(id) => id.fmt(f),
            Self::Offering(id) => id.fmt(f),
        }
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An object, by its place among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ref(usize);

/// A text, by its place among all.
type Word = u32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Word(Word),
    Number(u32),
}

/// An attribute has a value from some instant on.
#[derive(Debug, Clone, Copy)]
struct Change {
    attribute: &'static str,
    value: Kept,
    at: Timestamp,
}

#[derive(Debug)]
struct Object {
    id: ObjectId,
    /// Whether an event of the export relates to it: only then it is in the export.
    related: bool,
    changes: Vec<Change>,
    ties: Vec<(&'static str, Ref)>,
}

/// The objects of an export.
#[derive(Debug, Default)]
pub(super) struct Objects {
    from: Option<Timestamp>,
    places: HashMap<ObjectId, Ref>,
    objects: Vec<Object>,
    words: Vec<Arc<str>>,
    word_places: HashMap<Arc<str>, Word>,
}

impl Objects {
    /// No objects; of their attributes, changes after `from` are kept, and before it the last one.
    pub(super) fn told_from(from: Option<Timestamp>) -> Self {
        Self {
            from,
            ..Self::default()
        }
    }

    /// The object that is called so.
    pub(super) fn of(&mut self, id: ObjectId) -> Ref {
        let next = Ref(self.objects.len());
        *self.places.entry(id).or_insert_with_key(|id| {
            self.objects.push(Object {
                id: id.clone(),
                related: false,
                changes: Vec::new(),
                ties: Vec::new(),
            });
            next
        })
    }

    pub(super) fn set_text(
        &mut self,
        at: Ref,
        attribute: &'static str,
        text: &str,
        time: Timestamp,
    ) {
        let value = Kept::Word(self.word(text));
        self.set(at, attribute, value, time);
    }

    pub(super) fn set_number(
        &mut self,
        at: Ref,
        attribute: &'static str,
        number: u32,
        time: Timestamp,
    ) {
        self.set(at, attribute, Kept::Number(number), time);
    }

    fn set(&mut self, Ref(place): Ref, attribute: &'static str, value: Kept, at: Timestamp) {
        let old = |at: Timestamp| self.from.is_some_and(|from| at <= from);
        let changes = &mut self.objects[place].changes;
        let before = changes
            .iter_mut()
            .rev()
            .find(|change| change.attribute == attribute);
        match before {
            Some(before) if before.value == value => {}
            Some(before) if old(before.at) && old(at) => (before.value, before.at) = (value, at),
            _ => changes.push(Change {
                attribute,
                value,
                at,
            }),
        }
    }

    pub(super) fn tie(&mut self, Ref(place): Ref, qualifier: &'static str, other: Ref) {
        let ties = &mut self.objects[place].ties;
        if !ties.contains(&(qualifier, other)) {
            ties.push((qualifier, other));
        }
    }

    pub(super) fn untie(&mut self, Ref(place): Ref, which: impl Fn((&'static str, Ref)) -> bool) {
        self.objects[place].ties.retain(|tie| !which(*tie));
    }

    /// Relations of an event that is in the export; from now on these objects are in it too.
    pub(super) fn relate(&mut self, related: &[(Ref, &'static str)]) -> Vec<RelationshipOut<'_>> {
        for (Ref(place), _) in related {
            self.objects[*place].related = true;
        }
        let out = |&(Ref(place), qualifier)| RelationshipOut {
            object_id: &self.objects[place].id,
            qualifier,
        };
        related.iter().map(out).collect()
    }

    /// The objects that events of the export relate to, in the order in which they were first heard of.
    pub(super) fn related(&self) -> impl Iterator<Item = ObjectOut<'_>> {
        self.objects
            .iter()
            .filter(|object| object.related)
            .map(|object| self.out(object))
    }

    fn out<'a>(&'a self, object: &'a Object) -> ObjectOut<'a> {
        let change = |change: &Change| ChangeOut {
            name: change.attribute,
            value: match change.value {
                Kept::Word(word) => self.words[word as usize].as_ref().into(),
                Kept::Number(number) => number.into(),
            },
            time: change.at,
        };
        let others = object
            .ties
            .iter()
            .map(|(qualifier, Ref(place))| (qualifier, &self.objects[*place]));
        let relationships = others
            .filter(|(_, other)| other.related)
            .map(|(qualifier, other)| RelationshipOut {
                object_id: &other.id,
                qualifier,
            });
        ObjectOut {
            id: &object.id,
            kind: object.id.type_name(),
            attributes: object.changes.iter().map(change).collect(),
            relationships: relationships.collect(),
        }
    }

    fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.word_places.get(text) {
            return *word;
        }
        let (word, text) = (self.words.len() as Word, Arc::<str>::from(text));
        self.words.push(Arc::clone(&text));
        self.word_places.insert(text, word);
        word
    }
}
