//! What is answered, between protobuf and our own types.

use std::collections::BTreeMap;

use khidma_edge::status;
use khidma_events::feedback::{Value, Values};
use khidma_proto::feedback as pb;
use tonic::Status;

/// What is answered, by the keys of the items.
///
/// # Errors
/// INVALID_ARGUMENT, `MISSING_FIELD`, naming the item: it is there and nothing is said to it.
pub(crate) fn values_in(values: &BTreeMap<String, pb::Value>) -> Result<Values, Status> {
    let values = values.iter().map(|(key, value)| match &value.value {
        Some(value) => Ok((key.clone(), value_in(value))),
        None => {
            let shown: String = key.chars().take(64).collect();
            let field = format!("values.{shown}");
            let message = format!("{field} says nothing; what is not answered is left out");
            Err(status::invalid_field(&field, "MISSING_FIELD", message))
        }
    });
    values.collect()
}

fn value_in(value: &pb::value::Value) -> Value {
    match value {
        pb::value::Value::Scale(value) => Value::Scale(*value),
        pb::value::Value::Choice(key) => Value::Choice(key.clone()),
        pb::value::Value::Choices(choices) => Value::Choices(choices.keys.clone()),
        pb::value::Value::Number(value) => Value::Number(*value),
        pb::value::Value::Text(text) => Value::Text(text.clone()),
    }
}

pub(crate) fn values_out(values: Values) -> BTreeMap<String, pb::Value> {
    let values = values.into_iter();
    values.map(|(key, value)| (key, value_out(value))).collect()
}

fn value_out(value: Value) -> pb::Value {
    let value = match value {
        Value::Scale(value) => pb::value::Value::Scale(value),
        Value::Choice(key) => pb::value::Value::Choice(key),
        Value::Choices(keys) => pb::value::Value::Choices(pb::Choices { keys }),
        Value::Number(value) => pb::value::Value::Number(value),
        Value::Text(text) => pb::value::Value::Text(text),
    };
    pb::Value { value: Some(value) }
}
