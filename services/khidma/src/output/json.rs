//! Protobuf messages as JSON, by their descriptors: the field names of proto/, every field present.

use std::sync::LazyLock;

use khidma_proto::DESCRIPTORS;
use prost::Name;
use prost_reflect::{
    DescriptorError, DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions,
};
use serde_json::Value;

use crate::failure::Failure;

static POOL: LazyLock<Result<DescriptorPool, DescriptorError>> =
    LazyLock::new(|| DescriptorPool::decode(DESCRIPTORS));

fn descriptor<M: Name>() -> Result<MessageDescriptor, Failure> {
    let pool = POOL
        .as_ref()
        .map_err(|error| Failure::Local(format!("the descriptors are damaged: {error}")))?;
    let unknown = || Failure::Local(format!("{} is in no descriptor", M::full_name()));
    pool.get_message_by_name(&M::full_name())
        .ok_or_else(unknown)
}

/// `message` as JSON. 64-bit numbers are numbers: positions stay far below 2^53.
///
/// # Errors
/// The message is not one of proto/.
pub fn to_value<M: Name>(message: &M) -> Result<Value, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Local(format!("{}: {error}", M::full_name()));
    let mut dynamic = DynamicMessage::new(descriptor::<M>()?);
    dynamic
        .transcode_from(message)
        .map_err(|error| wrong(&error))?;
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(false)
        .stringify_64_bit_integers(false);
    dynamic
        .serialize_with_options(serde_json::value::Serializer, &options)
        .map_err(|error| wrong(&error))
}

/// The message that `value` describes. A field nobody knows is an error.
///
/// # Errors
/// What is wrong with it, naming the field.
pub fn from_value<M: Name + Default>(value: Value) -> Result<M, Failure> {
    let dynamic = DynamicMessage::deserialize(descriptor::<M>()?, value)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    typed(&dynamic)
}

/// As [`from_value`], of TOML.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn from_toml<M: Name + Default>(text: &str) -> Result<M, Failure> {
    let source = toml::Deserializer::new(text);
    let dynamic = DynamicMessage::deserialize(descriptor::<M>()?, source)
        .map_err(|error| Failure::Usage(with_line(&error, text)))?;
    typed(&dynamic)
}

fn typed<M: Name + Default>(dynamic: &DynamicMessage) -> Result<M, Failure> {
    dynamic
        .transcode_to()
        .map_err(|error| Failure::Local(error.to_string()))
}

/// Of a field nobody knows only the table is told, by where it begins: its own line is looked for from there.
fn with_line(error: &toml::de::Error, text: &str) -> String {
    let unknown = error.message().strip_prefix("unrecognized field name '");
    let unknown = unknown.and_then(|rest| rest.strip_suffix('\''));
    let found = unknown.zip(error.span()).and_then(|(name, table)| {
        let (before, within) = text.split_at_checked(table.start)?;
        let is_word = |line: &str| {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == name)
        };
        Some(before.matches('\n').count() + within.lines().position(is_word)? + 1)
    });
    match found {
        Some(line) => format!("line {line}: {}", error.message()),
        None => error.to_string().trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use khidma_proto::directory::Calendar;
    use khidma_proto::requests::{GetResponse, ServiceRequest, State};
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_has_the_names_of_the_protocol() {
        let request = ServiceRequest {
            id: "a".into(),
            state: State::InProgress.into(),
            submit_time: Some(prost_types::Timestamp {
                seconds: 1_700_000_000,
                nanos: 0,
            }),
            ..ServiceRequest::default()
        };
        let value = to_value(&GetResponse {
            request: Some(request),
            position: 42,
        })
        .unwrap();
        assert_eq!(value["position"], 42);
        assert_eq!(value["request"]["state"], "STATE_IN_PROGRESS");
        assert_eq!(value["request"]["submit_time"], "2023-11-14T22:13:20Z");
        assert_eq!(
            value["request"]["assignee_id"], "",
            "what is empty is there too"
        );
    }

    #[test]
    fn a_message_is_read_from_json_and_unknown_fields_are_named() {
        let calendar: Calendar =
            from_value(json!({ "id": "office", "time_zone": "Europe/Rome" })).unwrap();
        assert_eq!(calendar.time_zone, "Europe/Rome");
        let error = from_value::<Calendar>(json!({ "idd": "office" })).unwrap_err();
        assert!(error.to_string().contains("idd"), "{error}");
    }
}
