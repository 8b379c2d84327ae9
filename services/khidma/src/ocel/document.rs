//! The document as it is written: one event, one object a line.

use std::io::{self, Write};

use khidma_kernel::Timestamp;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::objects::{OBJECT_TYPES, ObjectId};
use super::told::Value;

/// An event.
#[derive(Debug, Serialize)]
pub(super) struct EventOut<'a> {
    pub(super) id: Uuid,
    #[serde(rename = "type")]
    pub(super) name: &'a str,
    pub(super) time: Timestamp,
    #[serde(serialize_with = "named_values")]
    pub(super) attributes: Vec<(&'static str, Value)>,
    pub(super) relationships: Vec<RelationshipOut<'a>>,
}

/// That an event or an object relates to an object.
#[derive(Debug, Serialize)]
pub(super) struct RelationshipOut<'a> {
    #[serde(rename = "objectId")]
    pub(super) object_id: &'a ObjectId,
    pub(super) qualifier: &'a str,
}

/// An object.
#[derive(Debug, Serialize)]
pub(super) struct ObjectOut<'a> {
    pub(super) id: &'a ObjectId,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) attributes: Vec<ChangeOut>,
    pub(super) relationships: Vec<RelationshipOut<'a>>,
}

/// What an object's attribute is from some instant on.
#[derive(Debug, Serialize)]
pub(super) struct ChangeOut {
    pub(super) name: &'static str,
    pub(super) value: serde_json::Value,
    pub(super) time: Timestamp,
}

/// A type of events or objects.
#[derive(Debug, Serialize)]
pub(super) struct TypeOut<'a> {
    name: &'a str,
    attributes: Vec<AttributeOut>,
}

#[derive(Debug, Serialize)]
struct AttributeOut {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct NamedValue<'a> {
    name: &'static str,
    value: &'a Value,
}

fn named_values<S: Serializer>(
    values: &[(&'static str, Value)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(values.len()))?;
    for (name, value) in values {
        sequence.serialize_element(&NamedValue { name, value })?;
    }
    sequence.end()
}

impl<'a> TypeOut<'a> {
    /// A type with these attributes, each with its own type.
    pub(super) fn new(
        name: &'a str,
        attributes: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Self {
        let attributes = attributes.into_iter();
        let attributes = attributes.map(|(name, kind)| AttributeOut { name, kind });
        Self {
            name,
            attributes: attributes.collect(),
        }
    }
}

/// A document under way: lists with a name, of items each on a line.
#[derive(Debug)]
pub(super) struct Document<W> {
    sink: W,
    first: bool,
}

impl<W: Write> Document<W> {
    /// Begins with the types of objects and opens the list of events. Which types of events there are is known only in
    /// the end: their list comes last.
    pub(super) fn begin(mut sink: W) -> io::Result<Self> {
        sink.write_all(b"{\n\"objectTypes\":[")?;
        let mut document = Self { sink, first: true };
        for (name, attributes) in OBJECT_TYPES {
            document.item(&TypeOut::new(name, attributes.iter().copied()))?;
        }
        document.list("events")?;
        Ok(document)
    }

    /// Ends the list at hand and opens the one of that name.
    pub(super) fn list(&mut self, name: &str) -> io::Result<()> {
        self.first = true;
        write!(self.sink, "\n],\n\"{name}\":[")
    }

    /// Writes the next item of the list at hand.
    pub(super) fn item(&mut self, item: &impl Serialize) -> io::Result<()> {
        let before: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.sink.write_all(before)?;
        Ok(serde_json::to_writer(&mut self.sink, item)?)
    }

    /// Ends the document and gives the sink back.
    pub(super) fn end(mut self) -> io::Result<W> {
        self.sink.write_all(b"\n]\n}\n")?;
        Ok(self.sink)
    }
}
