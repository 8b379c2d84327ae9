//! Between the protocol's values of any kind and JSON.

use khidma_edge::status;
use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as Proto};
use serde_json::{Map, Number, Value};
use tonic::Status;

/// Up to here a double counts every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// The object in `field`; empty where it is absent. Numbers that are whole are integers.
///
/// # Errors
/// INVALID_ARGUMENT, `INVALID_NUMBER`: JSON has no such number.
pub(super) fn object_in(
    field: &'static str,
    object: Option<Struct>,
) -> Result<Map<String, Value>, Status> {
    let fields = object.unwrap_or_default().fields.into_iter();
    fields
        .map(|(name, value)| Ok((name, value_in(field, value)?)))
        .collect()
}

fn value_in(field: &'static str, value: Proto) -> Result<Value, Status> {
    Ok(match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(value)) => Value::Bool(value),
        Some(Kind::StringValue(text)) => Value::String(text),
        Some(Kind::NumberValue(number)) => Value::Number(number_in(field, number)?),
        Some(Kind::StructValue(object)) => Value::Object(object_in(field, Some(object))?),
        Some(Kind::ListValue(list)) => {
            let items = list.values.into_iter();
            let items = items.map(|item| value_in(field, item));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
    })
}

fn number_in(field: &'static str, number: f64) -> Result<Number, Status> {
    if number.fract() == 0.0 && number.abs() <= WHOLE {
        return Ok(Number::from(number as i64));
    }
    Number::from_f64(number).ok_or_else(|| {
        let message = format!("{field} has a number that is none in JSON");
        status::invalid_field(field, "INVALID_NUMBER", message)
    })
}

/// The object as the protocol writes it.
pub(super) fn object_out(object: Map<String, Value>) -> Struct {
    let fields = object.into_iter();
    Struct {
        fields: fields
            .map(|(name, value)| (name, value_out(value)))
            .collect(),
    }
}

fn value_out(value: Value) -> Proto {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(value),
        Value::String(text) => Kind::StringValue(text),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Value::Object(object) => Kind::StructValue(object_out(object)),
        Value::Array(items) => Kind::ListValue(ListValue {
            values: items.into_iter().map(value_out).collect(),
        }),
    };
    Proto { kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_whole_is_an_integer_and_all_comes_back() {
        let Value::Object(object) = json!({
            "whole": 14, "half": 0.5, "large": 1e300, "minus": -3, "no": null, "yes": true,
            "list": [1, "two", { "three": 3 }], "text": "سارا",
        }) else {
            panic!("it is one")
        };
        let there = object_out(object.clone());
        assert_eq!(object_in("answers", Some(there)).ok(), Some(object));
    }

    #[test]
    fn what_is_no_number_in_json_is_refused() {
        for number in [f64::NAN, f64::INFINITY] {
            let value = Proto {
                kind: Some(Kind::NumberValue(number)),
            };
            let object = Struct {
                fields: [("n".to_owned(), value)].into(),
            };
            assert!(object_in("answers", Some(object)).is_err());
        }
    }
}
